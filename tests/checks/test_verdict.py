"""One verdict for every command: it follows what blocks, and a GPU seen in a container proves."""

import pytest

from scaffold.checks.verdict import Verdict, blockers, verdict
from scaffold.findings import Finding, Level


def found(level: Level, name: str = "toolkit.missing") -> Finding:
    return Finding(id=name, level=level, topic=name.partition(".")[0], message="x")


@pytest.mark.parametrize(
    ("levels", "expected", "ready"),
    [
        ((), Verdict.READY, True),
        ((Level.INFO,), Verdict.READY, True),
        ((Level.INFO, Level.WARN), Verdict.READY_WITH_WARNINGS, True),
        ((Level.WARN, Level.UNKNOWN), Verdict.UNKNOWN, False),
        ((Level.UNKNOWN, Level.ERROR), Verdict.NOT_READY, False),
    ],
)
def test_verdict_follows_the_blockers(levels, expected, ready):
    result = verdict(found(level) for level in levels)
    assert (result, result.is_ready) == (expected, ready)


@pytest.mark.parametrize(
    ("level", "name", "expected"),
    [
        (Level.ERROR, "toolkit.missing", Verdict.READY_WITH_WARNINGS),
        (Level.ERROR, "docker.stopped", Verdict.READY_WITH_WARNINGS),
        (Level.ERROR, "ssh.no-tcp-forwarding", Verdict.NOT_READY),
        (Level.ERROR, "disk.docker-full", Verdict.NOT_READY),
        (Level.ERROR, "gpu.in-error", Verdict.NOT_READY),
        (Level.UNKNOWN, "disk.unknown", Verdict.READY),
    ],
)
def test_gpu_seen_in_a_container_disproves_what_stands_between(level, name, expected):
    assert verdict([found(level, name)], gpu_proved=True) is expected


def test_blockers_keep_their_order():
    first, second = found(Level.UNKNOWN, "gpu.unknown"), found(Level.ERROR)
    assert blockers([found(Level.WARN), first, second]) == (first, second)
