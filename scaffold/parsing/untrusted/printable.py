"""Text that cannot drive a terminal: what is foreign is escaped before it is shown."""

PLAIN = {
    "✓": "+",
    "✗": "x",
    "…": "...",
    "“": '"',
    "”": '"',
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "→": "->",
    "\N{EN DASH}": "-",
    "\N{MULTIPLICATION SIGN}": "x",
    "≥": ">=",
    "≤": "<=",
    "·": "-",
}
"""Our own marks in ASCII, for terminals that cannot show them."""


def printable(text: str) -> str:
    """One line of text: control, format and undecodable characters become visible escapes.

    Covers C0 and C1 controls, line breaks, bidirectional and other invisible format characters,
    and the surrogates that represent invalid UTF-8.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def printable_lines(text: str) -> str:
    """Text of several lines: like `printable`, but line feeds and tabs stay."""
    if text.isprintable():
        return text
    return "".join(char if char in "\n\t" or char.isprintable() else _escape(char) for char in text)


def _escape(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        # A byte that is not UTF-8, as os.fsdecode keeps it.
        return f"\\x{code - 0xDC00:02x}"
    return char.encode("unicode_escape").decode("ascii")


def encodable(text: str, encoding: str) -> str:
    """The text with each character that `encoding` lacks replaced by a plainer one."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(_plainer(char, encoding) for char in text)
    except LookupError:
        return text.encode("ascii", "replace").decode("ascii")
    return text


def _plainer(char: str, encoding: str) -> str:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return PLAIN.get(char, "?")
    return char
