"""Imports of scripts and notebooks, searched as text: what a project without a list uses."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from scaffold.project.choices.aside import ASIDE
from scaffold.project.facts import NeededPackage
from scaffold.project.formats.requirements import requirement_list
from scaffold.project.framework_table import ROWS
from scaffold.project.packages.import_names import distribution_of
from scaffold.project.sources import Command, Note, Requirement, Source, Subject
from scaffold.project.syntax.requirement import normal_name
from scaffold.project.syntax.specifiers import pep440
from scaffold.project.syntax.text import place
from scaffold.project.syntax.toml_text import load_toml

_SPEAKING = (*(row.module for row in ROWS), "flax", "keras", "gradio", "streamlit")
_FRAMEWORK = re.compile(
    rf"^[ \t]*(?:import|from)[ \t]+({'|'.join(_SPEAKING)})\b",
    re.MULTILINE,
)
# Only imports without indentation: indented ones are often optional.
_IMPORT = re.compile(r"^(?:import|from)[ \t]+([A-Za-z_][\w., \t]{0,300})", re.MULTILINE | re.ASCII)
_COMPILES = re.compile(r"\bcpp_extension\.load|\bload_inline\(|\bRawKernel\(")
_CONTRIB = re.compile(
    r"\btf\.contrib\.\w+|\btensorflow\.contrib\b|from tensorflow import contrib\b"
)
"""TensorFlow 2 removed tf.contrib (its migration guide), so such code runs on releases below it."""

_INLINE = re.compile(r"^# /// script\n((?:#[^\n]*\n){1,200}?)# ///$", re.MULTILINE)
_STANDARD = sys.stdlib_module_names | {"imp", "distutils", "asyncore", "__future__", "cPickle"}
_WITHIN = {"torch.utils.tensorboard": "tensorboard"}
"""Modules of a package that need another one, which the package does not bring."""

MAX_IMPORTS = 200


def read_script(path: str, text: str) -> Source:
    """Imports of a Python file; below the root only where code is compiled, and modules."""
    notes = [
        Note(Subject.NVCC, "yes", place(path, text.count("\n", 0, match.start()) + 1), match[0])
        for match in list(_COMPILES.finditer(text))[:1]
        if "/" not in path or "cpp_extension" in match[0]
    ]
    if ASIDE & set(path.split("/")[:-1]):
        return Source(path=path)
    notes += [
        Note(Subject.LEGACY, "<2", place(path, text.count("\n", 0, match.start()) + 1), match[0])
        for match in list(_CONTRIB.finditer(text))[:1]
    ]
    commands = tuple(inline_metadata(path, text)) if "/" not in path else ()
    signs = tuple(framework_imports(path, text)) if "/" not in path else ()
    named = tuple(one for command in commands for one in command.requirements)
    return Source(
        path=path,
        requirements=(*named, *signs),
        notes=(*notes, *imported(path, text)),
        commands=commands,
    )


def inline_metadata(path: str, text: str) -> Iterator[Command]:
    """The `# /// script` block of a script (PEP 723), as the command that it replaces."""
    match = _INLINE.search(text[:20_000])
    if match is None:
        return
    document, _ = load_toml(path, re.sub(r"^# ?", "", match[1], flags=re.MULTILINE))
    where = place(path, text.count("\n", 0, match.start()) + 1)
    listed = document.get("dependencies")
    found, _ = requirement_list(path, text, listed, "command")
    python = pep440(str(document.get("requires-python") or ""))
    yield Command(
        kind="packages",
        where=where,
        text="# /// script",
        requirements=tuple(replace(one, where=where) for one in found),
        python=python[0] if python else "",
    )


def framework_imports(path: str, text: str) -> Iterator[Requirement]:
    """Frameworks that a text imports, as weak evidence."""
    seen = set()
    for match in _FRAMEWORK.finditer(text):
        if match[1] not in seen:
            seen.add(match[1])
            where = place(path, text.count("\n", 0, match.start(1)) + 1)
            yield Requirement(
                name=normal_name(match[1]),
                spec="",
                extras=(),
                where=where,
                text=match[0].strip(),
                group="import",
            )


def imported(path: str, text: str) -> Iterator[Note]:
    """Top-level modules that a text imports without indentation, except the standard library."""
    seen: set[str] = set()
    for match in _IMPORT.finditer(text):
        statement = match[0].split("#")[0]
        listed = match[1].partition(" import ")[0] if statement.startswith("from") else match[1]
        for part in listed.split(","):
            module = part.split(" as ")[0].strip()
            module = _WITHIN.get(module, module.partition(".")[0])
            if module and module not in seen and module not in _STANDARD:
                seen.add(module)
                where = place(path, text.count("\n", 0, match.start()) + 1)
                yield Note(Subject.IMPORT, module, where, statement.strip()[:100])
        if len(seen) >= MAX_IMPORTS:
            return


def guessed_packages(
    notes: Iterable[Note], is_module: Callable[[str], bool]
) -> Iterator[NeededPackage]:
    """The distributions of imported modules, each once, without modules of the repository.

    `is_module` says whether a path without its ending is a module or package of the repository.
    """
    seen: set[str] = set()
    for note in notes:
        folder = note.where.rpartition(":")[0] or note.where
        if note.value in seen or _is_local(note.value, folder.rpartition("/")[0], is_module):
            continue
        seen.add(note.value)
        distribution = distribution_of(note.value)
        if distribution:
            yield NeededPackage(distribution, note.where, guessed=True)


def _is_local(module: str, folder: str, is_module: Callable[[str], bool]) -> bool:
    """Whether a module is in the script's folder, in one above it, or in src/."""
    bases = ["", "src", "lib", "python"]
    while folder:
        bases.append(folder)
        folder = folder.rpartition("/")[0]
    return any(is_module(f"{base}/{module}" if base else module) for base in bases)
