"""Amounts as text: sizes in decimal units."""


def size_text(size: int) -> str:
    """Bytes in decimal units, as Docker writes them."""
    number = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.4g} {unit}"
        number /= 1000
    return f"{number:.4g} TB"
