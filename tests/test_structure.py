"""The structure that docs/architecture.md promises: rooms, sizes, one meaning for each name."""

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import re
from collections import defaultdict
from pathlib import Path

import scaffold

ROOT = Path(scaffold.__file__).parent
SOURCES = sorted(ROOT.rglob("*.py"))
MODULES_A_FOLDER = 16
LINES_AT_LEAST = 30
LINES_AT_MOST = 250

SMALL_FOR_A_REASON = {
    "__main__.py": "the entry point of `python -m scaffold`",
    "errors.py": "the errors that every layer raises",
    "units.py": "text for sizes and durations, used by every room of the command line",
    "adapters/devcontainer/readable_json.py": "a Jinja extension, named by the template",
    "adapters/devcontainer/watched.py": "a script that only programs of this computer need",
    "adapters/docker/own_system.py": "three rooms need it, of which Docker's is the lowest",
    "adapters/local/dockerignore.py": "needs pathspec, which few commands import",
    "adapters/probe/inside.py": "the program that verify sends, read from the package",
    "adapters/sync/remote_script.py": "the scripts of every upload and download, by any shell",
    "adapters/ssh/paramiko_import.py": "a faster import, which stands before any other of paramiko",
    "catalogue/loading.py": "the one cache of the catalogue",
    "commands/container/account.py": "shared by two rooms of the commands",
    "container/idle_processes.py": "one list of patterns, used by two commands",
    "workspace/sides.py": "the types of paths, which three layers share",
    "cli/workspace/next.py": "prints what `scaffold` alone says; imported by no other command",
    "cli/container/engine.py": "shared by every command of the room",
    "container/hints.py": "shared by recreate and render",
    "facts/described.py": "a decision for a described host, without the other facts",
    "facts/host.py": "all facts of one host, apart from those that a decision needs",
    "parsing/untrusted/numbers.py": "shared by every reader of numbers",
    "project/framework.py": "the names of the frameworks, without the facts of a repository",
    "sync/target.py": "the type that three layers share",
}
"""Modules under thirty lines that stand for themselves."""

LONG_FOR_A_REASON = {
    "answers/questions.py": "one table: a row for each question of init",
}
"""Modules of more lines than the limit, each a table that is read by its rows."""


def _modules() -> list[str]:
    found = pkgutil.walk_packages(scaffold.__path__, "scaffold.")
    return [one.name for one in found if one.name != "scaffold.__main__"]


def _classes() -> list[tuple[str, type]]:
    found = {}
    for name in _modules():
        for key, value in vars(importlib.import_module(name)).items():
            if inspect.isclass(value) and value.__module__ == name and value.__qualname__ == key:
                found[(name, key)] = value
    return [(module, value) for (module, _), value in found.items()]


def test_folder_holds_sixteen_modules_at_most():
    counts = {
        folder.relative_to(ROOT).as_posix(): sum(
            path.name != "__init__.py" for path in folder.glob("*.py")
        )
        for folder in {path.parent for path in SOURCES}
    }
    assert {name: count for name, count in counts.items() if count > MODULES_A_FOLDER} == {}


def test_public_class_name_has_one_meaning():
    places = defaultdict(list)
    for module, value in _classes():
        if not value.__name__.startswith("_"):
            places[value.__name__].append(module)
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_dataclass_of_more_than_four_fields_is_keyword_only():
    positional = [
        f"{module}.{value.__name__}"
        for module, value in _classes()
        if dataclasses.is_dataclass(value)
        and sum(field.init and not field.kw_only for field in dataclasses.fields(value)) > 4
    ]
    assert positional == []


def test_data_classes_are_those_that_start_quickly():
    standard = {
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if re.search(r"from dataclasses import .*\bdataclass\b", path.read_text(encoding="utf-8"))
    }
    assert standard == {"records.py"}


def test_small_module_has_a_reason_of_its_own():
    small = {
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if path.name != "__init__.py"
        and len(path.read_text(encoding="utf-8").splitlines()) < LINES_AT_LEAST
    }
    assert small == set(SMALL_FOR_A_REASON)


def test_module_has_250_lines_at_most():
    long = {
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if len(path.read_text(encoding="utf-8").splitlines()) > LINES_AT_MOST
    }
    assert long == set(LONG_FOR_A_REASON)


def test_no_function_imports_its_own_package_by_a_relative_path():
    relative = [
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []
