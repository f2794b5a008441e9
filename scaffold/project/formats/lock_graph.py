"""Which packages of uv.lock the project's own installation takes, and which only an extra."""

import re
from collections.abc import Iterable, Iterator

from scaffold.project.syntax.requirement import normal_name

_NAME = re.compile(r'^name = "([^"\n]+)"', re.MULTILINE)
_ROOT = re.compile(r'^source = \{ (?:editable|virtual) = "\."', re.MULTILINE)
_LIST = re.compile(r"^(?:(\S+) = \[|\[(package\.[\w-]+)\])")
_ENTRY = re.compile(r'\{ name = "([^"]+)"')
_EXTRAS = re.compile(r"extra = \[([^\]]*)\]")

_Edges = dict[str, dict[str, list[tuple[str, tuple[str, ...]]]]]
"""Package to section (`""`, `extra x`, `group x`) to its dependencies with their extras."""


def reached_by(blocks: Iterable[str]) -> dict[str, str]:
    """The group of each reachable package: empty, `extra NAME` or `group NAME` of the root.

    Empty if the lock has no root package of its own.
    """
    edges: _Edges = {}
    roots = []
    for block in blocks:
        name = _NAME.search(block)
        if name is None:
            continue
        own = edges.setdefault(normal_name(name[1]), {})
        for section, dependency in _dependencies(block):
            own.setdefault(section, []).append(dependency)
        if _ROOT.search(block):
            roots.append(normal_name(name[1]))
    found: dict[str, str] = {}
    for root in roots[:1]:
        _walk(edges, root, "", found)
        sections = [section for section in edges[root] if section]
        # Groups before extras: some are installed by default.
        for section in sorted(sections, reverse=True):
            _walk(edges, root, section, found)
    return found


def _dependencies(block: str) -> Iterator[tuple[str, tuple[str, tuple[str, ...]]]]:
    table, key = "", ""
    for line in block.split("\n"):
        if match := _LIST.match(line):
            table = match[2] or table
            key = match[1] or ""
        elif line.startswith("]"):
            key = ""
        section = _section(table, key)
        if section is not None:
            for entry in re.split(r"(?<=\})", line):
                if named := _ENTRY.search(entry):
                    extras = _EXTRAS.search(entry)
                    names = re.findall(r'"([^"]*)"', extras[1]) if extras else []
                    yield section, (normal_name(named[1]), tuple(map(normal_name, names)))


def _section(table: str, key: str) -> str | None:
    if not table:
        return "" if key == "dependencies" else None
    kind = {"package.optional-dependencies": "extra", "package.dev-dependencies": "group"}
    return f"{kind[table]} {normal_name(key)}" if table in kind and key else None


def _walk(edges: _Edges, root: str, section: str, found: dict[str, str]) -> None:
    """Mark everything below one section of the root; what is marked already stays."""
    seen: set[tuple[str, str]] = set()
    queue = [(root, section)]
    while queue:
        name, part = queue.pop()
        if (name, part) in seen:
            continue
        seen.add((name, part))
        found.setdefault(name, section)
        for dependency, extras in edges.get(name, {}).get(part, ()):
            queue.append((dependency, ""))
            queue += [(dependency, f"extra {extra}") for extra in extras]
