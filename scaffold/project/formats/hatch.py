"""Hatch's environments: [tool.hatch] of pyproject.toml, or hatch.toml."""

from typing import Any

from scaffold.project.formats.requirements import requirement_list
from scaffold.project.sources import Note, Requirement, Source, Subject
from scaffold.project.syntax.text import place
from scaffold.project.syntax.toml_text import items, key_line, load_toml, table

Found = tuple[list[Requirement], list[str]]


def read_hatch(path: str, text: str) -> Source:
    """hatch.toml: the environments of [tool.hatch] in a file of their own."""
    document, problems = load_toml(path, text)
    found, complaints = hatch_dependencies(path, text, document)
    notes = hatch_python(path, text, document)
    tools = frozenset({"hatch"} if table(document, "envs") else ())
    return Source(
        path=path,
        requirements=tuple(found),
        notes=tuple(notes),
        includes=(),
        tools=tools,
        mentions=default_environment(document),
        problems=(*problems, *complaints),
    )


def hatch_dependencies(path: str, text: str, hatch: dict[str, Any], prefix: str = "") -> Found:
    """The requirements of all environments, and complaints; `prefix` leads to their table."""
    found: list[Requirement] = []
    problems: list[str] = []
    for name, environment in items(hatch, "envs"):
        for key in ("dependencies", "extra-dependencies"):
            # Hatch installs the environment named default unless told otherwise.
            group = "" if name == "default" else f"environment {name}"
            listed = table(environment).get(key)
            more, bad = requirement_list(path, text, listed, group, f"[{prefix}envs.{name}]")
            found += more
            problems += bad
    return found, problems


def default_environment(hatch: dict[str, Any]) -> frozenset[str]:
    """The environment named default, which Hatch uses unless told otherwise."""
    return frozenset({"default environment"} if table(hatch, "envs", "default") else ())


def hatch_python(path: str, text: str, hatch: dict[str, Any], prefix: str = "") -> list[Note]:
    """The Python of the default environment."""
    version = table(hatch, "envs", "default").get("python")
    if not isinstance(version, str):
        return []
    where = place(path, key_line(text, f"[{prefix}envs.default]", "python"))
    return [Note(Subject.PYTHON, f"=={version}", where, f'python = "{version}"')]
