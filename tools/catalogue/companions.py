"""Packages whose pins bind a framework: one file each, one row a release."""

from collections.abc import Mapping, Sequence
from typing import Any

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from tools.catalogue.context import Context, chosen, cudnn_of, in_parallel
from tools.catalogue.listing import ARCHITECTURES, PYTHONS, File
from tools.catalogue.recorded import overrides
from tools.catalogue.recorded import recorded as by_hand
from tools.catalogue.requirements import extras_of, metadata_of_sdist, of_metadata
from tools.catalogue.source import SourceError
from tools.catalogue.stored import Made, Row
from tools.catalogue.wheel import Wheel, sdist_requirements

FRAMEWORKS = ("torch", "tensorflow", "tensorflow-gpu", "tensorflow-cpu", "jax", "jaxlib")
LISTED = by_hand("companions")
ELSEWHERE = LISTED.pop("elsewhere")
FLOORS = LISTED.pop("floors")
PROJECTS = tuple(name for names in LISTED.values() for name in names)
BINDING = frozenset({*FRAMEWORKS, *PROJECTS})
SOURCES = {
    "P": "metadata of the package index",
    "S": "requires.txt of the source archive",
    "H": "scaffold/catalogue/overrides.toml, by hand",
    "N": "only listed: its metadata cannot be read without a build",
}
SDIST_AT_MOST = 4 << 20
ARM, X86 = "aarch64", "x86_64"


def tables(context: Context, project: str, before: Mapping[str, Any]) -> Made:
    """The rows of every final release of a project, those that were yanked marked."""
    rows = before.get("releases", [])
    # What was completed by hand is read again, so that a correction by hand takes effect.
    read = [row for row in rows if not context.fresh and "H" not in row["source"]]
    known = {(row["version"], row["sha256"]): row for row in read}
    releases = list(context.index.releases(project, yanked=True).items())
    found = in_parallel(lambda job: _row(context, project, *job, known), releases)
    unsaid = [entry for entry in overrides("needs") if entry["package"] == project]
    rows = [_with_unsaid(row, unsaid) for row in found if row]
    rows += [_elsewhere(entry, context) for entry in ELSEWHERE if entry["package"] == project]
    rows.sort(key=lambda row: Version(row["version"]))
    return {"releases": rows}, SOURCES


def _elsewhere(entry: Row, context: Context) -> Row:
    """A release that the package index does not hold, without a digest."""
    row = {"version": entry["version"], "python": entry["python"], "arch": [X86]}
    read = {"read": context.today, "sha256": "", "needs": entry["needs"], "cuda": ""}
    return row | read | {"source": entry["source"]}


def _with_unsaid(row: Row, entries: Sequence[Row]) -> Row:
    """The row with what its metadata leaves out."""
    for entry in entries:
        if SpecifierSet(entry["versions"]).contains(row["version"]):
            needs = row["needs"] | entry.get("needs", {})
            named = (
                key for key in ("cuda", "cudnn", "capability") if key in entry and not row.get(key)
            )
            said = {key: entry[key] for key in named}
            row = row | said | {"needs": needs, "source": f"{row['source']}+H"}
    return row


def _row(
    context: Context,
    project: str,
    version: str,
    files: Sequence[File],
    known: dict[tuple[str, str], Row],
) -> Row | None:
    usable = [file for file in files if file.archs and file.pythons]
    file = chosen(usable, X86) or chosen(usable, ARM) or next(iter(usable), None)
    if not file:
        return None
    listed = {
        "version": version,
        "python": _pythons(usable),
        "arch": _architectures(usable),
        "read": context.today,
        "sha256": file.sha256,
    }
    # An installer takes a yanked release only if exactly this one is asked for.
    listed |= {"yanked": True} if all(one.yanked for one in files) else {}
    if kept := known.get((version, file.sha256)):
        return listed | {key: value for key, value in kept.items() if key not in listed}
    return listed | _read(context, project, file)


def _pythons(files: Sequence[File]) -> list[str]:
    found = {python for file in files for python in file.pythons}
    return [] if found == set(PYTHONS) else [python for python in PYTHONS if python in found]


def _architectures(files: Sequence[File]) -> list[str]:
    found = {arch for file in files for arch in file.archs}
    return [] if found == set(ARCHITECTURES) else sorted(found)


def _read(context: Context, project: str, file: File) -> Row:
    arch = X86 if X86 in file.archs else ARM
    python = file.pythons[-1]
    try:
        if file.wheel:
            metadata, source = Wheel(context.source, file).metadata(), "P"
        elif 0 < file.size <= SDIST_AT_MOST and file.filename.endswith(".tar.gz"):
            metadata, source = metadata_of_sdist(sdist_requirements(context.source, file)), "S"
        else:
            return {"needs": {}, "cuda": _cuda(project, ()), "source": "N"}
    except SourceError as error:
        if "cannot be read" in str(error) or "not a" in str(error):
            return {"needs": {}, "cuda": _cuda(project, ()), "source": "N"}
        raise
    requirements = of_metadata(metadata, python=python, arch=arch)
    # An extra for CUDA names what the package was built for, though it may come from the image.
    everything = of_metadata(metadata, python=python, arch=arch, extras=extras_of(metadata))
    row = {
        "needs": _needs(requirements) | _floor(project, everything),
        "cuda": _cuda(project, requirements) or _only(project, everything),
        "source": source,
    }
    named = project in LISTED["own"] and row["cuda"]
    cudnn = cudnn_of(everything if named else requirements)
    return row | ({"cudnn": cudnn} if cudnn else {})


def _floor(project: str, requirements: Sequence[Requirement]) -> dict[str, str]:
    """The lowest release of a framework that a package works with, which is in its extra only."""
    framework = FLOORS.get(project, "")
    bounds = {
        str(part)
        for item in requirements
        for part in item.specifier
        if canonicalize_name(item.name) == framework and part.operator == ">="
    }
    least = max(bounds, key=lambda text: Version(text.removeprefix(">=")), default="")
    return {framework: least} if least else {}


def _only(project: str, requirements: Sequence[Requirement]) -> str:
    """The CUDA of a package with code of its own, where its extras name one major release."""
    found = {_cuda("", [item]) for item in requirements} - {""}
    return found.pop() if project in LISTED["own"] and len(found) == 1 else ""


def _needs(requirements: Sequence[Requirement]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for item in requirements:
        name = canonicalize_name(item.name)
        if name in BINDING:
            found.setdefault(name, []).append(str(item.specifier))
    return {name: ",".join(filter(None, specs)) for name, specs in sorted(found.items())}


def _cuda(project: str, requirements: Sequence[Requirement]) -> str:
    """The major release of CUDA that the package names, in its own name or in what it requires."""
    for name in (project, *(canonicalize_name(item.name) for item in requirements)):
        stem, _, digits = name.rpartition("-c")
        number = digits.removeprefix("uda").removeprefix("u").removesuffix("x")
        if stem and number.isdecimal() and stem.startswith(("cupy", "nvidia")):
            return number[:2]
    return ""
