"""debian_names.py: compare packages/debian_names.py with the lists of Debian.

Asks apt for the releases that base images are made of, each with lists of its own in a
temporary folder, so that the machine's are left alone. Needs apt and its keyring.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from scaffold.project.packages.debian_names import NAMES, TIME64
from scaffold.project.packages.system_rows import ROWS

RELEASES = ("bookworm", "trixie")
KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"


def main() -> int:
    names = sorted(NAMES | {name for row in ROWS for name in row.system})
    bad = [f"{release}: {name}" for release in RELEASES for name in missing(release, names)]
    print("\n".join(bad) or f"{len(names)} names are in {' and '.join(RELEASES)}")
    return bool(bad)


def missing(release: str, names: list[str]) -> list[str]:
    """Names that the release lacks, under the name that it gives them."""
    wanted = {
        name: f"{name}t64" if release == "trixie" and name in TIME64 else name for name in names
    }
    with tempfile.TemporaryDirectory() as folder:
        run = apt(Path(folder), release)
        run("apt-get", "update")
        listed = run("apt-cache", "policy", *wanted.values())
    found = set(
        re.findall(r"^(\S+):\n  Installed: .*\n  Candidate: (?!\(none\))", listed, re.MULTILINE)
    )
    return [name for name, there in wanted.items() if there not in found]


def apt(folder: Path, release: str) -> Callable[..., str]:
    for name in ("lists/partial", "archives/partial"):
        (folder / name).mkdir(parents=True)
    source = folder / "sources.list"
    source.write_text(f"deb [signed-by={KEYS}] http://deb.debian.org/debian {release} main\n")
    options = {
        "Dir::Etc::SourceList": source,
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State": folder,
        "Dir::Cache": folder,
        "Dir::State::status": "/dev/null",
    }
    words = [word for key, value in options.items() for word in ("-o", f"{key}={value}")]

    def run(program: str, *arguments: str) -> str:
        command = [program, *words, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
        return done.stdout

    return run


if __name__ == "__main__":
    sys.exit(main())
