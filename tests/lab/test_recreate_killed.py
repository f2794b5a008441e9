"""SIGKILL at many moments of a recreate: nothing is ever lost, and the next run goes on."""

import itertools
import time
from collections.abc import Iterator

import pytest

from scaffold.adapters.docker.engine import docker_engine
from scaffold.commands.container.recovery import settle
from scaffold.commands.container.starting import SETTLED_S
from tests.lab.support.container_options import IMAGE
from tests.lab.support.engine import LONG
from tests.lab.support.recreating import finished, names, remove, scaffold

NAME = "killed"
MOMENTS = 100 if LONG else 8
FIRST, LAST = 0.1, 1.2
"""Of the time to the successor's start, which depends on the machine: both sides of all acts."""

RERUN_EACH = 5
"""Every so often the same command is run again; else only what it begins with."""


@pytest.fixture
def victim(engine):
    """A running container with a file of its own and one in an unnamed volume."""
    remove(engine, NAME)
    options = ("--init", "--volume=/unnamed", "--restart=always", "--publish=18190:80")
    engine.docker("run", "--detach", f"--name={NAME}", *options, IMAGE, "sleep", "10000")
    script = "echo a >/root/file; echo b >/unnamed/file"
    engine.docker("exec", NAME, "sh", "-c", script)
    yield
    remove(engine, NAME)


def contents(engine) -> str:
    return engine.docker("exec", NAME, "cat", "/root/file", "/unnamed/file").stdout


def test_kill_at_any_moment_loses_nothing(engine, victim):
    seen = set()
    busy_s = _busy(engine)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCKER_HOST", engine.socket)
        with docker_engine() as opened:
            for moment in _moments(seen):
                process = scaffold(engine, "recreate", NAME, f"--env=RUN={moment}", "--yes")
                time.sleep(busy_s * (FIRST + (LAST - FIRST) * (moment / MOMENTS % 1)))
                process.kill()
                process.communicate()
                seen.add(_parts(engine))
                if moment % RERUN_EACH == 0:
                    code, _, err = finished(
                        engine, "recreate", NAME, f"--env=RUN={moment}", "--yes"
                    )
                    assert code == 0, err
                else:
                    settle(opened, NAME)
                _check(engine, moment)
    # The moments were chosen well: killed before, during and after the exchange of names.
    assert len(seen) > 2, seen


def _moments(seen: set[tuple[str, ...]]) -> Iterator[int]:
    """All moments; where runs took longer than the first one, some are tried again."""
    yield from range(MOMENTS)
    yield from itertools.takewhile(lambda _: len(seen) < 3, range(MOMENTS, 3 * MOMENTS))


def _busy(engine) -> float:
    """Seconds that an undisturbed run takes until its successor has started."""
    started = time.monotonic()
    code, _, err = finished(engine, "recreate", NAME, "--env=RUN=first", "--yes")
    busy_s = time.monotonic() - started - SETTLED_S
    assert code == 0, err
    _check(engine, -1)
    return busy_s


def _parts(engine) -> tuple[str, ...]:
    """What a kill left, without the dates."""
    return tuple(sorted({name.rstrip("0123456789-") for name in names(engine, NAME)}))


def _check(engine, moment: int) -> None:
    left = names(engine, NAME)
    assert NAME in left, moment
    assert not [name for name in left if "-trial-" in name or "-next-" in name], moment
    engine.docker("start", NAME)
    assert contents(engine) == "a\nb\n", moment
    assert engine.inspect(NAME)["HostConfig"]["RestartPolicy"]["Name"] == "always", moment
    for kept in left:
        if kept != NAME:
            engine.docker("rm", kept)
