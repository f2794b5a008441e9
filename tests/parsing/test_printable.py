"""What may reach a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.parsing.untrusted.printable import encodable, printable, printable_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ü ✓", "plain ü ✓"),
        ("\x1b]0;PWN\x07", r"\x1b]0;PWN\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("a\u202eb", r"a\u202eb"),
        ("a\u2066b\u200b", r"a\u2066b\u200b"),
        ("x\r\ny\tz", r"x\r\ny\tz"),
        ("\udcff", r"\xff"),
        ("\ud800", r"\ud800"),
        ("\u2028", r"\u2028"),
    ],
)
def test_what_drives_a_terminal_is_shown_as_an_escape(text, shown):
    assert printable(text) == shown


def test_lines_and_tabs_of_longer_text_stay():
    assert printable_lines("a\n\tb\r\x1b[2J") == "a\n\tb\\r\\x1b[2J"


@given(st.text())
def test_every_text_becomes_printable_and_stays_so(text):
    once = printable(text)
    assert once.isprintable()
    assert printable(once) == once


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8", "no-such-codec"])
def test_every_encoding_can_take_our_marks(encoding):
    text = encodable("✓ 2 \N{MULTIPLICATION SIGN} 3 … ü 漢", encoding)
    text.encode(encoding if encoding != "no-such-codec" else "ascii")


def test_marks_of_ours_have_plain_forms():
    assert encodable("✓ “a” → b…", "ascii") == '+ "a" -> b...'
