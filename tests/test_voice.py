"""What the product says: no help text, prompt or message uses the words of a list.

The list is short and is no style checker: it holds words that were used in a sense of our own.
"""

import ast
import re
from pathlib import Path

import pytest

import scaffold

ROOT = Path(scaffold.__file__).parent
SOURCES = sorted(ROOT.rglob("*.py"))

WORDS = {
    "mend": "fix",
    "mends": "fixes",
    "mended": "fixed",
    "shall": "will, or must",
    "another laptop": "another computer",
    "this laptop": "this computer",
    "gone again": "stopped existing",
    "here and there": "on both sides",
    "at an end": "finished",
    "far side": "remote",
    "stays beside": "a backup is kept",
    "kept beside": "a backup is kept",
    "nobody answers": "does not answer",
    "nobody is here": "no terminal to ask",
    "is no json": "is not JSON",
    "whatever made it": "any",
    "look from inside": "test",
    "looked at once": "checked once",
    "what ails": "the cause of",
    "from nobody": "",
    "made anew": "created again",
    "brings it there": "uploads it",
    "not looked at": "skipped",
    "anew": "again",
    "anybody": "any user",
    "at the time of the look": "at the time of the check",
    "far host": "remote host",
    "is gone": "no longer exists",
    "speaks for": "is valid for",
    "what is there": "what exists",
    "whoever": "the user who",
}
"""A word or phrase to what is said in its place."""

_PATTERN = re.compile(rf"\b(?:{'|'.join(map(re.escape, WORDS))})\b", re.IGNORECASE)


def _texts(path: Path) -> list[tuple[int, str]]:
    """Every text literal of a module, docstrings too."""
    return [
        (node.lineno, node.value)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_text_uses_the_words_of_the_field(path):
    found = [
        f"line {line}: {match[0]!r} ({WORDS[match[0].lower()]}): {text[:60]!r}"
        for line, text in _texts(path)
        for match in _PATTERN.finditer(text)
    ]
    assert found == []
