"""Numbers in text that may say `[N/A]` or `ERR!` instead."""

import re

_WHOLE = re.compile(r"[0-9]{1,15}")
_LEADING = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})*")


def whole(text: str) -> int | None:
    """A whole number, None for anything else."""
    # Not int's own stripping, which differs in what it takes for a space (\x1e).
    digits = text.strip()
    return int(digits) if _WHOLE.fullmatch(digits) else None


def leading_version(text: str | None) -> tuple[int, ...] | None:
    """The dotted number at the start of `6.8.0-45-generic` or `20.10.24+dfsg1`."""
    match = _LEADING.match(text or "")
    return tuple(map(int, match[0].split("."))) if match else None
