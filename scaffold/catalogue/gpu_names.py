"""Which GPU model a name means: as nvidia-smi and lspci print it, or as people shorten it."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from scaffold.catalogue.rows import GpuModel
from scaffold.catalogue.tables import Tables, rows_of

Words = tuple[str, ...]

BRANDS = frozenset({"nvidia", "tesla", "geforce", "quadro", "grid", "jetson", "corporation"})
"""Words that a short form leaves out, or that a driver put before other names."""

FAMILIES = frozenset({"rtx", "gtx", "gt", "titan"})
"""Words that a short form omits if the number alone is unique (`4090`)."""

HARMLESS = frozenset(
    (
        *("gpu", "laptop", "notebook", "mobile", "max", "q", "design", "with", "graphics", "card"),
        *("generation", "edition", "workstation", "server", "device", "nvgpu", "sxm", "pcie"),
        *("hbm", "e", "nvl", "ac", "dgxs", "dgx", "ls", "fhhl", "lp", "lpx", "pg"),
        *("developer", "devkit", "kit", "engineering", "reference", "module", "superchip"),
    )
)
"""Words after a model that change neither chip nor compute capability: memory, form factor."""

GLUED = {"rtxa": ("rtx", "a"), "rtxp": ("rtx", "pro"), "tisuper": ("ti", "super")}

PROFILE = re.compile(r"-\d+(-\d+)?[ABCQ](ME)?$", re.IGNORECASE)
"""A virtual GPU's profile: memory in GB, slices, and the letter of its licence."""

PCI_ID = re.compile(r"(?:10de:|0x)?([0-9a-f]{4})(?:10de)?", re.IGNORECASE | re.ASCII)

_BRACKETS = re.compile(r"\[([^\]]+)\]")
_DROPPED = re.compile(
    r"\((r|tm|c)\)|®|™|\(rev [0-9a-f]+\)|\bmig\b.*|\b\d+(\.\d+)?\s?[gt]i?b\b", re.IGNORECASE
)
_WORD = re.compile(r"[a-z]+|\d+")


def words_of(name: str) -> Words:
    """A name in lower case, parted at spaces and between letters and digits, without sizes.

    `NVIDIA A100-SXM4-80GB` is `nvidia a 100 sxm 4`, `RTX4090` is `rtx 4090`.
    """
    brackets = _BRACKETS.search(name)
    text = _DROPPED.sub(" ", brackets[1] if brackets else name)
    words = _WORD.findall(text.lower())
    # Profiles of virtual GPUs write the family and the letter of the series as one word.
    return tuple(part for word in words for part in GLUED.get(word, (word,)))


def plain(words: Iterable[str]) -> Words:
    """The words without brands."""
    return tuple(word for word in words if word not in BRANDS)


def find_model(tables: Tables, name: str) -> GpuModel | None:
    """The model of a name, None if it names none or several."""
    if PCI_ID.fullmatch(name.strip()) and (found := find_pci_id(tables, name)):
        return found
    base = PROFILE.sub("", name.strip().rstrip("."))
    wanted = words_of(base)
    if not plain(wanted):
        return None
    known = list(_candidates(tables, wanted))
    # A bare number is a short form of several cards.
    bare = len(wanted) == 1 and wanted[0].isdigit()
    entry = None if bare else _exact(known, wanted) or _longest(known, wanted)
    if entry is None and base != name.strip():
        entry = _without_letters(known, wanted)
    entry = entry or _shortened(known, wanted)
    return _model(tables, entry) if entry else None


def find_pci_id(tables: Tables, text: str) -> GpuModel | None:
    """The model of a PCI device id: `2684`, `10de:2684` or `0x268410DE`."""
    match = PCI_ID.fullmatch(text.strip())
    ids: dict[str, list[str]] = dict(tables.table("gpus", "pci"))
    found = ids.get(match[1].upper()) if match else None
    if found is None:
        return None
    model = find_model(tables, found[0])
    kind = model.kind if model else "geforce" if "GeForce" in found[0] else "workstation"
    return GpuModel(
        source="PCI id database", doubt="", name=found[0], capability=found[1], kind=kind
    )


def _candidates(tables: Tables, wanted: Words) -> Iterator[tuple[Words, dict[str, Any]]]:
    """Rows that share a number with the name, or a word: parting every name would cost much."""
    numbers = [word for word in wanted if word.isdigit()] or list(plain(wanted))
    for entry in tables.table("gpus", "gpus"):
        lower = entry["name"].lower()
        if any(number in lower for number in numbers):
            yield words_of(entry["name"]), entry


Known = list[tuple[Words, dict[str, Any]]]


def _exact(known: Known, wanted: Words) -> dict[str, Any] | None:
    """The row of exactly these words; brands count only if two rows differ in them."""
    same = [(words, entry) for words, entry in known if plain(words) == plain(wanted)]
    whole = [entry for words, entry in same if set(words) - {"nvidia"} == set(wanted) - {"nvidia"}]
    return next(iter([*whole, *(entry for _, entry in same)]), None)


def _longest(known: Known, wanted: Words) -> dict[str, Any] | None:
    """The longest row that the name begins with, if only harmless words follow."""
    text = plain(wanted)
    found = [
        (len(plain(words)), entry)
        for words, entry in known
        if plain(words) == text[: len(plain(words))] and _harmless(text[len(plain(words)) :])
    ]
    return max(found, key=lambda pair: pair[0], default=(0, None))[1]


def _harmless(rest: Words) -> bool:
    """Whether the words after a model only say memory, board or form factor.

    A number is harmless behind a word (`SXM2`, `PG509-200`), not behind the model itself.
    """
    return not rest or (
        not rest[0].isdigit() and all(word in HARMLESS or word.isdigit() for word in rest)
    )


def _without_letters(known: Known, wanted: Words) -> dict[str, Any] | None:
    """The card of a virtual GPU, whose name has letters for memory and socket (`A100DX`)."""
    while len(wanted) > 1 and wanted[-1].isalpha():
        wanted = wanted[:-1]
        if entry := _exact(known, wanted):
            return entry
    return None


def _shortened(known: Known, wanted: Words) -> dict[str, Any] | None:
    """The shortest row that holds the words in this order, if all such rows agree.

    `4090` and `RTX PRO 6000` have one compute capability; `4000` fits too many cards.
    """
    text = tuple(word for word in plain(wanted) if word not in HARMLESS)
    found = [(words, entry) for words, entry in known if text and _holds(plain(words), text)]
    if len({entry["capability"] for _, entry in found}) > 1:
        found = [pair for pair in found if _is_family(plain(pair[0]), text)]
    if len({entry["capability"] for _, entry in found}) != 1:
        return None
    return min(found, key=lambda pair: len(pair[0]))[1]


def _holds(words: Words, part: Words) -> bool:
    size = len(part)
    return any(words[at : at + size] == part for at in range(len(words) - size + 1))


def _is_family(words: Words, part: Words) -> bool:
    """Whether only the family (`RTX`, `GTX`) is left out of the row."""
    return tuple(word for word in words if word not in FAMILIES) == part


def _model(tables: Tables, entry: dict[str, Any]) -> GpuModel:
    return rows_of(GpuModel, [entry], tables.table("gpus", "sources"))[0]
