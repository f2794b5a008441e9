"""What goes wrong on the way is said with the next step, and nothing is left half done."""

import contextlib
import json
import os
import random
import signal
import subprocess
import threading
import time
from pathlib import Path

import pexpect
import pytest

from tests.lab.hosts.mendable import DAEMON, NO_TOOLKIT, STOPPED, UNCONFIGURED
from tests.lab.hosts.pieces_system import PASSWORD, USER, account, sshd
from tests.lab.hosts.standins import ASKED, INFO, sudoers, unix_pam
from tests.lab.support.engine import LONG, Engine
from tests.lab.support.host_view import REAL, Changes, Disk, Folder, Link, Private, Program
from tests.lab.support.laptop import SCAFFOLD, Laptop
from tests.lab.support.relay import Cut, Relay, relaying
from tests.lab.support.rows import with_long
from tests.lab.support.sshd import Keys, LabHost, running_host
from tests.lab.test_host_setup import IMAGE, gpu_engine, laptop, view

__all__ = ["gpu_engine", "laptop"]

BROKEN = '{"a": 1 "b": 2}\n'
KEY_FILE = "AuthorizedKeysFile .ssh/authorized_keys"
MOMENTS = int(os.environ.get("LAB_KILLS") or (200 if LONG else 8))


def spawn(laptop: Laptop, host: LabHost | Relay, *options: str) -> "pexpect.spawn[str]":
    argv = laptop.argv(*SCAFFOLD, "host", "setup", f"{USER}@127.0.0.1:{host.port}", *options)
    return pexpect.spawn(argv[0], argv[1:], env=laptop.env, encoding="utf-8", timeout=600)


def answered(child: "pexpect.spawn[str]", password: str = PASSWORD) -> tuple[int | None, str]:
    """Answer what is asked; exit status and output."""
    said = ""
    while asked := child.expect([pexpect.EOF, "Trust it.*: ", "assword.*: "]):
        said += child.before or ""
        child.sendline("yes" if asked == 1 else password)
    said += child.before or ""
    child.close()
    return child.exitstatus, said


def shadow(rest: str) -> Changes:
    """The user's account with other dates (shadow(5), from the last change on)."""
    usual = account()["/etc/shadow"]
    assert isinstance(usual, Private)
    return {"/etc/shadow": Private(usual.text.replace(":20000::::::\n", f":{rest}\n"))}


FAULTS: tuple[tuple[str, Changes, str], ...] = (
    ("wrong password", {}, "does not accept that password of ada"),
    (
        "no passwords",
        sshd(KEY_FILE, "PasswordAuthentication no", "KbdInteractiveAuthentication no"),
        "does not let ada in",
    ),
    ("forced command", sshd(KEY_FILE, "ForceCommand echo menu"), "runs no commands"),
    ("no home", {"/home/ada": None}, "there is no home folder"),
    ("a home of root's", {"/home/ada": Folder(0)}, "cannot be"),
    ("keys elsewhere", sshd("AuthorizedKeysFile /etc/none"), "does not take the key"),
    ("a read-only home", {"/home/ada": Disk(1, options="ro")}, "(Read-only file system)"),
    (
        "an account that has expired",
        {**sshd(KEY_FILE, "UsePAM yes"), **unix_pam("sshd"), **shadow("20000:::::1:")},
        "does not let ada in: the account has expired",
    ),
    ("a password that has expired", shadow("0::::::"), "the password has expired"),
    (
        "a shell that lets nobody in",
        {**account("/usr/sbin/nologin"), "/usr/sbin/nologin": Link(f"{REAL}/sbin/nologin")},
        "runs no commands (nologin)",
    ),
    (
        "daemon.json is not JSON, and Docker does not run",
        {**STOPPED, **NO_TOOLKIT, INFO: None, DAEMON: BROKEN},
        "/etc/docker/daemon.json",
    ),
    ("a login that prints", {"/home/ada/.bashrc": "echo Welcome\n"}, "prints to programs"),
    (
        "not in sudoers",
        {**sudoers("root ALL=(ALL) ALL"), **UNCONFIGURED, **account(groups=("render",))},
        "may not use sudo",
    ),
    (
        "sudo wants a terminal",
        {
            **sudoers("Defaults requiretty\nada ALL=(ALL) ALL"),
            **UNCONFIGURED,
            **account(groups=("render",)),
        },
        "sudo on the host wants a terminal",
    ),
    (
        "a locked package manager",
        {
            **NO_TOOLKIT,
            "/usr/bin/apt-get": Program("echo 'E: Could not get lock /var/lib/dpkg' >&2; exit 100"),
        },
        "the package manager is busy",
    ),
    (
        "no way to the internet",
        {
            **NO_TOOLKIT,
            "/usr/bin/apt-get": Program("echo 'Temporary failure resolving x' >&2; exit 100"),
        },
        "there is no internet",
    ),
    (
        "Docker does not come back",
        {
            **UNCONFIGURED,
            "/etc/docker/daemon.json": '{"data-root": "/data"}\n',
            "/usr/bin/systemctl": Program(
                f"case $1 in restart) exit 1 ;; esac; exec {REAL}/bin/busybox cat "
                "/opt/recorded/systemctl"
            ),
        },
        "daemon.json is as it was",
    ),
    (
        "no such package",
        {
            **NO_TOOLKIT,
            "/etc/os-release": "ID=odd\nVERSION_ID=1\n",
            "/usr/bin/apt-get": Program("echo 'E: Unable to locate package' >&2; exit 100"),
        },
        "Unable to locate package",
    ),
)


EACH_TIME = {
    *("wrong password", "a read-only home", "a password that has expired", "not in sudoers"),
    *("daemon.json is not JSON, and Docker does not run", "a locked package manager"),
    *("Docker does not come back",),
}


@pytest.mark.parametrize("fault", with_long([(row[0], row[1:3]) for row in FAULTS], EACH_TIME))
def test_a_fault_is_told_and_nothing_is_half_done(
    fault: tuple[Changes, str], gpu_engine: Engine, keys: Keys, laptop: Laptop
):
    changes, told = fault
    with running_host(view(gpu_engine, changes), keys) as host:
        before = (host.root / "etc/docker").exists() and daemon_json(host)
        password = "guess" if "that password of" in told else PASSWORD
        code, said = answered(spawn(laptop, host, "--name", "gpu01", "--yes"), password)
        assert code == 1, said
        assert told in " ".join(said.split()), said
        assert daemon_json(host) == before
        assert_whole(laptop, host)
        if "/etc/docker/daemon.json" in told:
            assert asked(host) == ""


def test_a_broken_daemon_json_is_left_alone_while_docker_runs_on(
    gpu_engine: Engine, keys: Keys, laptop: Laptop
):
    with running_host(view(gpu_engine, {**NO_TOOLKIT, DAEMON: BROKEN}), keys) as host:
        code, said = answered(spawn(laptop, host, "--name", "gpu01", "--yes"))
        assert "not started: Docker cannot read /etc/docker/daemon.json" in " ".join(said.split())
        # The container that saw the GPU outweighs what the host says of the toolkit.
        assert (code, "Ready; the warnings above can wait" in said) == (0, True), said
        assert daemon_json(host) == BROKEN
        assert asked(host) == ""


def asked(host: LabHost) -> str:
    """What package manager, services and reboot were asked for."""
    return (host.root / ASKED.lstrip("/")).read_text()


def daemon_json(host: LabHost) -> str | None:
    path = host.root / "etc/docker/daemon.json"
    return path.read_text() if path.exists() else None


def assert_whole(laptop: Laptop, host: LabHost) -> None:
    """Every file of ours is one that its program can read, and ends where it should."""
    ssh = laptop.home / ".ssh"
    for path in (ssh / "known_hosts", ssh / "config", ssh / "gpu-scaffold.conf"):
        assert not path.exists() or not path.read_bytes() or path.read_bytes().endswith(b"\n")
    if (ssh / "config").exists():
        assert laptop.run("ssh", "-G", "gpu01").returncode == 0
    for path in (laptop.home / ".docker").rglob("meta.json"):
        json.loads(path.read_text())
    keys = host.root / "home/ada/.ssh/authorized_keys"
    assert not keys.exists() or keys.read_bytes().endswith(b"\n")
    content = daemon_json(host)
    assert content is None or content == BROKEN or json.loads(content)


SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


def kill(child: "pexpect.spawn[str]", number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(child.pid, number)


def test_killed_at_any_moment_all_is_whole_and_a_rerun_completes(
    gpu_engine: Engine, keys: Keys, laptop: Laptop
):
    moments = random.Random(5)  # noqa: S311
    with running_host(view(gpu_engine, NO_TOOLKIT), keys) as host:
        for place in range(MOMENTS):
            child = spawn(laptop, host, "--name", "gpu01", "--yes")
            number = SIGNALS[place % len(SIGNALS)]
            timer = threading.Timer(moments.uniform(0.1, 3), kill, (child, number))
            timer.start()
            code, _ = answered(child)
            timer.join()
            assert_whole(laptop, host)
            if code == 0:
                laptop.scaffold("host", "remove", "gpu01", "--key", "--known-host", "--yes")
        code, said = answered(spawn(laptop, host, "--name", "gpu01", "--yes"))
        assert code == 0, said


def test_no_secret_is_seen_by_other_processes(gpu_engine: Engine, keys: Keys, laptop: Laptop):
    seen: list[str] = []
    ended = threading.Event()

    def watch() -> None:
        while not ended.is_set():
            for folder in Path("/proc").glob("[0-9]*"):
                for name in ("cmdline", "environ"):
                    try:
                        text = (folder / name).read_bytes()
                    except OSError:
                        continue
                    if PASSWORD.encode() in text:
                        seen.append(f"{folder}/{name}")
            time.sleep(0.005)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        with running_host(view(gpu_engine, NO_TOOLKIT), keys) as host:
            code, said = answered(spawn(laptop, host, "--name", "gpu01", "--yes"))
    finally:
        ended.set()
        watcher.join()
    assert code == 0, said
    assert seen == []
    assert not any(
        PASSWORD.encode() in bytes(str(text), "utf-8") for text in laptop.content().values()
    )
    modes = {path.name: path.stat().st_mode & 0o777 for path in (laptop.home / ".ssh").iterdir()}
    assert modes["id_ed25519"] == modes["config"] == modes["gpu-scaffold.conf"] == 0o600
    assert (laptop.home / ".ssh").stat().st_mode & 0o777 == 0o700


def test_what_is_the_users_own_is_never_overwritten(gpu_engine: Engine, keys: Keys, laptop: Laptop):
    with running_host(view(gpu_engine, {}), keys) as host:
        ssh = laptop.home / ".ssh"
        ssh.mkdir(mode=0o700)
        (ssh / "config").write_text("Host gpu02\n  HostName 10.9.8.7\n# mine, without an end")
        taken = laptop.scaffold(
            "host", "setup", f"ada@127.0.0.1:{host.port}", "--name=gpu02", "--yes"
        )
        assert taken.returncode == 2
        assert "is an alias of your own ssh config" in taken.stderr
        made = laptop.run(
            "/usr/bin/docker", "context", "create", "gpu01", "--docker", "host=ssh://x"
        )
        assert made.returncode == 0, made.stderr
        before = laptop.content()
        code, said = answered(spawn(laptop, host, "--name", "gpu01", "--yes"))
        assert code == 1
        assert "there is a Docker context gpu01 already, for ssh://x" in " ".join(said.split())
        code, said = answered(spawn(laptop, host, "--name=gpu01", "--yes", "--replace-context"))
        assert code == 0, said
        assert (ssh / "config.bak1").read_bytes() == before[".ssh/config"]
        options = ("--key", "--known-host", "--yes")
        assert laptop.scaffold("host", "remove", "gpu01", *options).returncode == 0
        assert laptop.content()[".ssh/config"] == before[".ssh/config"]


def test_an_alias_is_given_to_another_server_by_consent_only(
    gpu_engine: Engine, keys: Keys, laptop: Laptop
):
    other = {"/etc/ssh/host_key": Private(keys.path("other-host").read_text())}
    with (
        running_host(view(gpu_engine, {}), keys) as host,
        running_host(view(gpu_engine, other), keys) as second,
    ):
        assert answered(spawn(laptop, host, "--name=gpu01", "--yes"))[0] == 0
        before = laptop.content()[".ssh/gpu-scaffold.conf"]
        code, said = answered(spawn(laptop, second, "--name=gpu01", "--yes"))
        assert code == 2, said
        told = f"gpu01 is ada@127.0.0.1 port {host.port} already, not ada@127.0.0.1 port"
        assert told in " ".join(said.split())
        assert str(host.port).encode() in bytes(before)
        code, said = answered(spawn(laptop, second, "--name=gpu01", "--yes", "--replace-alias"))
        assert code == 0, said
        assert laptop.run("ssh", "-G", "gpu01").stdout.count(f"port {second.port}\n") == 1


def test_a_dry_run_shows_all_and_touches_nothing(gpu_engine: Engine, keys: Keys, laptop: Laptop):
    with running_host(view(gpu_engine, NO_TOOLKIT), keys) as host:
        code, said = answered(spawn(laptop, host, "--name", "gpu01", "--dry-run"))
        assert code == 0, said
        for text in ("make and install the key", "Host gpu01", "apt-get install", "Nothing was"):
            assert text in said
        assert laptop.content() == {}
        assert not (host.root / "home/ada/.ssh").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("ada@127.0.0.1",),
        ("ada@gpu", "--name", "x"),
        ("ada@gpu", "--name", "-oProxyCommand=id"),
        ("ada@gpu", "--name", "a b"),
        ("ada@gpu", "--name", "default"),
        ("ada@gpu; id", "--name", "gpu01"),
        ("-oProxyCommand=id", "--name", "gpu01"),
        ("ada@gpu\nHost *", "--name", "gpu01"),
    ],
)
def test_hostile_names_are_refused_and_change_nothing(arguments, laptop: Laptop):
    done = laptop.scaffold("host", "setup", "--yes", *arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    assert laptop.content() == {}


def test_hosts_are_listed_with_what_was_seen(gpu_engine: Engine, keys: Keys, laptop: Laptop):
    assert "No host yet" in laptop.scaffold("host", "list").stdout
    with running_host(view(gpu_engine, {}), keys) as host:
        code, said = answered(spawn(laptop, host, "--name", "gpu01", "--yes", "--use"))
        assert code == 0, said
        (found,) = json.loads(laptop.scaffold("host", "list", "--json").stdout)["hosts"]
        assert (found["name"], found["is_ours"], found["is_current"]) == ("gpu01", True, True)
        assert (found["reachable"], found["endpoint"]) == (True, "ssh://gpu01")
        assert found["gpus"] == ["NVIDIA GeForce RTX 5090"]
        shown = laptop.scaffold("host", "list", "--no-reach").stdout
        assert "RTX 5090" in shown
        kept = laptop.content()
        runs = ("run", "--detach", "--rm", "--name=still-runs", "--label=io.gpu-scaffold.owner=bob")
        gpu_engine.docker(*runs, IMAGE, "sleep", "1000")
        try:
            dry = laptop.scaffold("host", "remove", "gpu01", "--dry-run")
        finally:
            gpu_engine.docker("rm", "--force", "still-runs")
        assert "the ssh alias gpu01" in dry.stdout
        assert "Still running; removing the alias does not stop it" in dry.stdout
        assert f"container still-runs of bob ({IMAGE}, Up" in dry.stdout
        assert laptop.content() == kept
    assert laptop.scaffold("host", "remove", "gpu01", "--known-host", "--yes").returncode == 0
    assert set(laptop.content()) == {".ssh", ".ssh/id_ed25519", ".ssh/id_ed25519.pub"}
    assert laptop.scaffold("host", "remove", "gpu01", "--yes").returncode == 2


STEPS = ("trust", "key", "alias", "openssh", "fix", "check", "context")


@pytest.mark.parametrize("step", with_long([(step, step) for step in STEPS], {"key", "fix"}))
def test_a_connection_cut_after_each_step_leaves_all_whole_and_a_rerun_completes(
    step: str, gpu_engine: Engine, keys: Keys, laptop: Laptop
):
    with running_host(view(gpu_engine, UNCONFIGURED), keys) as host:
        with relaying(host.port) as relay:
            child = spawn(laptop, relay, "--name", "gpu01", "--yes")
            while asked := child.expect([f"✓ {step} ", "Trust it.*: ", "assword.*: "]):
                child.sendline("yes" if asked == 1 else PASSWORD)
            relay.go_down()
            code, said = answered(child)
            assert code == 1, said
            assert "bug:" not in said
            assert_whole(laptop, host)
        code, said = answered(spawn(laptop, host, "--name", "gpu01", "--yes"))
        assert code == 0, said


CUTS = (2_000, 5_000, 8_000, 20_000, 60_000) if LONG else (5_000,)


@pytest.mark.parametrize("after", CUTS)
def test_a_connection_cut_at_a_byte_leaves_all_whole_and_a_rerun_completes(
    after: int, gpu_engine: Engine, keys: Keys, laptop: Laptop
):
    with running_host(view(gpu_engine, UNCONFIGURED), keys) as host:
        with relaying(host.port, cut=Cut("up", after)) as relay:
            code, said = answered(spawn(laptop, relay, "--name", "gpu01", "--yes"))
            assert code in {0, 1}, said
            assert_whole(laptop, host)
        code, said = answered(spawn(laptop, host, "--name", "gpu01", "--yes"))
        assert code == 0, said


def fill(folder: Path) -> Path:
    """Leave no room on a file system."""
    path = folder / "filler"
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            pass
    return path


def test_a_full_disk_there_cuts_nothing_short(gpu_engine: Engine, keys: Keys, laptop: Laptop):
    with running_host(view(gpu_engine, {"/home/ada": Disk(1)}), keys) as host:
        home = host.root / "home/ada"
        fill(home)
        code, said = answered(spawn(laptop, host, "--name", "gpu01", "--yes"))
        assert code == 1, said
        assert "the key cannot be installed" in said
        assert_whole(laptop, host)
        assert not list(home.glob(".ssh/authorized_keys*"))


def test_a_full_disk_here_cuts_nothing_short(gpu_engine: Engine, keys: Keys, laptop: Laptop):
    small = ("mount", "-t", "tmpfs", "-o", "size=256k,mode=700", "lab", str(laptop.home))
    subprocess.run(small, check=True)
    try:
        filler = fill(laptop.home)
        with running_host(view(gpu_engine, {}), keys) as host:
            code, said = answered(spawn(laptop, host, "--name", "gpu01", "--yes"))
            assert code in {1, 2}, said
            assert "No space left" in said
            assert_whole(laptop, host)
            filler.unlink()
            code, said = answered(spawn(laptop, host, "--name", "gpu01", "--yes"))
            assert code == 0, said
    finally:
        subprocess.run(["umount", "--lazy", str(laptop.home)], check=True)
