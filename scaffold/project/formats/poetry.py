"""[tool.poetry] of pyproject.toml."""

from dataclasses import replace
from typing import Any

from scaffold.project.choices.local_paths import local_table
from scaffold.project.facts import LocalPath, PackageManager
from scaffold.project.formats.requirements import index_notes
from scaffold.project.sources import Note, Requirement, Source, Subject
from scaffold.project.syntax.requirement import normal_name
from scaffold.project.syntax.specifiers import cuda_release, from_poetry
from scaffold.project.syntax.text import place
from scaffold.project.syntax.toml_text import (
    entry_line,
    items,
    key_line,
    string_line,
    strings,
    table,
    tables,
)


def read_poetry(path: str, text: str, poetry: dict[str, Any]) -> Source:
    """Dependencies, groups, sources and the Python of a Poetry project."""
    requirements: list[Requirement] = []
    notes: list[Note] = []
    problems: list[str] = []
    local: list[LocalPath] = []
    extras = _extras(poetry)
    for group, header, listed in _sections(poetry):
        for name, value in listed.items():
            where = place(path, key_line(text, header, name))
            found, bad = poetry_dependency(name, value, where, group)
            problems += bad
            if name in extras:
                found = [replace(one, group=f"extra {extras[name]}") for one in found]
            shown = entry_line(text, header, name)
            local += path_entries(value, where, path, PackageManager.POETRY, shown)
            if name == "python":
                notes += [Note(Subject.PYTHON, one.spec, where, one.text) for one in found]
            else:
                requirements += found
    for source in tables(poetry.get("source")):
        for url in strings(source.get("url")):
            notes += index_notes(url, place(path, string_line(text, url)), url)
    return Source(
        path=path,
        requirements=tuple(requirements),
        notes=tuple(notes),
        problems=tuple(problems),
        local=tuple(local),
    )


def _extras(poetry: dict[str, Any]) -> dict[str, str]:
    """The first extra that installs each optional dependency."""
    found: dict[str, str] = {}
    for extra, listed in items(poetry, "extras"):
        for name in strings(listed):
            found.setdefault(name, normal_name(extra))
    return found


def path_entries(
    value: object, where: str, path: str, manager: PackageManager, shown: str
) -> list[LocalPath]:
    """The folders that an entry names, of one table or of a list of them."""
    entries = value if isinstance(value, list) else [value]
    found = (local_table(table(entry), where, path, manager, shown) for entry in entries)
    return [one for one in found if one is not None]


def _sections(poetry: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    main = table(poetry, "dependencies")
    sections = [("", "[tool.poetry.dependencies]", main)]
    sections.append(
        ("group dev", "[tool.poetry.dev-dependencies]", table(poetry, "dev-dependencies"))
    )
    for name, group in items(poetry, "group"):
        header = f"[tool.poetry.group.{name}.dependencies]"
        sections.append((f"group {name}", header, table(group, "dependencies")))
    return sections


def poetry_dependency(
    name: str, value: object, where: str, group: str = ""
) -> tuple[list[Requirement], list[str]]:
    """`torch = "^2.1"`, `torch = {version = …}` or a list of such tables, and the problems."""
    found: list[Requirement] = []
    problems: list[str] = []
    for entry in value if isinstance(value, list) else [value]:
        options = table(entry)
        version = entry if isinstance(entry, str) else str(options.get("version") or "")
        spec = from_poetry(version)
        if spec is None:
            problems.append(
                f"{where}: {name} has no version constraint that can be read: {version}"
            )
        url = next((str(options[key]) for key in ("url", "git") if key in options), "")
        found.append(
            Requirement(
                name=normal_name(name),
                spec=spec or "",
                extras=tuple(normal_name(extra) for extra in strings(options.get("extras"))),
                where=where,
                text=f'{name} = "{version or url}"',
                group=group or ("extra" if options.get("optional") is True else ""),
                marker=_marker(options),
                local=cuda_release(url) or _local(version),
                url=url,
            )
        )
    return found, problems


def _local(version: str) -> str:
    return version.partition("+")[2]


def _marker(options: dict[str, Any]) -> str:
    platform = options.get("platform")
    marker = str(options.get("markers") or "")
    return marker or (f"sys_platform == '{platform}'" if isinstance(platform, str) else "")
