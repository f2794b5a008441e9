"""Known failures: each text is recognised as itself, and what it says can be used as it stands."""

import re

import pytest

from scaffold.catalogue.failures import (
    LINES,
    PROGRAMS,
    VALUE_LIMIT,
    FailurePlace,
    diagnose,
    known_failures,
)

ROWS = known_failures()
SERVER = FailurePlace(host="gpu01", docker="docker --context gpu01", up="scaffold up sub")
HERE = FailurePlace()


def test_at_least_sixty_texts_of_every_program_are_known():
    assert len(ROWS) >= 60
    assert {row.program for row in ROWS} == set(PROGRAMS)
    assert len({row.text for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.text[:60])
def test_text_as_people_paste_it_is_recognised_as_itself(row):
    found = diagnose(f"some line\n{row.text}\n", SERVER)
    assert found
    assert found.known is row
    for words in (found.cause, found.fix):
        assert words
        assert not re.search(r"[{}]", words), words


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.text[:60])
def test_every_pattern_is_lower_case_and_has_the_values_that_are_used(row):
    used = [int(number) for number in re.findall(r"\{(\d)\}", row.cause + row.fix + row.server_fix)]
    for pattern in row.match:
        assert pattern == pattern.lower()
        assert pattern.count("*") > max(used, default=-1), pattern


TOLD = {
    "a host is named, and its commands": (
        "Cannot connect to the Docker daemon at unix:///x",
        SERVER,
        "Docker is not running on gpu01",
        "scaffold host check gpu01",
    ),
    "this computer is named": (
        "Cannot connect to the Docker daemon at unix:///x",
        HERE,
        "Docker is not running on this computer",
        "scaffold host check local",
    ),
    "the values of the line are used": (
        "#9 1.2 src/x.c:3:10: fatal error: GL/gl.h: No such file or directory",
        HERE,
        "the header GL/gl.h is missing",
        "scaffold init --apt PACKAGE",
    ),
    "the root cause comes before what it causes": (
        (
            "WARNING: Failed to resolve 'x' (Temporary failure in name resolution)\n"
            "ERROR: Could not find a version that satisfies the requirement torch (from versions: "
            "none)\nERROR: No matching distribution found for torch"
        ),
        HERE,
        "no internet",
        "scaffold host check local --network",
    ),
    "the failed command is named last": (
        'ERROR: process "/bin/sh -c make" did not complete successfully: exit code: 2',
        HERE,
        "failed with exit code 2",
        "scaffold up --rebuild",
    ),
    "a command takes foreign text quoted": (
        "invalid mount config: bind source path does not exist: /a$(reboot)\x1b[1m b",
        HERE,
        "/a$(reboot)\\x1b[1m b does not exist",
        "'/a$(reboot)\\x1b[1m b'",
    ),
    "the hook's error is found in runc's quotes": (
        (
            "exit status 1, stderr: nvidia-container-cli: initialization error: nvml error: driver "
            'not loaded\\\\\\\\n\\\\\\"\\"": unknown.'
        ),
        SERVER,
        "the NVIDIA driver is not loaded on gpu01",
        "scaffold host check gpu01",
    ),
    "another port": (
        "docker: Bind for :::8888 failed: port is already allocated.",
        SERVER,
        "a port that the container publishes",
        "the port on gpu01",
    ),
}


@pytest.mark.parametrize(("output", "place", "cause", "fix"), TOLD.values(), ids=TOLD)
def test_cause_and_fix_are_for_the_place_of_the_run(output, place, cause, fix):
    found = diagnose(output, place)
    assert found
    assert cause in found.cause
    assert fix in found.fix


@pytest.mark.parametrize(
    "output", ["", "all is well", "Could not resolve Dependencies", "x\n" * 9, "\x00\xff"]
)
def test_other_text_is_no_known_failure(output):
    assert diagnose(output, HERE) is None


def test_a_program_on_the_server_itself_has_its_own_fix():
    text = "E: Could not get lock /var/lib/dpkg/lock"
    on_server = diagnose(text, FailurePlace(host="gpu01", on_server=True))
    assert on_server
    assert on_server.fix.endswith("run again: scaffold host setup gpu01")
    in_image = diagnose(text, SERVER)
    assert in_image
    assert in_image.fix.endswith("run again: scaffold up sub")


def test_only_the_end_of_the_output_counts():
    assert diagnose("no space left on device\n" + "fine\n" * LINES, HERE) is None


def test_long_values_are_shortened():
    found = diagnose(f"E: Unable to locate package {'x' * 500}", HERE)
    assert found
    assert "x" * (VALUE_LIMIT - 1) + "…" in found.cause
    assert "x" * VALUE_LIMIT not in found.cause


def test_hostile_lines_take_linear_time():
    """Lines that make backtracking expressions quadratic or worse are searched to their end."""
    for text in ("bind for " * 400, "dial tcp: lookup " * 200, "client version " * 250):
        assert diagnose(f"{text}\n" * LINES, HERE) is None


NO_RESOLVER = "sudo: unable to resolve host vm: Name or service not known\n"


def test_a_warning_that_ends_no_program_is_no_cause():
    locked = "E: Could not get lock /var/lib/dpkg/lock-frontend"
    found = diagnose(f"{locked}\n{NO_RESOLVER}", SERVER)
    assert found
    assert found.cause == "the package manager is busy"
    assert diagnose(f"ours: daemon.json is as it was\n{NO_RESOLVER}", SERVER) is None
