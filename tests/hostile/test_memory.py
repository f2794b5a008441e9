"""The biggest hostile inputs stay below 300 MB of memory."""

import json
import os
import subprocess
import sys

import pytest

from tests.hostile.harness import world
from tests.hostile.inputs import REMOTE, write
from tests.hostile.situations import FIXED, prepared

LIMIT_KIB = 300 << 10

BIGGEST = (
    *("3,000 files", "a sparse lock file", "a billion laughs in YAML", "nested tables in TOML"),
    *("a notebook of a million cells", "source of one long expression", "a README of code fences"),
)
ROWS = {row[1]: row for row in FIXED}
LONG = os.environ.get("LAB_LONG") == "1"


MEASURE = """
import resource, subprocess, sys
nothing = subprocess.DEVNULL
code = subprocess.run(sys.argv[1:], stdin=nothing, stdout=nothing, stderr=nothing).returncode
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Run in a small process, since a child counts the memory of the process that started it."""


def peak_kib(argv: list[str], root) -> tuple[int, int]:
    """The exit code of the command and the most memory that it had."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, sys.executable, "-m", "scaffold", *argv],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    code, most = map(int, done.stdout.split())
    return code, most


@pytest.mark.parametrize("title", BIGGEST if LONG else BIGGEST[:3])
def test_a_big_project_needs_little_memory(title):
    row = ROWS[title]
    with world() as base:
        prepared(row)(base / "home" / "project")
        code, most = peak_kib(row[2], base / "home" / "project")
    assert (code, most < LIMIT_KIB) == (0, True), most


@pytest.mark.parametrize("answer", ["endless", "zeros", "errors"])
def test_an_endless_answer_of_a_server_needs_little_memory(answer):
    with world() as base:
        root = base / "home" / "project"
        write(root, ".devcontainer/scaffold.toml", REMOTE.format("/srv/x"))
        (base / "far.json").write_text(json.dumps({"answer": answer}))
        code, most = peak_kib(["pull", "--trust"], root)
    assert (code, most < LIMIT_KIB) == (1, True), most
