"""Much in a container: the cost is said, progress is shown, and memory does not grow with it."""

import re
import sys
import time
from pathlib import Path

import pexpect
import pytest

from tests.lab.support.container_options import IMAGE
from tests.lab.support.engine import LONG
from tests.lab.support.recreating import finished, names, remove, scaffold

NAME = "much"
MIB = 12_000 if LONG else 100
FILES = 300_000 if LONG else 5_000
MOST_KIB = 200 << 10
"""What the process may take at its peak, whatever the container holds."""


@pytest.fixture
def much(engine):
    remove(engine, NAME)
    engine.docker("run", "--detach", "--init", f"--name={NAME}", IMAGE, "sleep", "10000")
    yield
    remove(engine, NAME)


def peak_kib(engine, *words: str) -> tuple[int, float, str]:
    """Peak resident memory in KiB, seconds, and errors of a run that must succeed."""
    begun = time.monotonic()
    process, peak = scaffold(engine, *words), 0
    # Not what wait4 tells, which holds the size of the tests that the program was forked from.
    while process.poll() is None:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())
        # Until it has become the program, it is as large as the tests.
        is_python = b"scaffold" in Path(f"/proc/{process.pid}/cmdline").read_bytes()
        peak = int(found[1]) if found and is_python else peak
        time.sleep(0.005)
    _, err = process.communicate()
    assert process.returncode == 0, err
    return peak, time.monotonic() - begun, err


def write(engine, script: str) -> None:
    engine.docker("exec", NAME, "sh", "-ec", script, timeout=1800)


def test_memory_does_not_grow_with_the_size_of_what_is_saved(engine, much):
    write(engine, "echo >/root/little")
    little, _, _ = peak_kib(engine, "recreate", NAME, "--env=RUN=1", "--yes")
    write(engine, f"dd if=/dev/zero of=/root/file bs=1M count={MIB} 2>/dev/null")
    _, out, _ = finished(engine, "recreate", NAME, "--env=RUN=2", "--dry-run")
    assert "of changed files are copied into an image" in out
    big, seconds, _ = peak_kib(engine, "recreate", NAME, "--env=RUN=2", "--yes")
    sys.stdout.write(
        f"{MIB} MiB: peak {big} KiB, with next to nothing {little} KiB; {seconds:.0f} s"
    )
    assert big < MOST_KIB
    assert big < little + (10 << 10)
    size = engine.docker("exec", NAME, "stat", "-c", "%s", "/root/file").stdout
    assert int(size) == MIB << 20


def test_person_sees_how_far_the_saving_is(engine, much):
    engine.docker("rmi", "lab/much:1", check=False)
    write(engine, f"dd if=/dev/zero of=/root/file bs=1M count={min(MIB, 2000)} 2>/dev/null")
    argv = ["-m", "scaffold", "container", "save", NAME, "lab/much:1"]
    env = {**engine.env, "TERM": "xterm"}
    person = pexpect.spawn(sys.executable, argv, env=env, encoding="utf-8", timeout=300)
    person.expect(r"MB of changed files|GB of changed files")
    person.expect(r"about [0-9.]+ [kMG]?B of")
    person.expect("saved as lab/much:1")
    person.expect(pexpect.EOF)
    engine.docker("rmi", "lab/much:1")


def test_interrupted_while_saving_everything_is_as_before(engine, much):
    write(engine, f"dd if=/dev/zero of=/root/file bs=1M count={min(MIB, 3000)} 2>/dev/null")
    before = engine.inspect(NAME)["Id"]
    argv = ["-m", "scaffold", "container", "recreate", NAME, "--yes"]
    env = {**engine.env, "TERM": "xterm"}
    person = pexpect.spawn(sys.executable, argv, env=env, encoding="utf-8", timeout=300)
    person.expect("saving")
    person.sendintr()
    person.expect("interrupted")
    person.expect(pexpect.EOF)
    person.wait()
    assert person.exitstatus == 130
    assert names(engine, NAME) == [NAME]
    found = engine.inspect(NAME)
    assert (found["Id"], found["State"]["Running"]) == (before, True)


def test_many_changed_files_are_counted_and_not_held(engine, much):
    lines = "for d in $(seq 100); do mkdir /srv/$d; cd /srv/$d; seq"
    write(engine, f"{lines} -f a-file-with-a-long-name-%.0f {FILES // 100} | xargs touch; done")
    listed, seconds, _ = peak_kib(engine, "list")
    assert listed < MOST_KIB
    shown, looked, _ = peak_kib(engine, "recreate", NAME, "--dry-run")
    assert shown < MOST_KIB
    sys.stdout.write(
        f"{FILES} files: list {seconds:.1f} s, {listed} KiB; look {looked:.1f} s, {shown} KiB"
    )
