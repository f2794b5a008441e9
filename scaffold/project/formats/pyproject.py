"""pyproject.toml: PEP 621, dependency groups, uv and Hatch; Poetry and pixi have own files."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from scaffold.project.choices.local_paths import local_line, local_table
from scaffold.project.facts import LocalPath, PackageManager
from scaffold.project.formats.hatch import (
    Found,
    default_environment,
    hatch_dependencies,
    hatch_python,
)
from scaffold.project.formats.pixi import pixi_tables
from scaffold.project.formats.poetry import read_poetry
from scaffold.project.formats.python_files import tested_pythons
from scaffold.project.formats.requirements import relative_to, requirement_list, url_notes
from scaffold.project.sources import DYNAMIC, Note, Source, Subject
from scaffold.project.syntax.requirement import normal_name
from scaffold.project.syntax.specifiers import pep440
from scaffold.project.syntax.text import place
from scaffold.project.syntax.toml_text import (
    as_written,
    entry_line,
    items,
    key_line,
    load_toml,
    string_line,
    strings,
    table,
    tables,
)


def read_pyproject(path: str, text: str) -> Source:
    """Read every table that lists requirements or names the program that installs them."""
    document, problems = load_toml(path, text)
    found, complaints = _dependencies(path, text, document)
    poetry = read_poetry(path, text, table(document, "tool", "poetry"))
    pixi = pixi_tables(path, text, table(document, "tool", "pixi"), "tool.pixi.")
    notes = [*_python(path, text, document), *_indexes(path, text, document)]
    notes += _build_requires(path, text, document)
    notes += tested_pythons(path, text)
    return Source(
        path=path,
        requirements=(*found, *poetry.requirements, *pixi.requirements),
        notes=(*notes, *poetry.notes, *pixi.notes),
        includes=tuple(_dynamic(path, document)),
        tools=_tools(document),
        mentions=default_environment(table(document, "tool", "hatch")) | _told_by_a_build(document),
        installable=_installable(document),
        problems=(*problems, *complaints, *poetry.problems, *pixi.problems),
        name=_name(document),
        default_groups=(*_default_groups(document), *pixi.default_groups),
        conflicts=tuple(_conflicts(document)),
        members=tuple(strings(table(document, "tool", "uv", "workspace").get("members"))[:100]),
        local=(*_local(path, text, document), *poetry.local, *pixi.local),
    )


def _conflicts(document: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """The sets of extras of which uv installs one."""
    found = table(document, "tool", "uv").get("conflicts")
    for one in found if isinstance(found, list) else []:
        names = (part.get("extra") for part in tables(one))
        yield tuple(normal_name(name) for name in names if isinstance(name, str))


def _name(document: dict[str, Any]) -> str:
    named = table(document, "project").get("name") or table(document, "tool", "poetry").get("name")
    return normal_name(named) if isinstance(named, str) else ""


def _default_groups(document: dict[str, Any]) -> tuple[str, ...]:
    """Groups that uv and Poetry install without being asked: uv's list, Poetry's not optional."""
    groups = strings(table(document, "tool", "uv").get("default-groups"))
    if table(document, "tool", "uv").get("default-groups") == "all":
        groups = [name for name, _ in items(document, "dependency-groups")]
    poetry = table(document, "tool", "poetry")
    groups += [
        name for name, group in items(poetry, "group") if table(group).get("optional") is not True
    ]
    return (*groups, *(["dev"] if table(poetry, "dev-dependencies") else []))


def _build_requires(path: str, text: str, document: dict[str, Any]) -> list[Note]:
    requires = strings(table(document, "build-system").get("requires"))
    return [
        Note(Subject.BUILD, found.name, found.where, found.text)
        for found in requirement_list(path, text, requires, after="[build-system]")[0]
    ]


def _local(path: str, text: str, document: dict[str, Any]) -> Iterator[LocalPath]:
    """`name @ file:…` of the dependencies, and the path and workspace sources of uv.

    A workspace source has no path of its own yet: its member is known by the name.
    """
    listed = strings(table(document, "project").get("dependencies"))
    for item in listed:
        where = place(path, string_line(text, item))
        # Hatch's word for the project's own folder.
        plain = item.replace("{root:uri}", "file:.")
        found = local_line(plain, where, folder=path.rpartition("/")[0])
        if found is not None and "@" in item:
            yield replace(found, text=as_written(text, item))
    for name, value in items(document, "tool", "uv", "sources"):
        where = place(path, key_line(text, "[tool.uv.sources]", name))
        shown = _listed(text, listed, name)
        for entry in tables(value) or [table(value)]:
            found = local_table(entry, where, path, PackageManager.UV, shown)
            if found is not None:
                yield found
            elif entry.get("workspace") is True:
                yield LocalPath(
                    path="",
                    where=where,
                    text=shown,
                    editable=True,
                    extras=(name,),
                    manager=PackageManager.UV,
                )


def read_uv(path: str, text: str) -> Source:
    """uv.toml: the indexes of [tool.uv] in a file of their own."""
    document, problems = load_toml(path, text)
    notes = _uv_indexes(path, text, document)
    return Source(path=path, notes=tuple(notes), tools=frozenset({"uv"}), problems=problems)


def _dependencies(path: str, text: str, document: dict[str, Any]) -> Found:
    project = table(document, "project")
    parts = [requirement_list(path, text, project.get("dependencies"), after="[project]")]
    parts += [
        requirement_list(
            path, text, listed, f"extra {normal_name(name)}", "[project.optional-dependencies]"
        )
        for name, listed in items(project, "optional-dependencies")
    ]
    # Includes of other groups are tables, which requirement_list passes over.
    parts += [
        requirement_list(path, text, listed, f"group {name}", "[dependency-groups]")
        for name, listed in items(document, "dependency-groups")
    ]
    parts += [
        requirement_list(path, text, listed, f"group {name}", "[tool.pdm.dev-dependencies]")
        for name, listed in items(document, "tool", "pdm", "dev-dependencies")
    ]
    uv = table(document, "tool", "uv")
    parts.append(requirement_list(path, text, uv.get("dev-dependencies"), "group dev", "[tool.uv]"))
    parts.append(hatch_dependencies(path, text, table(document, "tool", "hatch"), "tool.hatch."))
    return [one for found, _ in parts for one in found], [one for _, bad in parts for one in bad]


def _python(path: str, text: str, document: dict[str, Any]) -> list[Note]:
    notes = []
    version = table(document, "project").get("requires-python")
    if isinstance(version, str):
        where = place(path, key_line(text, "[project]", "requires-python"))
        spec = pep440(version)
        shown = f'requires-python = "{version}"'
        notes.append(Note(Subject.PYTHON, spec[0] if spec else "", where, shown))
    notes += hatch_python(path, text, table(document, "tool", "hatch"), "tool.hatch.")
    return notes


def _indexes(path: str, text: str, document: dict[str, Any]) -> list[Note]:
    pdm = tables(table(document, "tool", "pdm").get("source"))
    return [
        *_uv_indexes(path, text, table(document, "tool", "uv")),
        *url_notes(path, text, [source.get("url") for source in pdm]),
    ]


def _uv_indexes(path: str, text: str, uv: dict[str, Any]) -> list[Note]:
    """uv's indexes; those that tool.uv.sources gives to no Linux machine are left out."""
    pip = table(uv, "pip")
    urls: list[object] = [uv.get("index-url"), pip.get("index-url")]
    urls += [*strings(uv.get("extra-index-url")), *strings(pip.get("extra-index-url"))]
    unused = _unused_indexes(uv)
    urls += [one.get("url") for one in tables(uv.get("index")) if one.get("name") not in unused]
    for source in table(uv, "sources").values():
        urls += [one.get("url") for one in tables(source) or [table(source)]]
    return url_notes(path, text, urls)


def _unused_indexes(uv: dict[str, Any]) -> set[str]:
    """Indexes that every source which names them reserves for another platform."""
    from scaffold.project.syntax.markers import applies

    used: dict[str, bool] = {}
    for source in table(uv, "sources").values():
        for one in tables(source) or [table(source)]:
            if isinstance(name := one.get("index"), str):
                used[name] = used.get(name, False) or applies(str(one.get("marker") or ""))
    return {name for name, there in used.items() if not there}


def _dynamic(path: str, document: dict[str, Any]) -> list[tuple[str, bool]]:
    """Requirements files that setuptools or Hatch read in the place of `dependencies`."""
    if "dependencies" not in strings(table(document, "project").get("dynamic")):
        return []
    files = strings(table(document, "tool", "setuptools", "dynamic", "dependencies").get("file"))
    hatch = table(document, "tool", "hatch", "metadata", "hooks", "requirements_txt")
    return [(relative_to(path, file), False) for file in [*files, *strings(hatch.get("files"))]]


def _told_by_a_build(document: dict[str, Any]) -> frozenset[str]:
    project = table(document, "project")
    open_ended = {"dependencies", "optional-dependencies"} & set(strings(project.get("dynamic")))
    return frozenset({DYNAMIC} if open_ended or "name" not in project else ())


def _installable(document: dict[str, Any]) -> bool:
    """Whether `pip install -e .` makes sense; uv's virtual projects say that it does not."""
    uv, poetry = table(document, "tool", "uv"), table(document, "tool", "poetry")
    if uv.get("package") is False or poetry.get("package-mode") is False:
        return False
    named = "name" in table(document, "project") or "name" in poetry
    backend = bool(table(document, "build-system"))
    # uv installs a project without a build system only if tool.uv.package is true.
    of_uv = "uv" in table(document, "tool")
    return backend or (named and (not of_uv or uv.get("package") is True))


def _tools(document: dict[str, Any]) -> frozenset[str]:
    """Package managers whose tables only they read; a build backend alone is none."""
    tool = table(document, "tool")
    backend = str(table(document, "build-system").get("build-backend") or "")
    signs = {
        "uv": "uv" in tool,
        "poetry": bool(table(tool, "poetry")) or backend.startswith("poetry"),
        "pdm": bool(set(table(tool, "pdm")) - {"build", "version"}),
        "pixi": "pixi" in tool,
        "hatch": bool(table(tool, "hatch", "envs")),
    }
    return frozenset(name for name, there in signs.items() if there)


def _listed(text: str, listed: Iterable[str], name: str) -> str:
    """The item of the dependencies that names a package, else the line of its source."""
    for item in listed:
        if normal_name(re.split(r"[^\w.-]", item, maxsplit=1)[0]) == normal_name(name):
            return as_written(text, item)
    return entry_line(text, "[tool.uv.sources]", name)
