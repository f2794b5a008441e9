"""Consent to act on another person's container."""

import pytest

from scaffold.cli import consent
from scaffold.cli import terminal as terminal_of
from scaffold.cli.consent import agree_to_other
from scaffold.errors import InputError

TEXT = "trainer belongs to bob (running)"

# At a terminal, --take-over, --yes, the command asks by itself, the answer: whether it goes on.
SITUATIONS = {
    "nothing is said": (False, False, False, False, None, "refuses"),
    "a terminal is not enough": (True, False, False, False, None, "refuses"),
    "a command that asks, at a terminal": (True, False, False, True, True, "goes on"),
    "the answer is no": (True, False, False, True, False, "ends"),
    "a command that asks, without a terminal": (False, False, False, True, None, "refuses"),
    "the flag, at a terminal": (True, True, False, False, True, "goes on"),
    "the flag, and no": (True, True, False, False, False, "ends"),
    "the flag and --yes": (True, True, True, False, None, "goes on"),
    "--yes alone asks all the same": (True, False, True, True, False, "ends"),
    "the flag, without a terminal": (False, True, False, False, None, "goes on"),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_agree_to_other(name, monkeypatch, capsys):
    terminal, take_over, yes, asks, answer, expected = SITUATIONS[name]
    monkeypatch.setattr(terminal_of, "terminal_present", lambda: terminal)
    monkeypatch.setattr(consent, "ask", lambda _question: answer)
    agree = agree_to_other(take_over=take_over, yes=yes, asks=asks)
    if expected == "refuses":
        assert agree is None
        return
    if expected == "ends":
        with pytest.raises(InputError, match="nothing was changed"):
            agree(TEXT)
    else:
        agree(TEXT)
    assert capsys.readouterr().err == f"! {TEXT}\n"
