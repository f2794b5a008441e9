"""Folders of ours on a shared machine: whose they are, what others can do to them."""

import fcntl
import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from scaffold.adapters.local import paths
from scaffold.adapters.local.bug_log import write_bug_log
from scaffold.adapters.local.home_lock import home_locked
from scaffold.adapters.local.remembered import Remembered
from scaffold.adapters.local.signals import alike_signals, interruptible_worker
from scaffold.adapters.local.temporary import FOLDER_PREFIX, PREFIX, private_folder, sweep
from scaffold.errors import InputError


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "home").mkdir()


def test_a_relative_xdg_folder_is_ignored(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert paths.cache_folder() == tmp_path / "home" / ".cache" / "gpu-scaffold"


def test_a_runtime_folder_is_used_where_there_is_one(monkeypatch, tmp_path):
    assert paths.runtime_folder() == paths.state_folder()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert paths.runtime_folder() == tmp_path / "gpu-scaffold"


def test_without_a_home_there_is_still_a_folder(monkeypatch):
    def nobody():
        raise RuntimeError

    monkeypatch.setattr(paths.Path, "home", nobody)
    assert str(os.geteuid()) in paths.state_folder().name


def test_a_folder_that_others_may_read_is_closed(tmp_path):
    (tmp_path / "cache").mkdir(mode=0o755)
    paths.private(tmp_path / "cache")
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives folders away")
def test_another_users_folder_is_refused(tmp_path):
    (tmp_path / "cache").mkdir()
    os.chown(tmp_path / "cache", 4242, 4242)
    with pytest.raises(InputError, match="belongs to another user"):
        paths.private(tmp_path / "cache")


def test_an_open_home_folder_is_no_lock_of_ours(tmp_path):
    """Anybody who may read the home folder could hold a lock on it."""
    handle = os.open(tmp_path / "home", os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with home_locked():
            pass
    finally:
        os.close(handle)


def test_the_lock_holds_within_this_user():
    with home_locked():
        handle = os.open(paths.state_folder() / "lock", os.O_RDWR)
        with pytest.raises(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(handle)
        assert stat.S_IMODE(paths.state_folder().stat().st_mode) == 0o700


def test_the_lock_leaves_what_was_there_and_nothing_else():
    state = paths.state_folder()
    with home_locked():
        pass
    assert not state.exists()
    paths.private(state)
    with home_locked():
        (state / "record").write_text("x")
    assert [path.name for path in state.iterdir()] == ["record"]


def test_a_temporary_folder_is_gone_at_the_end_and_those_of_killed_runs_too(tmp_path):
    left = tmp_path / f"{FOLDER_PREFIX}dead"
    left.mkdir()
    (left / "key").write_text("x")
    with private_folder(str(tmp_path)) as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert not left.exists()
        with private_folder(str(tmp_path)):
            assert folder.exists()
    assert list(tmp_path.glob(f"{FOLDER_PREFIX}*")) == []


def test_a_link_with_the_name_of_a_temporary_folder_is_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / f"{FOLDER_PREFIX}x").symlink_to("mine")
    with private_folder(str(tmp_path)):
        pass
    assert (tmp_path / "mine").is_dir()


def test_temporary_files_of_ended_runs_are_swept_and_those_in_use_are_not(tmp_path):
    for name in ("old", "used"):
        (tmp_path / f"{PREFIX}{name}").touch()
    (tmp_path / f"{PREFIX}link").symlink_to("x")
    (tmp_path / f"{PREFIX}folder").mkdir()
    with (tmp_path / f"{PREFIX}used").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        folder = os.open(tmp_path, os.O_RDONLY)
        sweep(folder)
        os.close(folder)
    names = sorted(path.name.removeprefix(PREFIX) for path in tmp_path.glob(f"{PREFIX}*"))
    assert names == ["folder", "used"]


def test_memory_is_bounded_and_private(monkeypatch):
    monkeypatch.setattr("scaffold.adapters.local.remembered.KEPT", 4)
    memory = Remembered("test")
    for number in range(10):
        memory.add([(str(number),)])
        memory.add([(str(number),)])
    assert memory.knows("9")
    assert not memory.knows("0")
    path = paths.state_folder() / "test.sha256"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_bytes().split()) <= 6


def test_memory_that_is_a_link_is_no_memory(tmp_path):
    paths.private(paths.state_folder())
    (tmp_path / "planted").write_text("")
    (paths.state_folder() / "test.sha256").symlink_to(tmp_path / "planted")
    Remembered("test").add([("x",)])
    assert not Remembered("test").knows("x")
    assert (tmp_path / "planted").read_text() == ""


def test_a_bug_log_that_cannot_be_written_does_not_raise(monkeypatch, tmp_path):
    monkeypatch.setattr("scaffold.adapters.local.bug_log._written", refuse)
    assert write_bug_log(ValueError("x"), ["scaffold"]) is None


def refuse(*_args):
    raise OSError(28, "No space left on device")


def test_a_bug_log_holds_no_secret():
    log = write_bug_log(ValueError("https://u:CANARY@h/x"), ["scaffold", "--token=CANARY"])
    assert "CANARY" not in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_every_signal_is_an_interrupt_and_the_next_one_waits(number):
    # A shell starts programs in the background with an interrupt that is ignored.
    before = signal.signal(number, signal.default_int_handler)
    try:
        with alike_signals():
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(number)
            signal.raise_signal(number)
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(number)
    finally:
        signal.signal(number, before)


def test_an_ignored_signal_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with alike_signals():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_signals_in_other_threads_are_left_alone():
    thread = threading.Thread(target=lambda: alike_signals().__enter__())
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_a_signal_does_not_wait_for_a_thread_that_never_ends(tmp_path):
    program = (
        "import threading, time\n"
        "from scaffold.adapters.local.signals import alike_signals, interruptible_worker, leave\n"
        "try:\n"
        "    with alike_signals(), interruptible_worker() as pool:\n"
        "        future = pool.submit(time.sleep, 3600)\n"
        "        print('ready', flush=True)\n"
        "        future.result()\n"
        "except KeyboardInterrupt:\n"
        "    leave(130)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert child.stdout.readline() == b"ready\n"
    child.terminate()
    assert child.wait(300) == 130
    child.stdout.close()


def test_a_worker_that_ends_is_waited_for(tmp_path):
    with interruptible_worker() as pool:
        future = pool.submit(Path.touch, tmp_path / "done")
    assert future.done()


def test_folders_that_a_run_before_has_made_go_with_the_one_that_waited(tmp_path, monkeypatch):
    waits, flock = threading.Event(), fcntl.flock

    def second_run():
        with home_locked():
            pass

    second = threading.Thread(target=second_run)

    def locking(handle, how):
        if threading.current_thread() is second:
            waits.set()
        flock(handle, how)

    monkeypatch.setattr(fcntl, "flock", locking)
    with home_locked():
        second.start()
        waits.wait()
    second.join()
    assert list((tmp_path / "home").iterdir()) == []
