"""One host through either client: the ssh program, and paramiko."""

import stat
from pathlib import Path

import pytest

from scaffold.adapters.ssh.config import SshTarget
from scaffold.adapters.ssh.connection import connected
from scaffold.adapters.ssh.over_paramiko import UNKNOWN_CODE, ParamikoTransport
from scaffold.adapters.ssh.program import ProgramTransport, require_quiet_login
from scaffold.adapters.ssh.transport import Done, Transport, run_script
from scaffold.errors import TargetError
from scaffold.hosts import SILENT
from tests.adapters.ssh.sshd import Door, listening, new_key


@pytest.fixture
def door():
    return Door("none")


@pytest.fixture
def over_paramiko(door, tmp_path):
    """A host behind a server of this process."""
    from dataclasses import replace

    key = new_key(tmp_path / "host")
    asking = replace(SILENT, confirm=lambda _key: "once")
    with listening(door, key) as port:
        target = SshTarget(name="gpu01", hostname="127.0.0.1", user="ada", port=port)
        with connected(target, asking) as transport:
            yield ParamikoTransport(transport, "gpu01")


@pytest.fixture
def by_program(tmp_path, monkeypatch):
    """`by_program(text)`: a host whose ssh program is a shell script of this text."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    def made(text: str) -> ProgramTransport:
        file = folder / "ssh"
        file.write_text(f"#!/bin/sh\n{text}\n")
        file.chmod(file.stat().st_mode | stat.S_IXUSR)
        return ProgramTransport("gpu01", Path("/c"))

    return made


LAST_WORD = 'for word; do :; done; exec sh -c "$word"'
"""As sshd does: the last word is the command."""


def test_both_run_a_command_with_its_input(over_paramiko, by_program):
    both: tuple[Transport, ...] = (over_paramiko, by_program(LAST_WORD))
    for transport in both:
        assert transport.run("cat; echo end", b"text\n") == Done(0, "text\nend\n", "")
        assert run_script(transport, b"echo $0\n") == Done(0, "/bin/sh\n", "")
        assert transport.name == "gpu01"


def test_the_program_tells_code_and_complaint(by_program):
    done = by_program(LAST_WORD).run("echo out; echo odd >&2; exit 3")
    assert (done.code, done.out, done.last_words) == (3, "out\n", "odd")


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (Done(1, "first\nlast\n", ""), "last"),
        (Done(1, "out\n", "why\n"), "why"),
        (Done(1, "", ""), "no reason given"),
    ],
)
def test_the_likely_reason_is_the_last_line(done, words):
    assert done.last_words == words


def test_a_command_past_its_time_has_no_code(over_paramiko):
    done = over_paramiko.run("sleep 20", seconds=0.2)
    assert done == Done(UNKNOWN_CODE, "", "")


def test_a_connection_that_is_gone_is_told(over_paramiko):
    over_paramiko._transport.close()
    with pytest.raises(TargetError, match="the connection broke"):
        over_paramiko.run("true")


def test_a_program_that_hangs_or_is_missing_is_told(by_program, monkeypatch, tmp_path):
    with pytest.raises(TargetError, match="did not answer within 1 seconds"):
        by_program("exec sleep 20").run("true", seconds=1)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TargetError, match="ssh program is not installed"):
        ProgramTransport("gpu01").run("true")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("exit 0", ""),
        ("echo Welcome", "prints to programs too: Welcome"),
        ("echo 'Permission denied' >&2; exit 255", "true` fails: Permission denied"),
        ("echo 'This account is currently not available.'; exit 1", "gpu01 runs no commands"),
    ],
)
def test_docker_and_vs_code_need_a_quiet_login(by_program, text, told):
    remote = by_program(text)
    if not told:
        require_quiet_login(remote)
        return
    with pytest.raises(TargetError, match=told):
        require_quiet_login(remote)


def test_a_shared_connection_is_ended_by_name(by_program, tmp_path):
    by_program(f'echo "$@" >{tmp_path}/log').end_sharing()
    assert "-O exit -- gpu01" in (tmp_path / "log").read_text()
