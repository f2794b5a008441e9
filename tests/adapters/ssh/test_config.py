"""Which host a name means, by ssh itself and without it."""

import os
import shutil
from pathlib import Path

import pytest

from scaffold.adapters.ssh.command import Destination, parse_destination, ssh_argv
from scaffold.adapters.ssh.config import SshTarget, expand, resolve_target
from scaffold.adapters.ssh.connection import proxy
from scaffold.errors import InputError

WITHOUT_SSH = [False] + [True] * bool(shutil.which("ssh"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("gpu01", Destination("gpu01")),
        ("ada@gpu01", Destination("gpu01", "ada")),
        ("ada@gpu01:2222", Destination("gpu01", "ada", 2222)),
        ("ssh://ada@gpu01:2222/", Destination("gpu01", "ada", 2222)),
        ("::1", Destination("::1")),
        ("ada@fe80::1%eth0", Destination("fe80::1%eth0", "ada")),
        ("[::1]:2222", Destination("::1", None, 2222)),
        ("192.0.2.7", Destination("192.0.2.7")),
    ],
)
def test_destination_is_taken_apart(text, found):
    assert parse_destination(text) == found


@pytest.mark.parametrize(
    "text", ["", "-oProxyCommand=x", "a b", "gpu01:0", "gpu01:70000", "a@b@c", "-l@gpu01", "[gpu01"]
)
def test_what_is_no_host_is_refused(text):
    with pytest.raises(InputError, match="not a"):
        parse_destination(text)


@pytest.fixture(params=WITHOUT_SSH, ids=lambda with_ssh: "ssh -G" if with_ssh else "no ssh")
def config(request, tmp_path, monkeypatch):
    """A config file, read by ssh or, where there is none, by paramiko."""
    monkeypatch.setenv("USER", "kim")
    if not request.param:
        monkeypatch.setenv("PATH", str(tmp_path))

    def write(text: str) -> Path:
        (tmp_path / "config").write_text(text)
        return tmp_path / "config"

    return write


FULL = """
Include {folder}/more
Host gpu01
  HostName 192.0.2.7
  User ada
  Port 2222
  IdentityFile {folder}/key
  CertificateFile {folder}/key-cert.pub
  IdentitiesOnly yes
  HostKeyAlias gpu
  UserKnownHostsFile {folder}/known {folder}/known2
  GlobalKnownHostsFile none
  HashKnownHosts yes
  ProxyJump kim@jump:2200
"""


def test_everything_that_matters_is_read(config, tmp_path):
    (tmp_path / "more").write_text("Host gpu0*\n  IdentityAgent none\n")
    target = resolve_target("gpu01", config(FULL.format(folder=tmp_path)))
    assert target == SshTarget(
        name="gpu01",
        hostname="192.0.2.7",
        user="ada",
        port=2222,
        config=tmp_path / "config",
        identity_files=(tmp_path / "key",),
        certificate_files=(tmp_path / "key-cert.pub",),
        identities_only=True,
        identity_agent=None,
        known_hosts=(tmp_path / "known", tmp_path / "known2"),
        host_key_alias="gpu",
        hash_known_hosts=True,
        proxy_jump="kim@jump:2200",
    )


def test_what_was_typed_beats_the_file(config):
    target = resolve_target("eve@gpu01:22", config("Host gpu01\n  User ada\n  Port 2222\n"))
    assert (target.user, target.port, target.name) == ("eve", 22, "gpu01")


def test_tokens_are_put_in(config):
    text = "Host gpu01\n  HostName 192.0.2.7\n  User ada\n  ProxyCommand nc %h %p %%x %r\n"
    target = resolve_target("gpu01", config(text))
    assert target.proxy_command == "nc 192.0.2.7 22 %x ada"


@pytest.mark.parametrize(
    ("line", "agent"),
    [
        ("", "/run/agent"),
        ("IdentityAgent SSH_AUTH_SOCK", "/run/agent"),
        ("IdentityAgent /run/other", "/run/other"),
        ("IdentityAgent $MINE", "/run/mine"),
        ("IdentityAgent none", None),
    ],
)
def test_agent_is_found(config, monkeypatch, line, agent):
    monkeypatch.setenv("SSH_AUTH_SOCK", "/run/agent")
    monkeypatch.setenv("MINE", "/run/mine")
    assert resolve_target("gpu01", config(f"Host gpu01\n  {line}\n")).identity_agent == agent


@pytest.mark.skipif(not shutil.which("ssh"), reason="ssh is not installed")
def test_broken_config_is_the_users_to_correct(tmp_path):
    (tmp_path / "config").write_text("Host gpu01\n  Nonsense yes\n")
    with pytest.raises(InputError, match=r"nonsense$"):
        resolve_target("gpu01", tmp_path / "config")


def test_ssh_that_hangs_is_given_up(tmp_path, monkeypatch):
    (tmp_path / "ssh").write_bytes(b"\x7fELF broken")
    (tmp_path / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="no answer"):
        resolve_target("gpu01")


def test_includes_that_go_in_circles_end(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    file = tmp_path / "config"
    file.write_text(f"Include {file}\nInclude {tmp_path}/missing\nHost gpu01\n  Port 2222\n")
    assert resolve_target("gpu01", file).port == 2222


def test_user_is_the_one_who_calls(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("USER", "kim")
    monkeypatch.setenv("HOME", str(tmp_path))
    target = resolve_target("gpu01")
    assert (target.user, target.known_hosts[0]) == ("kim", tmp_path / ".ssh/known_hosts")
    assert os.environ["HOME"] == str(tmp_path)


def test_unknown_token_stays():
    assert expand("%h %Z", {"%h": "gpu01"}) == "gpu01 %Z"


TARGET = SshTarget(name="gpu01", hostname="192.0.2.7", user="ada", port=2222)


@pytest.mark.parametrize(
    ("changes", "at_terminal", "command"),
    [
        ({}, True, None),
        ({"proxy_command": "nc a 22"}, True, ["/bin/sh", "-c", "exec nc a 22"]),
        ({"proxy_jump": "jump"}, True, ["-W", "192.0.2.7:2222", "--", "jump"]),
        (
            {"proxy_jump": "a,kim@b:2200", "config": Path("/c")},
            False,
            ["-J", "a", "-W", "192.0.2.7:2222", "-l", "kim", "-p", "2200", "--", "b"],
        ),
        ({"proxy_jump": "jump", "hostname": "::1"}, True, ["-W", "[::1]:2222", "--", "jump"]),
    ],
)
def test_way_through_other_hosts_is_left_to_ssh(changes, at_terminal, command):
    from dataclasses import replace

    argv = proxy(replace(TARGET, **changes), at_terminal=at_terminal)
    if not changes.get("proxy_jump"):
        assert argv == command
        return
    assert argv[: len(argv) - len(command)] == ssh_options(changes.get("config"), at_terminal)
    assert argv[len(argv) - len(command) :] == command


def ssh_options(config, asks):
    return ssh_argv("jump", config=config, ask=asks)[:-2]


def test_without_ssh_no_command_of_the_config_is_run(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "config").write_text(f"Match exec 'touch {tmp_path}/ran'\n  User ada\n")
    with pytest.raises(InputError, match="Match exec"):
        resolve_target("gpu01", tmp_path / "config")
    assert not (tmp_path / "ran").exists()
