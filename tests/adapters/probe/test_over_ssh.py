"""The probe over a real SSH connection on loopback, and every way in which it fails."""

import os

import paramiko
import pytest

from scaffold.adapters.probe.local import ProbeOptions
from scaffold.adapters.probe.over_ssh import probe_remote
from scaffold.adapters.ssh.asking import Asking
from scaffold.errors import TargetError
from scaffold.parsing.host import read_host
from tests.adapters.ssh.sshd import Door, answering, listening, new_key

ASKING = Asking(confirm=lambda _key: "once", secret=lambda _prompt: "letters", at_terminal=False)


@pytest.fixture
def config(tmp_path):
    """A config that keeps the keys and files of who runs the tests out of it."""

    def write(port: int, more: str = "") -> object:
        file = tmp_path / "config"
        file.write_text(
            f"Host gpu01\n  HostName 127.0.0.1\n  Port {port}\n  User ada\n  {more}\n"
            f"  IdentityFile none\n  IdentityAgent none\n  UserKnownHostsFile {tmp_path}/known\n"
            "  GlobalKnownHostsFile none\n"
        )
        return file

    return write


@pytest.fixture
def host_key(tmp_path):
    return new_key(tmp_path / "host_key")


@pytest.fixture
def door():
    return Door("password", password="letters")


def look(config, port, more="", look=None):
    return probe_remote("gpu01", ASKING, look or ProbeOptions(), config(port, more))


def test_host_is_looked_at_in_one_exchange(door, host_key, config):
    with listening(door, host_key) as port:
        recording = look(config, port)
    facts = read_host(recording)
    assert (facts.name, facts.uid) == ("gpu01", os.getuid())
    assert facts.system.kernel == os.uname().release
    assert facts.sshd.software.startswith("SSH-2.0-paramiko")
    assert (facts.probe.complete, facts.probe.hung, facts.login.noise) == (True, (), "")
    assert door.shown == ["none", "password letters"]


def test_noise_of_a_login_is_told_apart(door, host_key, config):
    door.shell = ["/bin/sh", "-c", 'echo Welcome; printf hello; exec /bin/sh -c "$0"']
    with listening(door, host_key) as port:
        facts = read_host(look(config, port))
    assert facts.login.noise == "Welcome\nhello"
    assert facts.probe.complete


def test_account_without_a_shell_is_quoted(door, host_key, config):
    door.shell = ["/bin/echo", "This account is currently not available."]
    with listening(door, host_key) as port, pytest.raises(TargetError, match="not available"):
        look(config, port)


def test_server_that_runs_no_commands(door, host_key, config):
    door.shell = []
    with (
        listening(door, host_key) as port,
        pytest.raises(TargetError, match="before the check started"),
    ):
        look(config, port)


def test_output_that_is_cut_is_incomplete(door, host_key, config):
    door.shell = ["/bin/sh", "-c", '/bin/sh -c "$0" | head -c 3000']
    with listening(door, host_key) as port:
        facts = read_host(look(config, port))
    assert not facts.probe.complete


def test_command_that_hangs_is_left_at_the_deadline(door, host_key, config):
    door.shell = ["/bin/sh", "-c", "exec sleep 30"]
    with listening(door, host_key) as port, pytest.raises(TargetError, match="printed nothing"):
        look(config, port, look=ProbeOptions(seconds=-2))


def test_server_that_never_begins_the_command_is_left(door, host_key, config):
    door.gone.clear()
    with (
        listening(door, host_key) as port,
        pytest.raises(TargetError, match="before the check started"),
    ):
        try:
            look(config, port, look=ProbeOptions(seconds=-2))
        finally:
            door.gone.set()


@pytest.mark.parametrize("greeting", [b"HTTP/1.0 400 Bad Request\r\n\r\n", b"", b"\x00" * 400])
def test_server_that_speaks_nonsense(config, greeting):
    def answer(sock):
        with sock:
            sock.sendall(greeting)

    with answering(answer) as port, pytest.raises(TargetError) as raised:
        look(config, port)
    assert raised.value.hint


def test_server_that_goes_away_after_its_banner(config):
    def answer(sock):
        with sock:
            sock.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")

    with answering(answer) as port, pytest.raises(TargetError, match="broke"):
        look(config, port)


def test_proxy_that_fails_says_so_itself(config):
    more = "ProxyCommand sh -c 'echo the VPN is off >&2; exit 1'"
    with pytest.raises(TargetError, match="the connection to the host is blocked: the VPN is off"):
        look(config, 22, more)


def test_proxy_that_works(door, host_key, config, tmp_path):
    program = tmp_path / "relay.py"
    program.write_text(
        "import os, socket, sys, threading\n"
        "sock = socket.create_connection(('127.0.0.1', int(sys.argv[1])))\n"
        "def up():\n"
        "    while data := os.read(0, 65536): sock.sendall(data)\n"
        "threading.Thread(target=up, daemon=True).start()\n"
        "while data := sock.recv(65536): os.write(1, data)\n"
    )
    with listening(door, host_key) as port:
        facts = read_host(look(config, 1, f"ProxyCommand python3 {program} {port}"))
    assert facts.probe.complete


@pytest.mark.parametrize(
    ("host", "words"),
    [("nowhere.invalid", "no host is called"), ("127.0.0.1:1", "cannot reach 127.0.0.1 port 1")],
)
def test_host_that_is_not_there(config, host, words):
    with pytest.raises(TargetError, match=words):
        probe_remote(host, ASKING, ProbeOptions(), config(22))


@pytest.mark.parametrize(
    ("answer", "forwards", "refusal"),
    [
        (paramiko.OPEN_FAILED_CONNECT_FAILED, True, ""),
        (paramiko.OPEN_SUCCEEDED, True, ""),
        (
            paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
            False,
            "Administratively prohibited",
        ),
    ],
)
def test_forwarding_is_proved_by_a_channel(door, host_key, config, answer, forwards, refusal):
    door.check_channel_direct_tcpip_request = lambda *_: answer
    with listening(door, host_key) as port:
        facts = read_host(look(config, port))
    assert (facts.sshd.forwards, facts.sshd.refusal) == (forwards, refusal)
    assert facts.login.shell_s is not None


@pytest.mark.parametrize(
    "shell",
    [
        ["/bin/sh", "-c", "exec /bin/sh"],
        ["/bin/sh", "-c", "echo 'fish: Unexpected ) for string'; exit 127"],
        ["/bin/sh", "-c", "echo 'open terminal failed: not a terminal'; exit 1"],
    ],
)
def test_start_file_that_runs_another_shell_is_named(door, host_key, config, shell):
    door.shell = shell
    with listening(door, host_key) as port, pytest.raises(TargetError) as raised:
        look(config, port, look=ProbeOptions(seconds=1))
    assert "~/.bashrc" in raised.value.hint
    assert "case $- in *i*)" in raised.value.hint
