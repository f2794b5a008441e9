"""Sizes, durations and counts as text, for every command."""


def size_text(size: int) -> str:
    """A size in bytes in decimal units, as Docker prints it."""
    number = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.4g} {unit}"
        number /= 1000
    return f"{number:.4g} TB"


def duration_text(seconds: float) -> str:
    """A duration in the largest unit of which it has at least two."""
    for name, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length:.0f} {name}"
    return f"{max(seconds, 0):.0f} seconds"


def and_more(left_out: int) -> str:
    """What follows the first entries of a list: ` and 3 more`, empty if nothing is left out."""
    return f" and {left_out} more" if left_out > 0 else ""
