"""docs/uv-sets.md: what pip and uv choose from public requirements files, package by package.

    python -m tools.uv_sets FOLDER [NAME…] [--wheels FOLDER]

FOLDER holds trees named `owner+name`. Each list of `uv_sets.json` is resolved by pip
(`pip install --dry-run --report`) and by uv (`uv pip compile`) for the Python that runs the
program, uv with the options that a generated Dockerfile gives it. Nothing is installed. Counts
and differences are written into the same file; why a list differs is written there by hand.
`beside` are packages that an image has from an earlier layer, such as the framework, whose
wheels are in the folder of `--wheels`.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from packaging.utils import canonicalize_name

from scaffold.project.reading import read_project

RECORD = Path(__file__).with_name("uv_sets.json")
SECONDS = 240
KEPT = ("name", "commit", "list", "beside", "why", "installed", "why_installed")
_OWN = ("PIP_", "UV_")

HEAD = """\
# pip and uv, package by package
What pip and uv choose from public requirements files, for the same Python and with the options that a generated Dockerfile gives to uv. "Equal" means the same packages in the same versions, those that others need included. Lists that need torch were resolved together with the build that stands beside them, as the image has it from its framework layer. Made by `make docs` from `tools/uv_sets.json`; `python -m tools.uv_sets FOLDER` resolves the lists again.

"Installed" compares `pip freeze --all` of two real environments, one made by `python -m venv` and pip, one by `uv venv --seed` and uv (`python -m tools.uv_freeze FOLDER`). They begin with other tools, which the column leaves out: pip 23.2.1 and setuptools 65.5.0, which Python 3.11 brings; in uv's the newest pip, setuptools (below 82 in a generated Dockerfile) and wheel, and packaging, which wheel needs.

"""  # noqa: E501


class Chosen(NamedTuple):
    """The packages with their versions, or why there are none."""

    packages: dict[str, str]
    error: str = ""


def options_of(path: Path) -> tuple[str, ...]:
    """The options that uv gets for a list."""
    files = {one.name: one.read_bytes() for one in path.parent.iterdir() if one.is_file()}
    return read_project({path.name: files[path.name], **files}).uv_options


def by_uv(path: Path, beside: list[str], links: list[str]) -> Chosen:
    """What `uv pip compile` chooses."""
    words = ["uv", "pip", "compile", "--quiet", "--no-config", "--no-header", "--no-annotate"]
    words += ["--python", sys.executable, *options_of(path), *links, path.name]
    done = run([*words, *(["-"] if beside else [])], path.parent, "\n".join(beside))
    if done.returncode:
        return Chosen({}, last_error(done.stderr))
    return Chosen(dict(_pinned(line) for line in done.stdout.splitlines() if line[:1].isalnum()))


def _pinned(line: str) -> tuple[str, str]:
    name, _, version = line.partition(" @ ") if " @ " in line else line.partition("==")
    return canonicalize_name(name.partition("[")[0]), version.partition(" ;")[0].strip()


def by_pip(path: Path, beside: list[str], links: list[str]) -> Chosen:
    """What `pip install --dry-run` chooses."""
    words = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--ignore-installed"]
    words += ["--report", "-", *links, *beside, "-r", path.name]
    done = run(words, path.parent)
    return Chosen({}, last_error(done.stderr)) if done.returncode else reported(done.stdout)


def reported(text: str) -> Chosen:
    """The packages of pip's report; other output may stand before it."""
    found: dict[str, str] = {}
    for one in json.loads(text[text.index("{") :])["install"]:
        version = one["download_info"]["url"] if one["is_direct"] else one["metadata"]["version"]
        found[canonicalize_name(one["metadata"]["name"])] = version
    return Chosen(found)


def run(
    words: list[str], folder: Path, text: str = "", seconds: int = SECONDS
) -> subprocess.CompletedProcess[str]:
    """Run a program without this machine's own settings of pip and uv."""
    # This machine's own settings of pip would give it other sources than uv.
    ours = {k: v for k, v in os.environ.items() if k == "PIP_CERT" or not k.startswith(_OWN)}
    env = {**ours, "PIP_CONFIG_FILE": os.devnull, "PIP_NO_INPUT": "1", "PIP_DEFAULT_TIMEOUT": "60"}
    # Beside a list may stand a module with the name of one of Python's own.
    env["PYTHONSAFEPATH"] = "1"
    try:
        return subprocess.run(
            words,
            cwd=folder,
            env=env,
            input=text,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(words, 124, "", f"error: stopped after {seconds} s")


def last_error(text: str) -> str:
    """The line of a program's output that says why it stopped."""
    lines = [line.strip() for line in text.splitlines() if line.lower().startswith("error")]
    return (lines or text.strip().splitlines() or ["no output"])[-1][:160]


def compared(pip: Chosen, uv: Chosen) -> dict[str, Any]:
    """How many packages each chose, and those that differ."""
    counts: dict[str, Any] = {"pip": len(pip.packages), "uv": len(uv.packages)}
    if pip.error or uv.error:
        return {**counts, "errors": [pip.error, uv.error]}
    pairs = {
        name: [pip.packages.get(name, "none"), uv.packages.get(name, "none")]
        for name in sorted(pip.packages.keys() | uv.packages.keys())
    }
    differ = {name: pair for name, pair in pairs.items() if not _same(*pair)}
    return {**counts, "differ": differ} if differ else counts


def _same(one: str, other: str) -> bool:
    """Equal versions, or two addresses: uv adds the commit to that of a repository."""
    return one == other or ("://" in one and "://" in other)


def result_of(row: dict[str, Any]) -> str:
    """What the page says of one list."""
    if "differ" in row:
        pairs = (f"{name} {' / '.join(pair)}" for name, pair in row["differ"].items())
        return f"differs (pip / uv): {', '.join(pairs)}: {row['why']}"
    return "equal" if "errors" not in row else f"neither installs: {row['why']}"


_SEEDS = ("pip", "setuptools", "wheel")


def installed_of(row: dict[str, Any]) -> str:
    """What the page says of the two environments of one list."""
    if "installed" not in row:
        return "not installed"
    found = row["installed"]
    if "errors" in found:
        return f"an installation failed: {row['why_installed']}"
    # What every environment begins with; wheel needs packaging.
    pairs = {name: pair for name, pair in found.get("differ", {}).items() if name not in _SEEDS}
    if pairs.get("packaging", ("",))[0] == "none":
        del pairs["packaging"]
    told = ", ".join(f"{name} {' / '.join(pair)}" for name, pair in pairs.items())
    return f"differs (pip / uv): {told}: {row['why_installed']}" if told else "equal"


def page() -> str:
    """The whole page."""
    rows = json.loads(RECORD.read_text(encoding="utf-8"))
    results = [result_of(row) for row in rows]
    total = f"{len(rows)} lists; the result of {results.count('equal')} is equal.\n\n"
    installed = [text for text in map(installed_of, rows) if text != "not installed"]
    total = total.replace("\n\n", f" {len(installed)} were also installed.\n\n")
    head = "| list | Python | packages | chosen | installed |\n| --- | --- | --- | --- | --- |\n"
    lines = (
        f"| {row['name']}, {' + '.join((row['list'], *row['beside']))} | {row['python']}"
        f" | {row['pip']} | {result} | {installed_of(row)} |\n"
        for row, result in zip(rows, results, strict=True)
    )
    return HEAD + total + head + "".join(lines)


def arguments() -> tuple[argparse.Namespace, list[dict[str, Any]]]:
    """The options of the command line, and the rows of the record."""
    parser = argparse.ArgumentParser()
    parser.add_argument("trees", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--wheels", default="")
    return parser.parse_args(), json.loads(RECORD.read_text(encoding="utf-8"))


def path_of(row: dict[str, Any], trees: Path) -> Path:
    """Where a row's list is."""
    return trees / str(row["name"]).replace("/", "+") / str(row["list"])


def links_of(row: dict[str, Any], wheels: str) -> list[str]:
    """Where the packages beside a list come from."""
    return ["--find-links", wheels] if row["beside"] else []


def write(rows: list[dict[str, Any]]) -> None:
    """Write the record."""
    RECORD.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    options, rows = arguments()
    for row in rows:
        if options.names and row["name"] not in options.names:
            continue
        path, links = path_of(row, options.trees), links_of(row, options.wheels)
        pip, uv = (resolve(path, row["beside"], links) for resolve in (by_pip, by_uv))
        kept = {key: row[key] for key in KEPT if key in row}
        row.clear()
        row.update(kept, python=".".join(map(str, sys.version_info[:2])), **compared(pip, uv))
        print(json.dumps(row), flush=True)
        write(rows)


if __name__ == "__main__":
    main()
