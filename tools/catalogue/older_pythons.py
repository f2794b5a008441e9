"""What the metadata of a wheel asks for on older Pythons than the one that was read, by hand."""

from collections.abc import Sequence

from packaging.specifiers import SpecifierSet

from tools.catalogue.stored import Row


def with_older_pythons(row: Row, entries: Sequence[Row]) -> Row:
    """The row with what its metadata asks for on older Pythons than the one that was read."""
    more = _on_older_pythons(row, entries)
    if not more:
        return row
    return row | {"requires": sorted({*row["requires"], *more}), "source": f"{row['source']}+H"}


def as_read(row: Row, entries: Sequence[Row]) -> Row:
    """The row of an earlier run without what holds on older Pythons only.

    Newer Pythons need no wheel of it.
    """
    if not row["source"].endswith("+H"):
        return row
    more = _on_older_pythons(row, entries)
    kept = [text for text in row["requires"] if text not in more]
    return row | {"requires": kept, "source": row["source"].removesuffix("+H")}


def _on_older_pythons(row: Row, entries: Sequence[Row]) -> set[str]:
    there = row["cuda"] and row["arch"] == "x86_64"
    return {
        text
        for entry in entries
        if there and SpecifierSet(entry["versions"]).contains(row["version"])
        for text in entry["requires"]
    }
