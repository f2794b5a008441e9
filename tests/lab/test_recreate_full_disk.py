"""A disk that fills up at any point of a recreate: the old container runs afterwards."""

import os
import random
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.lab.support.engine import CACHE, LONG, Flavour, running_engine
from tests.lab.support.podman import tiny_image
from tests.lab.support.recreating import finished, names, scaffold

FLAVOUR = Flavour("full", gpu=False, number=3)
DISK_MIB = 160
FILE_MIB = 30
NAME, SIDE = "crowded", "crowded-side"
FULL = int(os.environ.get("LAB_FULL", "40" if LONG else "1"))


@contextmanager
def small_disk():
    """The engine's data on a file system of its own, in memory."""
    data = CACHE / f"engine-{FLAVOUR.name}" / "data"
    data.mkdir(parents=True, exist_ok=True)
    subprocess.run(["umount", str(data)], check=False, capture_output=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "lab-full", str(data)]
    subprocess.run(mount, check=True)
    try:
        yield data
    finally:
        subprocess.run(["umount", "--lazy", str(data)], check=True)


@pytest.fixture
def crowded(lab_can_run):
    """An engine on a small disk with a running container that wrote a large part of it."""
    with small_disk() as data, running_engine(FLAVOUR) as engine:
        archive = Path(engine.folder) / "tiny.tar"
        archive.write_bytes(tiny_image())
        engine.docker("import", str(archive), "tiny")
        engine.docker("run", "--detach", "--init", f"--name={NAME}", "tiny", "sleep", "10000")
        write = f"dd if=/dev/zero of=/file bs=1M count={FILE_MIB}"
        engine.docker("exec", NAME, "sh", "-c", write)
        yield engine, data


def fill(data: Path, leave_mib: float) -> None:
    """Take the disk up to what is left."""
    free = os.statvfs(data)
    size = int(free.f_bavail * free.f_frsize - leave_mib * (1 << 20))
    with (data / "filler").open("ab") as filler:
        os.posix_fallocate(filler.fileno(), filler.tell(), size)


def test_full_disk_takes_nothing_away_and_a_rerun_completes(crowded):
    engine, data = crowded
    before = engine.inspect(NAME)["Id"]
    for leave in (FILE_MIB / 2, 4, 0.2, 0):
        (data / "filler").unlink(missing_ok=True)
        fill(data, leave)
        code, _, err = finished(engine, "recreate", NAME, "--env=A=1", "--yes")
        assert code == 1, err
        assert "no space left" in err or "not enough disk space" in err, err
        (data / "filler").unlink()
        assert names(engine, NAME)[0] == NAME
        if engine.docker("top", NAME, check=False).returncode:
            # With no space at all the engine cannot start anything; with some again it can.
            engine.docker("start", NAME)
        found = engine.inspect(NAME)
        assert (found["Id"], found["State"]["Running"]) == (before, True)
    code, _, err = finished(engine, "recreate", NAME, "--env=A=1", "--yes")
    assert code == 0, err
    assert [name for name in names(engine, NAME) if "-trial-" in name or "-next-" in name] == []
    size = engine.docker("exec", NAME, "sh", "-c", "busybox stat -c %s /file").stdout
    assert int(size) == FILE_MIB << 20


def test_disk_that_fills_up_at_any_moment_leaves_all_of_a_group_or_none(crowded):
    engine, data = crowded
    run = ("run", "--detach", "--init", f"--name={SIDE}", f"--network=container:{NAME}")
    engine.docker(*run, "tiny", "sleep", "10000")
    for number in range(FULL):
        before = ids(engine)
        for name in (NAME, SIDE):
            engine.docker("exec", name, "sh", "-c", f"echo {number} >/number")
        process = scaffold(engine, "recreate", NAME, "--env=A=1", "--with-dependents", "--yes")
        time.sleep(random.uniform(0.5, 12))  # noqa: S311
        # Something else may take the last bytes meanwhile.
        with suppress(OSError):
            fill(data, 0)
        process.communicate(timeout=300)
        (data / "filler").unlink(missing_ok=True)
        # What the next run does first; this one stops there, since there is nothing to do.
        code, out, err = finished(engine, "recreate", SIDE, "--no-env=NO_SUCH", "--yes")
        assert (code, "NO_SUCH is not set" in err) == (2, True), out + err
        after = ids(engine)
        assert [one != other for one, other in zip(before, after, strict=True)] in BOTH_OR_NONE
        for name in (NAME, SIDE):
            # With no space at all the engine cannot start anything; with some again it can.
            if engine.docker("top", name, check=False).returncode:
                engine.docker("start", name)
            found = engine.docker("exec", name, "sh", "-c", "cat /number").stdout
            assert found == f"{number}\n"
        assert engine.inspect(SIDE)["HostConfig"]["NetworkMode"] == f"container:{after[0]}"
        kept = [name for name in names(engine, NAME) if "-before-" in name]
        if kept:
            engine.docker("rm", "--force", *kept)


BOTH_OR_NONE = ([False, False], [True, True])


def ids(engine) -> list[str]:
    return [engine.inspect(name)["Id"] for name in (NAME, SIDE)]
