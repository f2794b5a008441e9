"""The column "installed" of docs/uv-sets.md: what two environments hold after pip and after uv.

    python -m tools.uv_freeze FOLDER [NAME…] [--wheels FOLDER]

Each list of `uv_sets.json` that both can resolve is installed twice, into a new environment by
pip and into one by uv, as the generated Dockerfile does: the framework's build first, then the
list beside it. `pip freeze --all` of the two is compared, and written into the same file. Both
environments are deleted again: a list with torch takes 2 GB meanwhile.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from tools.uv_sets import (
    Chosen,
    arguments,
    compared,
    last_error,
    links_of,
    options_of,
    path_of,
    run,
    write,
)

SECONDS = 900

Install = Callable[[Path, Path, list[str], list[str]], str]
"""Installs a list, with packages beside it, into a folder; returns why it could not."""


def with_pip(environment: Path, path: Path, beside: list[str], links: list[str]) -> str:
    """A usual environment, and pip."""
    install = [str(environment / "bin/python"), "-m", "pip", "install", "--no-compile", "--quiet"]
    made = [sys.executable, "-m", "venv", str(environment)]
    return _each(path.parent, made, *_steps(install, path, beside, links))


def with_uv(environment: Path, path: Path, beside: list[str], links: list[str]) -> str:
    """The environment of a generated Dockerfile, and uv with the options that it gets there."""
    install = ["uv", "pip", "install", "--quiet", "--no-config", *options_of(path)]
    install += ["--python", str(environment / "bin/python")]
    made = ["uv", "venv", "--quiet", "--no-config", "--seed", "--python", sys.executable]
    return _each(path.parent, [*made, str(environment)], *_steps(install, path, beside, links))


def _steps(install: list[str], path: Path, beside: list[str], links: list[str]) -> list[list[str]]:
    framework = [[*install, *links, *beside]] if beside else []
    return [*framework, [*install, *links, "-r", path.name, *beside]]


def _each(folder: Path, *commands: list[str]) -> str:
    for command in commands:
        done = run(command, folder, seconds=SECONDS)
        if done.returncode:
            return last_error(done.stderr)
    return ""


def installed(install: Install, path: Path, beside: list[str], links: list[str]) -> Chosen:
    """What `pip freeze --all` says of a new environment."""
    with tempfile.TemporaryDirectory() as name:
        environment = Path(name) / "environment"
        if error := install(environment, path, beside, links):
            return Chosen({}, error)
        # By this Python's pip: a list may install one too old for the environment's Python.
        words = [sys.executable, "-m", "pip", "--python", str(environment / "bin/python")]
        words += ["freeze", "--all"]
        return Chosen(frozen(run(words, Path(name)).stdout))


def frozen(text: str) -> dict[str, str]:
    """The packages of `pip freeze`, with their versions or addresses."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, separator, version = line.partition(" @ ")
        if not separator:
            name, _, version = line.partition("==")
        found[canonicalize_name(name)] = version
    return found


def freeze_row(row: dict[str, Any], trees: Path, wheels: str) -> dict[str, Any]:
    """The comparison of the two environments of one list."""
    path, links = path_of(row, trees), links_of(row, wheels)
    pip, uv = (installed(one, path, row["beside"], links) for one in (with_pip, with_uv))
    return compared(pip, uv)


def main() -> None:
    options, rows = arguments()
    for row in rows:
        if "errors" in row or (options.names and row["name"] not in options.names):
            continue
        row["installed"] = freeze_row(row, options.trees, options.wheels)
        print(row["name"], row["list"], json.dumps(row["installed"]), flush=True)
        write(rows)


if __name__ == "__main__":
    main()
