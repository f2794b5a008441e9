"""Passwords and passphrases: where they go, and that they go nowhere else."""

import contextlib
import stat
import sys
from collections.abc import Iterator

import pexpect

from tests.lab.hosts.mendable import UNCONFIGURED
from tests.lab.hosts.pieces_system import PASSWORD, USER
from tests.lab.hosts.standins import sudoers
from tests.lab.support.engine import Engine
from tests.lab.support.host_view import Program
from tests.lab.support.laptop import Laptop
from tests.lab.support.sshd import Keys, running_host
from tests.lab.test_host_setup import gpu_engine, laptop, view
from tests.lab.test_host_setup_faults import answered, spawn

__all__ = ["gpu_engine", "laptop"]

PHRASE = "correct horse"

# What reads the host's complaint fails, at a moment when sudo's password is in memory.
_BUG = """\
import sys
from scaffold.cli.main import main
from scaffold.host import remote_steps

def broken(said):
    raise ValueError("provoked")

remote_steps.why_sudo_refused = broken
main()
"""


def test_a_bug_report_holds_no_password(gpu_engine: Engine, keys: Keys, laptop: Laptop):
    failing = UNCONFIGURED | {"/usr/bin/nvidia-ctk": Program("exit 7")}
    with running_host(view(gpu_engine, failing), keys) as host:
        arguments = ("host", "setup", f"{USER}@127.0.0.1:{host.port}", "--name=gpu01", "--yes")
        argv = laptop.argv(sys.executable, "-c", _BUG, *arguments)
        child = pexpect.spawn(argv[0], argv[1:], env=laptop.env, encoding="utf-8", timeout=600)
        code, said = answered(child)
    assert (code, "ValueError: provoked" in said) == (3, True), said
    (log,) = laptop.home.glob(".local/state/gpu-scaffold/bug-*.log")
    assert "provoked" in log.read_text()
    written = [text for text in laptop.content().values() if isinstance(text, bytes)]
    assert not any(PASSWORD.encode() in text for text in written)
    assert PASSWORD not in said


def test_a_password_that_sudo_does_not_want_reaches_no_program(
    gpu_engine: Engine, keys: Keys, laptop: Laptop
):
    """sudo asks for `true`, and for nothing where the step's own shell is allowed freely."""
    hears = Program("/.real/bin/busybox timeout 1 cat >>/tmp/heard; exit 7")
    changes = {
        **UNCONFIGURED,
        **sudoers("ada ALL=(ALL) ALL, NOPASSWD: /bin/sh, /usr/bin/sh"),
        "/usr/bin/nvidia-ctk": hears,
        "/usr/bin/systemctl": hears,
    }
    with running_host(view(gpu_engine, changes), keys) as host:
        code, said = answered(spawn(laptop, host, "--name", "gpu01", "--yes"))
        assert code == 1, said
        # The rest of the question is what `answered` waits for.
        assert "\nsudo p" in said
        assert (host.root / "tmp/heard").read_text() == ""


@contextlib.contextmanager
def running_agent(laptop: Laptop) -> Iterator[None]:
    """A real ssh-agent of this laptop's."""
    socket = laptop.home.parent / "agent"
    child = pexpect.spawn("ssh-agent", ["-D", "-a", str(socket)], encoding="utf-8")
    child.expect("SSH_AUTH_SOCK")
    laptop.env["SSH_AUTH_SOCK"] = str(socket)
    try:
        yield
    finally:
        child.close(force=True)


def lock(laptop: Laptop) -> None:
    """Lock the agent, as `ssh-add -x` does with a password that a program types."""
    typist = laptop.home.parent / "typist"
    typist.write_text("#!/bin/sh\necho lockword\n")
    typist.chmod(0o700)
    asking = {"SSH_ASKPASS": str(typist), "SSH_ASKPASS_REQUIRE": "force"}
    laptop.env |= asking
    done = laptop.run("ssh-add", "-x")
    assert done.returncode == 0, done.stderr
    for name in asking:
        del laptop.env[name]


def with_phrase(child: "pexpect.spawn[str]") -> tuple[int | None, str]:
    said = ""
    while asked := child.expect(
        [pexpect.EOF, "Trust it.*: ", "assword.*: ", "phrase.*: ", "again: "]
    ):
        said += child.before or ""
        child.sendline({1: "yes", 2: PASSWORD}.get(asked, PHRASE))
    child.close()
    return child.exitstatus, said + (child.before or "")


def test_a_key_with_a_passphrase_opens_the_host_through_the_agent(
    gpu_engine: Engine, keys: Keys, laptop: Laptop
):
    with running_agent(laptop), running_host(view(gpu_engine, {}), keys) as host:
        lock(laptop)
        code, said = with_phrase(spawn(laptop, host, "--name=gpu01", "--yes", "--passphrase"))
        assert code == 1, said
        assert "the ssh-agent does not take the key" in said
        assert not (laptop.home / ".ssh" / "id_ed25519").exists()
    with running_agent(laptop), running_host(view(gpu_engine, {}), keys) as host:
        code, said = with_phrase(spawn(laptop, host, "--name=gpu01", "--yes", "--passphrase"))
        assert code == 0, said
        key = laptop.home / ".ssh" / "id_ed25519"
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        opened = laptop.run("ssh-keygen", "-y", "-P", "", "-f", str(key))
        assert opened.returncode != 0
        assert laptop.run("docker", "--context", "gpu01", "version").returncode == 0
        gone = laptop.scaffold("host", "remove", "gpu01", "--key", "--known-host", "--yes")
        assert gone.returncode == 0, gone.stderr
        assert laptop.content() == {}
        assert "no identities" in laptop.run("ssh-add", "-l").stdout


def test_a_passphrase_without_an_agent_is_refused_beforehand(laptop: Laptop):
    child = spawn(laptop, _Nowhere(), "--name=gpu01", "--yes", "--passphrase")
    code, said = answered(child)
    assert code == 2
    assert "none is running" in said
    assert laptop.content() == {}


class _Nowhere:
    """A host that nobody should try to reach."""

    port = 1
