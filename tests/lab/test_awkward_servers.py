"""Servers that ask, refuse, fall silent or speak what few understand: clear words for each."""

import time

import pexpect
import pytest

from scaffold.adapters.probe.local import ProbeOptions
from scaffold.adapters.ssh import connection
from scaffold.errors import ScaffoldError, TargetError
from scaffold.parsing.host import read_host
from tests.adapters.ssh.sshd import answering
from tests.lab.hosts.healthy import HEALTHY
from tests.lab.hosts.pieces_system import PASSWORD, USER, sshd
from tests.lab.support.client import NAME
from tests.lab.support.host_view import REAL, Link, Private
from tests.lab.support.sshd import running_host

PATIENCE_S = 300


def looked_at(client, changes):
    """The facts of a host with these changes."""
    with running_host(HEALTHY | changes, client.keys) as host:
        client.reaches(host.port)
        client.trusts(host.port)
        facts = read_host(client.probe())
    assert facts.probe.complete
    return facts


@pytest.mark.parametrize("shell", ["fish", "zsh", "tcsh", "dash"])
def test_start_file_that_runs_another_shell_is_named(shell, client):
    changes = {
        f"/usr/bin/{shell}": Link(f"{REAL}/bin/{shell}"),
        "/home/ada/.bashrc": f"exec /usr/bin/{shell}\n",
    }
    with running_host(HEALTHY | changes, client.keys) as host:
        client.reaches(host.port)
        client.trusts(host.port)
        with pytest.raises(TargetError, match="did not run the check") as raised:
            client.probe(look=ProbeOptions(seconds=2))
    assert "~/.bashrc" in raised.value.hint


@pytest.mark.parametrize("greeting", [b"", b"SSH-2.0-OpenSSH_9.2\r\n"])
def test_server_that_says_no_more_is_given_up(greeting, client, monkeypatch):
    monkeypatch.setattr(connection, "CONNECT_S", 1)
    kept = []

    def answer(sock):
        sock.sendall(greeting)
        kept.append(sock)

    with answering(answer) as port:
        client.reaches(port)
        with pytest.raises(TargetError, match="no answer within 1 seconds"):
            client.probe()
    for sock in kept:
        sock.close()


def test_flood_without_a_line_end_is_given_up(client, monkeypatch):
    monkeypatch.setattr(connection, "CONNECT_S", 1)

    def flood(sock):
        with sock:
            stop = time.monotonic() + 300
            try:
                while time.monotonic() < stop:
                    sock.sendall(b"x" * 65536)
            except OSError:
                pass

    with answering(flood) as port:
        client.reaches(port)
        with pytest.raises(TargetError):
            client.probe()


def at_terminal(client):
    """The command at a real terminal."""
    program, *arguments = client.command(NAME)
    return pexpect.spawn(
        program, arguments, encoding="utf-8", timeout=PATIENCE_S, dimensions=(60, 160)
    )


@pytest.mark.parametrize(
    ("typed", "answer"),
    [(PASSWORD, "Ready for GPU containers"), ("wrong", "does not accept that password of ada")],
)
def test_password_is_asked_for_once_and_without_echo(typed, answer, keys, client):
    with running_host(HEALTHY, keys) as host:
        client.reaches(host.port, key=False)
        client.trusts(host.port)
        child = at_terminal(client)
        child.expect_exact(f"Password of {USER}@127.0.0.1: ")
        child.sendline(typed)
        child.expect(pexpect.EOF)
        child.close()
    assert answer in child.before
    assert typed not in child.before
    assert "Password of" not in child.before


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_host_keys_of_every_type(kind, keys, client):
    key = {"/etc/ssh/host_key": Private(keys.path("host", kind).read_text())}
    with running_host(HEALTHY | key, keys) as host:
        client.reaches(host.port)
        client.trusts(host.port, kind)
        assert read_host(client.probe()).probe.complete


DEFAULTS = (
    "Port @PORT@\nListenAddress 127.0.0.1\nHostKey /etc/ssh/host_key\n"
    "AuthorizedKeysFile /etc/ssh/authorized_keys\n"
)


def test_defaults_of_debian_12(client):
    facts = looked_at(client, {"/etc/ssh/sshd_config": DEFAULTS})
    assert "OpenSSH_9.2" in facts.sshd.software


@pytest.mark.parametrize(
    "line",
    ["Ciphers chacha20-poly1305@openssh.com", "MACs umac-128-etm@openssh.com\nCiphers aes128-ctr"],
)
def test_ciphers_that_only_openssh_has(line, client):
    assert looked_at(client, sshd(line)).login.user == USER


def test_server_that_only_openssh_understands_says_what_to_do(keys, client, monkeypatch):
    with running_host(HEALTHY | sshd("Ciphers chacha20-poly1305@openssh.com"), keys) as host:
        client.reaches(host.port, key=False)
        client.trusts(host.port)
        with pytest.raises(TargetError, match="Permission denied") as raised:
            client.probe()
        assert "make `ssh gpu01 true` work first" in raised.value.hint
        monkeypatch.setenv("PATH", "/nowhere")
        with pytest.raises(
            TargetError, match="only algorithms that scaffold does not support"
        ) as raised:
            client.probe()
        assert "install OpenSSH" in raised.value.hint


def test_server_that_ends_after_so_many_keys(keys, client):
    files = [f"IdentityFile {keys.path(f'wrong{number}')}" for number in range(3)]
    with running_host(HEALTHY | sshd("MaxAuthTries 2"), keys) as host:
        client.reaches(host.port, *files)
        client.trusts(host.port)
        with pytest.raises(TargetError, match="saw too many keys") as raised:
            client.probe()
    assert "IdentitiesOnly" in raised.value.hint


BAD_CERTIFICATES = {
    "for another host": (("-n", "gpu99"), "@cert-authority", "is not valid"),
    "expired": (("-n", "127.0.0.1", "-V", "20200101:20210101"), "@cert-authority", "is not valid"),
    "of a stranger": (("-n", "127.0.0.1"), "", "is not known"),
    "of a revoked key": (("-n", "127.0.0.1"), "@revoked", "is revoked"),
}
"""Options of ssh-keygen, what known_hosts says beside the authority's line, and the words."""


@pytest.mark.parametrize("name", BAD_CERTIFICATES)
def test_host_certificate_that_does_not_hold(name, keys, client):
    options, marker, words = BAD_CERTIFICATES[name]
    certificate = keys.certificate("host", "-h", *options).read_text()
    changes = {
        **sshd("HostCertificate /etc/ssh/host_key-cert.pub"),
        "/etc/ssh/host_key-cert.pub": certificate,
    }
    lines = [f"@cert-authority * {keys.public('ca')}"] if marker else []
    lines += [f"@revoked * {keys.public('host')}"] if marker == "@revoked" else []
    with running_host(HEALTHY | changes, keys) as host:
        client.reaches(host.port)
        client.knows(*lines)
        with pytest.raises(ScaffoldError, match=words):
            client.probe()


def test_certificate_of_the_user_in_a_place_of_its_own(keys, client, tmp_path):
    certificate = keys.certificate("guest", "-n", USER).rename(tmp_path / "guest-cert.pub")
    changes = {
        **sshd("TrustedUserCAKeys /etc/ssh/ca.pub"),
        "/etc/ssh/ca.pub": f"{keys.public('ca')}\n",
    }
    lines = (f"IdentityFile {keys.path('guest')}", f"CertificateFile {certificate}")
    with running_host(HEALTHY | changes, keys) as host:
        client.reaches(host.port, *lines, key=False)
        client.trusts(host.port)
        assert read_host(client.probe()).login.user == USER
