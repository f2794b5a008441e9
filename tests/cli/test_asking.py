"""Asking about a connection at a real terminal, from many hosts at once."""

import sys

import pexpect
import pytest

from scaffold.adapters.ssh.asking import UnknownKey
from scaffold.cli.asking import make_asking
from scaffold.commands.side_by_side import side_by_side

PATIENCE_S = 300
KEY = UnknownKey("gpu01", "ssh-ed25519", "SHA256:abc")
PROGRAM = """
from scaffold.adapters.ssh.asking import UnknownKey
from scaffold.cli.asking import make_asking
asking = make_asking()
print("answer", asking.confirm(UnknownKey("gpu01", "ssh-ed25519", "SHA256:abc")))
print("secret", repr(asking.secret("Password: ")))
"""


@pytest.fixture
def terminal():
    child = pexpect.spawn(
        sys.executable, ["-c", PROGRAM], encoding="utf-8", timeout=PATIENCE_S, dimensions=(50, 160)
    )
    yield child
    child.close(force=True)


@pytest.mark.parametrize(
    ("typed", "answer"), [("yes", "remember"), ("once", "once"), ("no", "no"), ("", "no")]
)
def test_key_is_shown_and_confirmed(terminal, typed, answer):
    terminal.expect_exact("ssh-ed25519 SHA256:abc")
    terminal.expect_exact("Trust it?")
    terminal.sendline(typed)
    terminal.expect_exact(f"answer {answer}")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("y", "unknown choice 'y': choose one of yes, once, no"),
        ("onec", "unknown choice 'onec': did you mean once? choose one of yes, once, no"),
    ],
)
def test_other_answer_is_explained_in_our_words_and_asked_again(terminal, typed, told):
    terminal.expect_exact("Trust it?")
    terminal.sendline(typed)
    terminal.expect_exact(told)
    assert "Error:" not in terminal.before
    terminal.expect_exact("Trust it?")
    terminal.sendline("ONCE")
    terminal.expect_exact("answer once")


def test_secret_is_asked_without_echo(terminal):
    terminal.expect_exact("Trust it?")
    terminal.sendline("once")
    terminal.expect_exact("Password: ")
    terminal.sendline("letters")
    terminal.expect(pexpect.EOF)
    assert terminal.before.count("letters") == 1
    assert "secret 'letters'" in terminal.before


def test_end_of_input_is_no_secret(terminal):
    terminal.expect_exact("Trust it?")
    terminal.sendline("once")
    terminal.expect_exact("Password: ")
    terminal.sendeof()
    terminal.expect_exact("secret None")


def test_without_a_terminal_nothing_is_asked(capsys):
    asking = make_asking("SHA256:abc")
    assert (asking.confirm(KEY), asking.secret("Password: ")) == ("no", None)
    assert (asking.at_terminal, asking.host_key) == (False, "SHA256:abc")
    assert capsys.readouterr() == ("", "")


def test_workers_ask_in_the_calling_thread_and_answers_go_back():
    from threading import get_ident

    here_is = get_ident()

    def work(name, here):
        assert get_ident() != here_is
        return name, here(lambda: (name.upper(), get_ident()))

    assert side_by_side(work, ["a", "b", "c"]) == [
        (name, (name.upper(), here_is)) for name in ("a", "b", "c")
    ]


def test_failure_of_a_worker_or_a_question_is_raised():
    def fail():
        raise KeyError("no")

    with pytest.raises(KeyError):
        side_by_side(lambda _name, _here: fail(), ["a"])
    with pytest.raises(KeyError):
        side_by_side(lambda _name, here: here(fail), ["a"])


def test_interrupt_of_a_question_ends_all():
    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        side_by_side(lambda _name, here: here(interrupt), ["a", "b"])
