"""Trusting a server and logging in, against a real SSH server in this process."""

import contextlib
from dataclasses import replace

import paramiko
import pytest

from scaffold.adapters.ssh.asking import SILENT
from scaffold.adapters.ssh.auth import authenticate
from scaffold.adapters.ssh.config import SshTarget
from scaffold.adapters.ssh.connection import _explained
from scaffold.adapters.ssh.paramiko_transport import CONNECT_S, open_transport
from scaffold.adapters.ssh.trust import (
    check_host_key,
    prefer_known_types,
    read_entries,
    shows_known_key,
)
from scaffold.errors import InputError, TargetError
from scaffold.parsing.known_hosts import fingerprint, new_line
from tests.adapters.ssh.sshd import Door, new_key, served

HOST = "gpu01.example.org"


@pytest.fixture
def target(tmp_path):
    return SshTarget(
        name="gpu01", hostname=HOST, user="ada", known_hosts=(tmp_path / "ssh" / "known_hosts",)
    )


@pytest.fixture
def host_key(tmp_path):
    return new_key(tmp_path / "host_key")


@contextlib.contextmanager
def connection(door, host_key, target, *, confirm=None, expected=None):
    """A connection whose host key was checked."""
    with served(door, host_key) as sock:
        transport = open_transport(sock)
        entries = read_entries(target)
        prefer_known_types(transport, target, entries)
        try:
            transport.start_client(timeout=CONNECT_S)
            asked = confirm or (lambda _key: "once")
            asking = replace(SILENT, confirm=asked, host_key=expected)
            check_host_key(transport, target, entries, asking)
            yield transport
        finally:
            transport.close()


def known(target, text):
    target.known_hosts[0].parent.mkdir(exist_ok=True)
    target.known_hosts[0].write_text(text)


def line(key, name=HOST):
    return new_line(name, key.get_name(), key.asbytes(), hashed=False)


def never(_key):
    raise AssertionError("asked")


@pytest.mark.parametrize("hashed", [True, False])
def test_unknown_key_is_shown_and_remembered_where_the_user_says_so(target, host_key, hashed):
    shown = []
    known(target, "# a comment without an end")
    target = replace(target, hash_known_hosts=hashed)
    with connection(
        Door("none"), host_key, target, confirm=lambda key: shown.append(key) or "remember"
    ):
        pass
    assert shown[0].fingerprint == fingerprint(host_key.asbytes())
    text = target.known_hosts[0].read_text()
    assert text.startswith("# a comment without an end\n")
    assert (HOST in text) is not hashed
    with connection(Door("none"), host_key, target, confirm=never):
        pass


def test_first_known_host_makes_a_private_file(target, host_key):
    with connection(Door("none"), host_key, target, confirm=lambda _key: "remember"):
        pass
    assert target.known_hosts[0].stat().st_mode & 0o777 == 0o600
    assert target.known_hosts[0].parent.stat().st_mode & 0o077 == 0


def test_key_that_is_trusted_once_is_not_written(target, host_key):
    with connection(Door("none"), host_key, target):
        pass
    assert not target.known_hosts[0].exists()


def test_refused_key_ends_it_with_the_flag_to_give(target, host_key):
    with (
        pytest.raises(InputError) as raised,
        connection(Door("none"), host_key, target, confirm=lambda _key: "no"),
    ):
        pass
    assert f"--host-key {fingerprint(host_key.asbytes())}" in raised.value.hint


def test_file_that_cannot_be_written_is_said(target, host_key, tmp_path):
    (tmp_path / "ssh").touch()
    with (
        pytest.raises(InputError, match="cannot write"),
        connection(Door("none"), host_key, target, confirm=lambda _key: "remember"),
    ):
        pass


def test_given_fingerprint_is_enough_and_another_is_refused(target, host_key):
    mark = fingerprint(host_key.asbytes())
    with connection(Door("none"), host_key, target, confirm=never, expected=f"{mark}="):
        pass
    with (
        pytest.raises(TargetError, match="not the SHA256:other"),
        connection(Door("none"), host_key, target, expected="SHA256:other"),
    ):
        pass


def test_changed_key_is_always_refused(target, host_key, tmp_path):
    known(target, line(new_key(tmp_path / "other")))
    given = fingerprint(host_key.asbytes())
    with (
        pytest.raises(TargetError, match="has changed") as raised,
        connection(Door("none"), host_key, target, expected=given),
    ):
        pass
    assert f"ssh-keygen -R '{HOST}'" in raised.value.hint
    assert "known_hosts:1" in raised.value.message


def test_revoked_key_is_always_refused(target, host_key):
    known(target, line(host_key) + f"@revoked {line(host_key, '*')}")
    with pytest.raises(TargetError, match="revoked"), connection(Door("none"), host_key, target):
        pass


@pytest.mark.parametrize(("name", "port"), [(HOST, 2222), (f"[{HOST}]:2222", 2222)])
def test_key_of_the_plain_name_is_known_on_another_port(target, host_key, name, port):
    known(target, line(host_key, name))
    with connection(Door("none"), host_key, replace(target, port=port), confirm=never):
        pass


def test_other_key_of_the_plain_name_is_only_unknown_on_another_port(target, host_key, tmp_path):
    known(target, line(new_key(tmp_path / "other")))
    asked = []
    with connection(
        Door("none"),
        host_key,
        replace(target, port=2222),
        confirm=lambda k: asked.append(k) or "once",
    ):
        pass
    assert f"[{HOST}]:2222" in asked[0].host


def test_known_types_are_offered_first(target, host_key):
    known(
        target,
        "gpu01.example.org ssh-rsa AAAAB3NzaC1yc2E=\n@cert-authority * " + line(host_key)[18:],
    )
    with served(Door("none"), host_key) as sock:
        transport = paramiko.Transport(sock)
        prefer_known_types(transport, target, read_entries(target))
        kinds = transport.get_security_options().key_types
        transport.close()
    assert kinds[0].endswith("-cert-v01@openssh.com")
    assert "rsa-sha2-512" in kinds


def log_in(door, host_key, target, answers=()):
    """Log in with these answers to what is asked; returns the questions."""
    asked, left = [], list(answers)

    def secret(prompt):
        asked.append(prompt)
        return left.pop(0) if left else None

    with connection(door, host_key, target) as transport, _explained(target, transport):
        authenticate(transport, target, secret)
        assert transport.is_authenticated()
    return asked


def test_server_that_asks_for_nothing_lets_in(target, host_key):
    assert log_in(Door("none"), host_key, target) == []


def test_key_file_is_enough(target, host_key, tmp_path):
    key = new_key(tmp_path / "id")
    files = (tmp_path / "missing", tmp_path / "id")
    assert log_in(Door("publickey", [key]), host_key, replace(target, identity_files=files)) == []


def test_passphrase_is_asked_once(target, host_key, tmp_path):
    key = new_key(tmp_path / "id", "letters")
    target = replace(target, identity_files=(tmp_path / "id",))
    (prompt,) = log_in(Door("publickey", [key]), host_key, target, ["letters"])
    assert str(tmp_path / "id") in prompt
    with pytest.raises(TargetError, match="not the passphrase"):
        log_in(Door("publickey", [key]), host_key, target, ["wrong"])
    with pytest.raises(TargetError, match="does not let ada in: it was shown no keys"):
        log_in(Door("publickey", [key]), host_key, target)


def test_file_that_is_no_key_is_passed_over(target, host_key, tmp_path):
    (tmp_path / "id").write_text("not a key")
    (tmp_path / "id.pub").write_text("not a key either")
    target = replace(target, identity_files=(tmp_path / "id",))
    door = Door("publickey,password", password="pw")
    assert len(log_in(door, host_key, target, ["pw"])) == 1


def test_password_is_asked_once_and_never_tried_again(target, host_key):
    door = Door("password", password="right")
    assert log_in(door, host_key, target, ["right"]) == [f"Password of ada@{HOST}: "]
    door = Door("password", password="right")
    with pytest.raises(TargetError, match="does not accept that password"):
        log_in(door, host_key, target, ["wrong", "right"])
    assert door.shown == ["none", "password wrong"]


def test_without_anybody_to_ask_it_is_refused_with_what_the_server_takes(target, host_key):
    with pytest.raises(TargetError, match="it takes password"):
        log_in(Door("password"), host_key, target)


def test_one_time_code_is_asked_after_the_password(target, host_key):
    door = Door("keyboard-interactive", password="pw", code="123")
    assert log_in(door, host_key, target, ["pw", "123"])[1] == "Code: "
    assert door.shown[-1] == "pw 123"


def test_key_and_then_password(target, host_key, tmp_path):
    key = new_key(tmp_path / "id")
    door = Door("publickey", [key], password="pw")
    door.partly = "password"
    target = replace(target, identity_files=(tmp_path / "id",))
    with pytest.raises(TargetError, match="it takes password"):
        log_in(door, host_key, target)
    assert door.shown[:1] == ["key"]


def test_wrong_keys_are_counted(target, host_key, tmp_path):
    new_key(tmp_path / "id")
    target = replace(target, identity_files=(tmp_path / "id",))
    with pytest.raises(TargetError, match="shown one key, it takes publickey"):
        log_in(Door("publickey"), host_key, target)


def test_server_that_takes_no_keys_is_shown_one_at_most(target, host_key, tmp_path):
    names = ("a", "b", "c")
    for name in names:
        new_key(tmp_path / name)
    files = tuple(tmp_path / name for name in names)
    door = Door("password", password="pw")
    log_in(door, host_key, replace(target, identity_files=files), ["pw"])
    assert door.shown.count("key") <= 1


def test_agent_that_is_gone_has_no_keys(target, host_key, tmp_path):
    gone = replace(target, identity_agent=str(tmp_path / "gone"))
    with pytest.raises(TargetError, match="no keys"):
        log_in(Door("publickey"), host_key, gone)


@pytest.mark.parametrize(("held", "known"), [(True, True), (False, False)])
def test_a_server_is_recognised_at_another_address_by_its_key(held, known, target, host_key):
    """`target` is the address of before, for which the files hold a key."""
    other = new_key(target.known_hosts[0].parent.with_name("other_key"))
    shown = host_key if held else other
    file = target.known_hosts[0]
    file.parent.mkdir(exist_ok=True)
    file.write_text(new_line(HOST, host_key.get_name(), host_key.asbytes(), hashed=False))
    elsewhere = replace(target, hostname="203.0.113.9", known_hosts=())
    with connection(Door("none"), shown, elsewhere) as transport:
        assert shows_known_key(transport, target) is known
