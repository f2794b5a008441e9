"""PyTorch: the default builds from the package index, the others from the variant indexes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from tools.catalogue.context import (
    Context,
    chosen,
    cudnn_of,
    in_parallel,
    pythons_of_all,
    texts,
)
from tools.catalogue.fatbin import capability_of
from tools.catalogue.listing import ARCHITECTURES, File, read_html
from tools.catalogue.recorded import overrides as by_hand_rows
from tools.catalogue.recorded import recorded as by_hand
from tools.catalogue.requirements import of_metadata
from tools.catalogue.source import SourceError
from tools.catalogue.stored import Made, Row
from tools.catalogue.wheel import Wheel

PROJECT = "torch"
OLDEST = Version("1.0")
VARIANTS = "https://download.pytorch.org/whl"
STABLE = f"{VARIANTS}/torch_stable.html"
FIRST_WITH_INDEXES = Version("1.11")
CUDA_LIBRARIES = ("nvidia-", "cuda-toolkit", "cuda-bindings")
FLAGS = re.compile(rb"sm_\d+[a-z]?(?: (?:sm|compute)_\d+[a-z]?)*")
SOURCES = {
    "P": "metadata of the package index",
    "W": "read out of the wheel: torch/version.py and the architecture flags of libtorch_python.so",
    "H": "scaffold/catalogue/overrides.toml, by hand",
}


def tables(context: Context, before: Mapping[str, Any]) -> Made:
    """The rows of every final release, the default build first, then its variants."""
    releases = {
        version: files
        for version, files in context.index.releases(PROJECT).items()
        if Version(version) >= OLDEST
    }
    recorded = by_hand("torch_variants")
    unsaid = by_hand_rows("requires")
    known = [_as_read(row, unsaid) for row in before.get("builds", [])]
    jobs = [(version, files, arch) for version, files in releases.items() for arch in ARCHITECTURES]
    defaults = in_parallel(lambda job: _default(context, *job, recorded, known), jobs)
    rows = [row for row in defaults if row]
    rows = [_with_older_pythons(row, unsaid) for row in rows]
    rows += _variants(context, rows, recorded)
    rows += _elsewhere(rows, recorded)
    rows.sort(key=lambda row: (Version(row["version"]), row["arch"], row["index"], row["variant"]))
    return {"builds": rows}, SOURCES | recorded["sources"]


def _default(
    context: Context,
    version: str,
    files: Sequence[File],
    arch: str,
    recorded: dict[str, Any],
    before: Sequence[Row],
) -> Row | None:
    file = chosen(files, arch)
    if not file:
        return None
    read = known_wheel(context, file, before) or _read(context, file, arch)
    pins = [Requirement(text) for text in read["requires"]]
    pythons = pythons_of_all(context, files, arch, pins)
    row = {**_empty(version, arch, context), **read, "python": pythons, "sha256": file.sha256}
    return _completed(row, recorded) if pythons else None


def _with_older_pythons(row: Row, entries: Sequence[Row]) -> Row:
    """The row with what its metadata asks for on older Pythons than the one that was read."""
    more = _on_older_pythons(row, entries)
    if not more:
        return row
    return row | {"requires": sorted({*row["requires"], *more}), "source": f"{row['source']}+H"}


def _as_read(row: Row, entries: Sequence[Row]) -> Row:
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
        if there and entry["package"] == PROJECT
        if SpecifierSet(entry["versions"]).contains(row["version"])
        for text in entry["requires"]
    }


def _empty(version: str, arch: str, context: Context) -> Row:
    return {
        "version": version,
        "variant": "",
        "arch": arch,
        "cuda": "",
        "cudnn": "",
        "sm": [],
        "ptx": "",
        "python": [],
        "requirement": PROJECT,
        "index": "",
        "links": "",
        "local": "",
        "requires": [],
        "source": "P+W",
        "verified": True,
        "read": context.today,
    }


WHEEL_FIELDS = ("variant", "cuda", "cudnn", "sm", "ptx", "requires", "source", "doubt")


def known_wheel(context: Context, file: File, before: Iterable[Row]) -> Row | None:
    """What an earlier run read out of the same wheel."""
    if context.fresh or not file.sha256:
        return None
    row = next((row for row in before if row.get("sha256") == file.sha256), None)
    return {key: row[key] for key in WHEEL_FIELDS if key in row} if row else None


def _read(context: Context, file: File, arch: str) -> Row:
    wheel = Wheel(context.source, file)
    requirements = of_metadata(wheel.metadata(), python=file.pythons[-1], arch=arch)
    found = re.search(rb"^cuda\b[^=\n]*= *'([\d.]+)'", wheel.read("torch/version.py"), re.MULTILINE)
    cuda = ".".join(found[1].decode().split(".")[:2]) if found else ""
    sm, ptx = _flags(wheel) if cuda else ([], "")
    variant = f"cu{cuda.replace('.', '')}" if cuda else "cpu"
    context.say(f"read {file.filename}: {variant} {' '.join(sm)}")
    return {
        "variant": variant,
        "cuda": cuda,
        "cudnn": cudnn_of(requirements),
        "sm": sm,
        "ptx": ptx,
        "requires": texts(requirements),
    }


def _flags(wheel: Wheel) -> tuple[list[str], str]:
    found = FLAGS.findall(wheel.read("torch/lib/libtorch_python.so"))
    words = max(found, key=len, default=b"").decode().split()
    sm = {capability_of(name) for name in words if name.startswith("sm_")}
    ptx = [capability_of(name) for name in words if name.startswith("compute_")]
    return sorted(sm, key=Version), max(ptx, key=Version, default="")


def _completed(row: Row, recorded: dict[str, Any]) -> Row:
    """Adds what old wheels do not say of themselves: their architectures and bundled cuDNN."""
    for entry in recorded["bundled"]:
        if not row["cuda"] or row["variant"] != entry["variant"]:
            continue
        if SpecifierSet(entry["releases"]).contains(row["version"]):
            missing = {key for key in ("sm", "cudnn") if not row[key]}
            row |= {key: entry[key] for key in missing}
            if missing:
                row["source"] += f"+{entry['source']}"
                row["doubt"] = f"{' and '.join(sorted(missing))} as in the conda build"
    return row


def _variants(context: Context, defaults: Sequence[Row], recorded: dict[str, Any]) -> list[Row]:
    reached = _reached(context)
    rows = []
    for entry in recorded["variants"]:
        allowed = SpecifierSet(entry["releases"])
        for default in defaults:
            if default["arch"] == entry["arch"] and allowed.contains(default["version"]):
                if default["variant"] == entry["variant"]:
                    continue
                files = reached.get(entry["variant"])
                rows.append(_variant(context, default, entry, files))
    return [row for row in rows if row]


def _elsewhere(rows: Sequence[Row], recorded: dict[str, Any]) -> list[Row]:
    """Releases of a page of their own, like the builds of the release that they belong to."""
    return [
        {key: value for key, value in row.items() if key != "sha256"}
        | {key: entry[key] for key in ("version", "links", "source", "doubt")}
        | {"index": "", "local": f"+{row['variant']}", "verified": False}
        for entry in recorded["elsewhere"]
        for row in rows
        if row["version"] == entry["like"] and row["variant"] in entry["variants"]
    ]


def _reached(context: Context) -> dict[str, tuple[File, ...]]:
    """The listing of each variant index that answers; nothing at all if the host does not."""
    recorded = by_hand("torch_variants")
    names = dict.fromkeys(entry["variant"] for entry in recorded["variants"])
    found = {}
    for name in names:
        url = f"{VARIANTS}/{name}/{PROJECT}/"
        try:
            found[name] = read_html(context.source.get(url), PROJECT, url)
        except SourceError as error:
            context.say(f"variant indexes: {error}; their rows stay unverified")
            if not found:
                return {}
    return found


def _variant(
    context: Context,
    default: Row,
    entry: Row,
    files: Sequence[File] | None,
) -> Row | None:
    version, name = default["version"], entry["variant"]
    mine = [file for file in files or () if file.public == version and entry["arch"] in file.archs]
    if files is not None and not mine:
        return None
    left_out = ("triton", *CUDA_LIBRARIES) if name == "cpu" else CUDA_LIBRARIES
    pins = [text for text in default["requires"] if not text.startswith(left_out)]
    indexed = Version(version) >= FIRST_WITH_INDEXES
    row = _empty(version, entry["arch"], context) | {
        "variant": name,
        "cuda": f"{name[2:-1]}.{name[-1]}" if name.startswith("cu") and name != "cpu" else "",
        "cudnn": entry.get("cudnn", ""),
        "sm": entry["sm"],
        "ptx": entry.get("ptx", ""),
        "python": entry.get("python", default["python"]),
        "index": f"{VARIANTS}/{name}" if indexed else "",
        "links": "" if indexed else STABLE,
        "local": f"+{name}",
        "requires": pins,
        "source": entry["source"],
        "verified": bool(mine),
    }
    if mine:
        row["python"] = pythons_of_all(context, mine, entry["arch"], map(Requirement, pins))
    if entry.get("doubt"):
        row["doubt"] = entry["doubt"]
    return row
