"""Whether root may run on a server: asked once, and told in words."""

import base64
import re
from pathlib import Path

import pytest

from scaffold.adapters.ssh.transport import Done
from scaffold.commands.host.server import Server, SudoError
from scaffold.errors import TargetError
from scaffold.findings import Interrupts, Step, root
from tests.commands.host.talking import Talking

PACKED = re.compile(r"echo ([A-Za-z0-9+/=]+) \| base64 -d")


class Remote:
    """Answers by what a command says; keeps every command and its input."""

    name = "gpu01"

    def __init__(self, **answers: Done) -> None:
        self.answers, self.sent = answers, []

    def run(self, command: str, text: bytes = b"", seconds: float = 60) -> Done:
        script = base64.b64decode(PACKED.search(command)[1]).decode()
        self.sent.append((script, text))
        kind = "asked" if "sudo -S" in script else "unasked" if "sudo -n true" in script else "step"
        return self.answers.get(kind, Done(0, "", ""))


def failed(text: str, code: int = 1) -> Done:
    return Done(code, "", text)


WANTS_PASSWORD = failed("sudo: a password is required")

SITUATIONS = {
    "sudo asks for nothing": ({}, None, ""),
    "the right password": ({"unasked": WANTS_PASSWORD}, "pw", ""),
    "no terminal": ({"unasked": WANTS_PASSWORD}, None, "no terminal to type it"),
    "no password": ({"unasked": WANTS_PASSWORD}, "", "no sudo password was given"),
    "not in sudoers": (
        {"unasked": WANTS_PASSWORD, "asked": failed("ada is not in the sudoers file.")},
        "pw",
        "may not use sudo",
    ),
    "sudo is not installed": (
        {"unasked": failed("sh: 1: exec: sudo: not found", 127)},
        "pw",
        "sudo is not installed",
    ),
    "sudo wants a terminal": (
        {"unasked": failed("sudo: sorry, you must have a tty to run sudo")},
        "pw",
        "wants a terminal",
    ),
}


def server(remote: Remote, attendant: Talking, **facts: bool) -> Server:
    return Server(remote=remote, attendant=attendant, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(("answers", "typed", "reason"), SITUATIONS.values(), ids=SITUATIONS)
def test_why_root_may_not_run(answers, typed, reason):
    remote, attendant = Remote(**answers), Talking(secret=typed)
    found = server(remote, attendant)
    assert found.may_be_root() == (not reason)
    assert reason in found.no_root
    asked = len(remote.sent), len(attendant.prompts)
    assert found.may_be_root() == (not reason)
    assert (len(remote.sent), len(attendant.prompts)) == asked


def test_root_itself_asks_nothing():
    remote = Remote()
    assert server(remote, Talking(), is_root=True).may_be_root()
    assert remote.sent == []


@pytest.mark.parametrize(
    ("said", "told"),
    [("Sorry, try again.", "does not accept that password"), ("odd", "sudo: odd")],
)
def test_a_wrong_password_ends_the_run(said, told):
    remote = Remote(unasked=WANTS_PASSWORD, asked=failed(said))
    with pytest.raises(SudoError, match=told) as raised:
        server(remote, Talking(secret="wrong")).may_be_root()
    assert raised.value.hint


def test_the_password_goes_to_the_input_of_sudo_alone():
    remote = Remote(unasked=WANTS_PASSWORD)
    found = server(remote, Talking(secret="geheim"))
    assert found.may_be_root()
    found.run(root("Do it.", "true"))
    assert [text for _, text in remote.sent] == [b"", b"geheim\n", b"geheim\n"]
    assert not any("geheim" in script for script, _ in remote.sent)
    assert "geheim" not in repr(found)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("E: Could not get lock /var/lib/dpkg", "Do it: the package manager is busy"),
        ("ada is not allowed to execute x", "Do it: this user may not use sudo"),
        ("E: odd", "Do it: E: odd"),
    ],
)
def test_a_step_that_fails_is_told_with_its_reason(said, told):
    with pytest.raises(TargetError, match=told) as raised:
        server(Remote(step=failed(said)), Talking(), is_root=True).run(root("Do it.", "true"))
    assert raised.value.hint


def test_a_reboot_that_cuts_the_connection_is_no_failure():
    step = Step(why="Reboot.", argv=("reboot",), sudo=True, interrupts=Interrupts.MACHINE)
    assert server(Remote(step=failed("", 255)), Talking(), is_root=True).run(step).code == 255


FAILURES = {
    "a known failure has its cause and fix": (
        "E: Could not get lock /var/lib/dpkg/lock",
        "the package manager is busy",
        "wait for the other installation to end, then run again: scaffold host setup gpu01",
    ),
    "a fix without the next command gets it": (
        "curl: (6) Could not resolve host: x",
        "no internet",
        (
            "scaffold host check gpu01 --network shows what is blocked\n"
            "then run again: scaffold host setup gpu01"
        ),
    ),
    "any other says to fix the cause": (
        "E: some complaint",
        "E: some complaint",
        "fix the cause, then run again: scaffold host setup gpu01",
    ),
}


@pytest.mark.parametrize(("output", "cause", "fix"), FAILURES.values(), ids=FAILURES)
def test_a_failed_step_says_cause_fix_and_log(output, cause, fix, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    found = server(Remote(step=failed(output)), Talking())
    with pytest.raises(TargetError) as raised:
        found.run(Step(why="Install it.", argv=("x",)))
    assert raised.value.message.startswith("Install it: ")
    assert cause in raised.value.message
    told, _, log = raised.value.hint.rpartition("\nfull log: ")
    assert told == fix
    assert output in Path(log).read_text()


def test_a_log_that_cannot_be_written_is_not_named(monkeypatch, tmp_path):
    (tmp_path / "gpu-scaffold").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    found = server(Remote(step=failed("no")), Talking())
    with pytest.raises(TargetError) as raised:
        found.run(Step(why="Install it.", argv=("x",)))
    assert "full log" not in raised.value.hint
