"""The probe over a shared connection; a stub of ssh stands for the program that holds it."""

import os
import socket

import pytest

from scaffold.adapters.probe.local import ProbeOptions
from scaffold.adapters.probe.over_shared import probe_shared, shares_any
from scaffold.commands.host import check
from scaffold.errors import TargetError
from scaffold.parsing.host import read_host
from tests.adapters.probe.test_over_ssh import ASKING

SSH = """\
#!/bin/sh
case " $* " in
  *' -G '*) echo "hostname gpu01"; echo "port 2222"; echo "controlpath {control}"; exit ;;
  *' -W 127.0.0.1:2222 '*) {channel} ;;
esac
for last; do :; done
{session}
"""
GREETS = "printf 'SSH-2.0-OpenSSH_9.6\\r\\n'; exec cat"
RUNS = 'exec /bin/sh -c "$last"'


@pytest.fixture
def ssh(tmp_path, monkeypatch):
    """`ssh(…)`: a home with the socket of a shared connection, and an ssh that uses it."""
    (tmp_path / "bin").mkdir()
    (tmp_path / ".ssh").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    monkeypatch.setattr("scaffold.adapters.probe.over_shared.ANSWER_S", 0.1)
    with socket.socket(socket.AF_UNIX) as listening:

        def be(name="scaffold-1", *, open_=True, channel=GREETS, session=RUNS, id_="") -> None:
            control = tmp_path / ".ssh" / name
            if open_:
                # By a short name: the path of a socket has at most 107 characters.
                monkeypatch.chdir(control.parent)
                listening.bind(name)
            program = tmp_path / "bin" / "ssh"
            program.write_text(SSH.format(control=control, channel=channel, session=session))
            program.chmod(0o755)
            if id_:
                (tmp_path / "bin" / "id").write_text(f"#!/bin/sh\n{id_}\n")
                (tmp_path / "bin" / "id").chmod(0o755)

        yield be


def test_facts_come_over_the_shared_connection(ssh):
    ssh()
    recording = probe_shared("gpu01", ProbeOptions(), None)
    facts = read_host(recording)
    assert shares_any()
    assert (facts.name, facts.uid, facts.probe.complete) == ("gpu01", os.getuid(), True)
    assert (facts.sshd.software, facts.sshd.forwards) == ("SSH-2.0-OpenSSH_9.6", True)
    assert facts.login.shell_s is not None


@pytest.mark.parametrize(
    "way",
    [
        {"open_": False},
        {"name": "of-the-user"},
        {"session": "echo 'the connection has ended' >&2; exit 255"},
        {"channel": "exit 255"},
        {"channel": "exec sleep 9"},
        {"id_": "case $# in 2) echo ada docker ;; *) echo ada ;; esac"},
    ],
    ids=["it has ended", "of another program", "dead", "refused", "no answer", "other groups"],
)
def test_new_connection_is_made_where_the_shared_one_does_not_tell_all(ssh, way):
    ssh(**way)
    assert probe_shared("gpu01", ProbeOptions(), None) is None


def test_check_uses_the_shared_connection_unless_a_fingerprint_is_given(ssh, monkeypatch):
    ssh()
    recording = check.probe_host("gpu01", ASKING, ProbeOptions())
    assert recording.software == "SSH-2.0-OpenSSH_9.6"
    # Port 2222 of gpu01 does not exist, so that a new connection fails.
    given = type(ASKING)(
        confirm=ASKING.confirm, secret=ASKING.secret, at_terminal=False, host_key="SHA256:x"
    )
    with pytest.raises(TargetError, match="gpu01"):
        check.probe_host("gpu01", given, ProbeOptions())
