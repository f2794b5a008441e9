"""What was probably meant by a word that is not known: the one place of "did you mean"."""

from collections.abc import Iterable

NEAR_ENOUGH = 0.6
"""Share of equal letters, of 1: difflib's own default, which finds `inti` and not `web`."""


SHORTEST_PART = 3


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was most likely meant, in any letter case; empty if none is near."""
    # Only mistakes need it, and it is slow to import.
    import difflib

    lowered, typed = {one.lower(): one for one in known}, word.lower()
    found = difflib.get_close_matches(typed, lowered, n=1, cutoff=NEAR_ENOUGH)
    # `torch` is a part of `pytorch-finetune`, though most letters differ.
    parts = [one for one in lowered if len(typed) >= SHORTEST_PART and typed in one]
    return lowered[[*found, *parts][0]] if found or parts else ""


def suggestion(meant: str) -> str:
    """The question whether another word was meant, as the beginning of a hint; empty for none."""
    return f"did you mean {meant}? " if meant else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The same question for the nearest of the known words."""
    return suggestion(nearest(word, known))


def one_of(word: str, known: Iterable[str]) -> str:
    """A hint with the nearest word and all of them."""
    listed = list(known)
    return f"{did_you_mean(word, listed)}choose one of {', '.join(listed)}"
