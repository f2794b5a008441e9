"""pixi.toml, and the same tables under [tool.pixi] of pyproject.toml."""

from typing import Any

from scaffold.project.facts import LocalPath, PackageManager
from scaffold.project.formats.conda import conda_notes, conda_requirement
from scaffold.project.formats.poetry import path_entries, poetry_dependency
from scaffold.project.formats.requirements import index_notes
from scaffold.project.sources import Note, Requirement, Source, Subject
from scaffold.project.syntax.text import place
from scaffold.project.syntax.toml_text import (
    items,
    key_line,
    load_toml,
    string_line,
    strings,
    table,
)


def read_pixi(path: str, text: str) -> Source:
    """Read pixi.toml."""
    document, problems = load_toml(path, text)
    source = pixi_tables(path, text, document)
    return Source(
        path=path,
        requirements=source.requirements,
        notes=source.notes,
        tools=frozenset({"pixi"}),
        problems=(*problems, *source.problems),
        local=source.local,
        default_groups=source.default_groups,
    )


def pixi_tables(path: str, text: str, pixi: dict[str, Any], prefix: str = "") -> Source:
    """Dependencies of conda and PyPI, features, targets and system requirements."""
    requirements: list[Requirement] = []
    notes: list[Note] = []
    problems: list[str] = []
    local: list[LocalPath] = []
    for group, header, section in _sections(pixi, prefix):
        for name, value in items(section, "dependencies"):
            where = place(path, key_line(text, f"[{header}dependencies]", name))
            found = _conda_entry(name, value, where, group)
            notes += conda_notes(found)
            requirements.append(found)
        for name, value in items(section, "pypi-dependencies"):
            where = place(path, key_line(text, f"[{header}pypi-dependencies]", name))
            more, bad = poetry_dependency(name, _pypi(value), where, group)
            requirements += more
            problems += bad
            if not group:
                local += path_entries(value, where, path, PackageManager.PIXI, "")
        notes += _options(path, text, section, header)
    return Source(
        path=path,
        requirements=tuple(requirements),
        notes=tuple(notes),
        problems=tuple(problems),
        local=tuple(local),
        default_groups=_default_features(pixi),
    )


def _default_features(pixi: dict[str, Any]) -> tuple[str, ...]:
    """Features of the environment that `pixi install` makes: the one named default."""
    default = table(pixi, "environments").get("default")
    return tuple(strings(table(default).get("features") if isinstance(default, dict) else default))


def _sections(pixi: dict[str, Any], prefix: str) -> list[tuple[str, str, dict[str, Any]]]:
    sections = [("", prefix, pixi)]
    sections += [
        (f"feature {name}", f"{prefix}feature.{name}.", table(feature))
        for name, feature in items(pixi, "feature")
    ]
    targets = [
        (group, f"{header}target.{name}.", table(target))
        for group, header, section in sections
        for name, target in items(section, "target")
        if name.startswith(("linux", "unix"))
    ]
    return [*sections, *targets]


def _conda_entry(name: str, value: object, where: str, group: str) -> Requirement:
    options = table(value)
    version = value if isinstance(value, str) else str(options.get("version") or "*")
    build = str(options.get("build") or "")
    return conda_requirement(f"{name} {version} {build}".strip(), where, group)


def _pypi(value: object) -> object:
    # pixi writes the address of a checkout or wheel as Poetry does, a bare version as PEP 440.
    return value.replace("~=", ">=") if isinstance(value, str) else value


def _options(path: str, text: str, section: dict[str, Any], header: str) -> list[Note]:
    notes = []
    cuda = table(section, "system-requirements").get("cuda")
    release = cuda if isinstance(cuda, str) else str(table(cuda).get("driver") or "")
    if "." in release:
        where = place(path, key_line(text, f"[{header}system-requirements]", "cuda"))
        notes.append(Note(Subject.CUDA, release, where, f'cuda = "{release}"'))
    options = table(section, "pypi-options")
    for key in ("index-url", "extra-index-urls"):
        for url in strings(options.get(key)):
            notes += index_notes(url, place(path, string_line(text, url)), url)
    return notes
