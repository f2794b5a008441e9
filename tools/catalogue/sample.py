"""Checks rows that a seed draws with an installer, which reads the package index by itself.

    python -m tools.catalogue.sample path/to/uv --seed 19 --rows 60

A build has to resolve on the oldest and the newest Python of its row. A release of a package has
to resolve on its oldest Python, with a release of each framework that its row admits; the newest
may be one for which the framework does not exist yet. The index
is the one that the generator reads, so that only the reading is checked; what other sources say
of rows is in tests/catalogue/independent.toml.
"""

import argparse
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from packaging.specifiers import SpecifierSet

from tools.catalogue import stored
from tools.catalogue.companions import PROJECTS
from tools.installable.answers import KNOWN

AT_ONCE = 4
SECONDS = 600
PLATFORM = "manylinux_2_36"
"""What the python images on Debian 12 are."""


def drawn(seed: int, rows: int) -> list[tuple[str, dict[str, Any]]]:
    """Rows by seed, half of them builds on the default index, half releases of packages."""
    chance = random.Random(seed)  # noqa: S311
    builds = [
        (name.value, row)
        for name in KNOWN.builds
        for row in stored.load(stored.ROOT / f"{name.value}.json")["builds"]
        if not (row["index"] or row["links"])
    ]
    packages = [
        (name, row)
        for name in PROJECTS
        for row in stored.load(stored.ROOT / f"companions/{name}.json")["releases"]
        if row["needs"]
    ]
    return [*chance.sample(builds, rows // 2), *chance.sample(packages, rows - rows // 2)]


def faults(uv: str, name: str, row: dict[str, Any]) -> Iterator[str]:
    """What the installer says against a row."""
    arch = row["arch"] if isinstance(row.get("arch"), str) else "x86_64"
    text = f"{row.get('requirement', name)}=={row['version']}"
    pythons = row.get("python") or ["3.12"]
    for python in dict.fromkeys((pythons[0], *(pythons[-1:] if "requirement" in row else ()))):
        done = resolved(uv, text, python, arch)
        if done.returncode:
            yield f"{text} on {python} {arch}: {' '.join(done.stderr.split())[:300]}"
        for needed, spec in row.get("needs", {}).items():
            found = re.search(rf"^{needed}==(\S+)$", done.stdout, re.MULTILINE)
            if found and not SpecifierSet(spec).contains(found[1], prereleases=True):
                yield f"{text}: {needed} {found[1]} is not {spec}"


def resolved(uv: str, text: str, python: str, arch: str) -> subprocess.CompletedProcess[str]:
    """The installer's answer to one requirement."""
    command = [uv, "pip", "compile", "-", "--quiet", "--no-header", "--no-config", "--no-annotate"]
    command += ["--python-version", python, "--python-platform", f"{arch}-{PLATFORM}"]
    try:
        return subprocess.run(
            command, input=text, capture_output=True, text=True, check=False, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", f"no answer in {SECONDS} seconds")


def main() -> int:
    """Print what is wrong; 1 if anything is."""
    parser = argparse.ArgumentParser(prog="python -m tools.catalogue.sample", description=__doc__)
    parser.add_argument("uv", help="path of uv")
    parser.add_argument("--seed", type=int, default=19)
    parser.add_argument("--rows", type=int, default=60)
    options = parser.parse_args()
    sample = drawn(options.seed, options.rows)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(lambda entry: list(faults(options.uv, *entry)), sample)
        wrong = [text for texts in found for text in texts]
    print(f"{len(sample)} rows drawn by seed {options.seed}, {len(wrong)} faults", *wrong, sep="\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
