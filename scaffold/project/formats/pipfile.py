"""Pipfile: Pipenv's manifest."""

from scaffold.project.facts import LocalPath, PackageManager
from scaffold.project.formats.poetry import path_entries, poetry_dependency
from scaffold.project.formats.requirements import index_notes
from scaffold.project.sources import Note, Requirement, Source, Subject
from scaffold.project.syntax.specifiers import minor_python
from scaffold.project.syntax.text import place
from scaffold.project.syntax.toml_text import (
    entry_line,
    items,
    key_line,
    load_toml,
    string_line,
    strings,
    table,
    tables,
)


def read_pipfile(path: str, text: str) -> Source:
    """Packages, development packages, sources and the required Python."""
    document, problems = load_toml(path, text)
    requirements: list[Requirement] = []
    complaints = list(problems)
    local: list[LocalPath] = []
    for section, group in (("packages", ""), ("dev-packages", "group develop")):
        for name, value in items(document, section):
            where = place(path, key_line(text, f"[{section}]", name))
            found, bad = poetry_dependency(name, value, where, group)
            requirements += found
            complaints += bad
            shown = entry_line(text, f"[{section}]", name)
            local += path_entries(value, where, path, PackageManager.PIPENV, shown)
    notes = _python(path, text, table(document, "requires"))
    for source in tables(document.get("source")):
        for url in strings(source.get("url")):
            notes += index_notes(url, place(path, string_line(text, url)), url)
    return Source(
        path=path,
        requirements=tuple(requirements),
        notes=tuple(notes),
        tools=frozenset({"pipenv"}),
        problems=tuple(complaints),
        local=tuple(local),
    )


def _python(path: str, text: str, requires: dict[str, object]) -> list[Note]:
    for key in ("python_full_version", "python_version"):
        version = requires.get(key)
        spec = minor_python(version) if isinstance(version, str) else None
        if spec:
            where = place(path, key_line(text, "[requires]", key))
            return [Note(Subject.PYTHON, spec, where, f'{key} = "{version}"')]
    return []
