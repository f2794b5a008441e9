"""Lock files: the exact versions that an installation takes.

They are scanned line by line. Their writers are programs, so the form is known; they reach
megabytes, which a TOML parser in Python reads in seconds; and the scan knows the line.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from scaffold.parsing.untrusted.documents import BrokenDocumentError, read_json
from scaffold.project.formats.lock_graph import reached_by
from scaffold.project.formats.requirements import index_notes, relative_to
from scaffold.project.sources import POETRY_1, Note, Requirement, Source, Subject
from scaffold.project.syntax.requirement import normal_name
from scaffold.project.syntax.specifiers import pep440
from scaffold.project.syntax.text import place
from scaffold.project.syntax.toml_text import load_toml, string_line, strings, table, tables

PARSED = 200_000
"""Characters up to which a lock file is also parsed, to tell a broken one (some 100 ms)."""

_FIELD = re.compile(r"^(name|version|marker|source|url) = (.*)$", re.MULTILINE)
_MEMBER = re.compile(r'^source = \{ (?:editable|virtual) = "(?!\.")([^"]+)" \}', re.MULTILINE)
_PIXI_WHEEL = re.compile(r"- (?:conda|pypi): \S*/([^/\s]+)")
_GROUPS = re.compile(r"^groups = \[([^\]]*)\]", re.MULTILINE)
_SOURCES = re.compile(r'"[^"\n]*\.(?:tar\.gz|zip)"')
_POETRY_1 = re.compile(r'^lock-version = "(?:1\.\d+|2\.0)"', re.MULTILINE)
_LOCKED_PYTHON = re.compile(r'^(?:requires-python|requires_python) = "([^"]*)"', re.MULTILINE)


def read_toml_lock(path: str, text: str) -> Source:
    """uv.lock, poetry.lock and pdm.lock: `[[package]]` tables with a name and a version."""
    head, *blocks = re.split(r"^\[\[package\]\]$", text, flags=re.MULTILINE)
    line = head.count("\n") + 1
    requirements: list[Requirement] = []
    notes: list[Note] = []
    groups = reached_by(blocks) if path.endswith("uv.lock") else {}
    for block in blocks:
        found = _package(path, block, line)
        requirements += [_grouped(one, groups, block) for one in found]
        line += block.count("\n")
    if python := _LOCKED_PYTHON.search(head):
        spec = pep440(python[1])
        where = place(path, head.count("\n", 0, python.start()) + 1)
        notes.append(Note(Subject.PYTHON, spec[0] if spec else "", where, python[0]))
    members = tuple(
        (relative_to(path, f"{folder}/pyproject.toml"), False) for folder in _MEMBER.findall(text)
    )
    problems = _complaints(path, text, blocks)
    return Source(
        path=path,
        mentions=frozenset({POETRY_1} if _POETRY_1.search(text) else ()),
        requirements=tuple(requirements),
        notes=tuple(notes),
        includes=members,
        problems=problems,
    )


def _grouped(found: Requirement, groups: dict[str, str], block: str) -> Requirement:
    """A package with the extra or group that takes it; Poetry and PDM write both together."""
    if groups:
        return replace(found, group=groups.get(found.name, "not reached"))
    match = _GROUPS.search(block)
    named = re.findall(r'"([^"]*)"', match[1]) if match else []
    if named and not {"main", "default"} & set(named):
        return replace(found, group=f"group {named[0]}")
    return replace(found, group="extra") if "\noptional = true\n" in block else found


def _complaints(path: str, text: str, blocks: list[str]) -> tuple[str, ...]:
    if "\n<<<<<<< " in text:
        line = text.count("\n", 0, text.index("\n<<<<<<< ")) + 2
        return (f"{path}:{line}: an unresolved merge conflict",)
    if len(text) <= PARSED:
        return load_toml(path, text)[1]
    return () if blocks else (f"{path}: holds no packages",)


def _package(path: str, block: str, line: int) -> Iterator[Requirement]:
    # Fields of the package itself stand before the first table below it.
    top = re.split(r"^\[", block, maxsplit=1, flags=re.MULTILINE)[0]
    fields = {match[1]: match for match in reversed(list(_FIELD.finditer(top)))}
    name, version = fields.get("name"), fields.get("version")
    if name is None or version is None:
        return
    number = version[2].strip().strip('"')
    spec, local = pep440(f"=={number}") or ("", "")
    source = _registry(block)
    where = place(path, line + block.count("\n", 0, version.start()))
    text = f"{name[2].strip()} {number}".replace('"', "")
    yield Requirement(
        name=normal_name(name[2].strip().strip('"')),
        spec=spec,
        where=where,
        text=text,
        local=local or source.rpartition("/")[2],
        url=source,
        built=_is_built(block),
    )


def _is_built(block: str) -> bool:
    """Whether a lock names the sources of a package and no wheel of it."""
    return bool(_SOURCES.search(block)) and ".whl" not in block


def _registry(block: str) -> str:
    match = re.search(r'^(?:source = \{ ?registry = |url = )"([^"]*)"', block, re.MULTILINE)
    return match[1] if match else ""


def read_pixi_lock(path: str, text: str) -> Source:
    """pixi.lock: every package is an address, whose last part has name, version and build."""
    requirements: dict[str, Requirement] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        match = _PIXI_WHEEL.fullmatch(line.strip())
        found = _address(match[1], place(path, number)) if match else None
        if found and found.name not in requirements:
            requirements[found.name] = found
    return Source(path=path, requirements=tuple(requirements.values()))


def _address(file: str, where: str) -> Requirement | None:
    stem = re.sub(r"\.(?:conda|tar\.bz2|tar\.gz|whl|zip)$", "", file)
    if file.endswith(".whl"):
        name, _, rest = stem.partition("-")
        version, build = rest.partition("-")[0], ""
    else:
        name, version, build = ["", "", "", *stem.rsplit("-", 2)][-3:]
    spec = pep440(f"=={version}")
    if not name or spec is None:
        return None
    return Requirement(
        name=normal_name(name),
        spec=spec[0],
        extras=(),
        where=where,
        text=file,
        local=spec[1] or build,
    )


def read_pipfile_lock(path: str, text: str) -> Source:
    """Pipfile.lock: JSON with the pinned versions of `default` and `develop`."""

    try:
        document = read_json(text)
    except BrokenDocumentError as error:
        line = getattr(error.__cause__, "lineno", None)
        return Source(path=path, problems=(f"{place(path, line)}: not valid JSON",))
    requirements = [
        found
        for section, group in (("default", ""), ("develop", "group develop"))
        for name, entry in table(document, section).items()
        for found in _pinned(path, text, name, table(entry).get("version"), group)
    ]
    notes = [
        note
        for source in tables(table(document, "_meta").get("sources"))
        for url in strings(source.get("url"))
        for note in index_notes(url, path, url)
    ]
    return Source(path=path, requirements=tuple(requirements), notes=tuple(notes))


def _pinned(path: str, text: str, name: str, version: object, group: str) -> Iterator[Requirement]:
    spec = pep440(version) if isinstance(version, str) else None
    if spec is None:
        return
    where = place(path, string_line(text, name))
    shown = f"{name} {version}"
    yield Requirement(
        name=normal_name(name),
        spec=spec[0],
        extras=(),
        where=where,
        text=shown,
        group=group,
        local=spec[1],
    )
