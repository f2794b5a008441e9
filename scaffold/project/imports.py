"""Imports of scripts and notebooks, searched as text: what a project without a list uses."""

import re
import sys
from collections.abc import Iterable, Iterator

from scaffold.project.aside import ASIDE
from scaffold.project.facts import Package
from scaffold.project.framework_table import ROWS
from scaffold.project.import_names import distribution_of
from scaffold.project.requirement import normal_name
from scaffold.project.sources import Note, Requirement, Source, Topic
from scaffold.project.text import place

_SPEAKING = (*(row.module for row in ROWS), "flax", "keras", "gradio", "streamlit")
_FRAMEWORK = re.compile(
    rf"^[ \t]*(?:import|from)[ \t]+({'|'.join(_SPEAKING)})\b",
    re.MULTILINE,
)
# Only what stands at the margin: an indented import is optional more often than not.
_IMPORT = re.compile(r"^(?:import|from)[ \t]+([A-Za-z_][\w., \t]{0,300})", re.MULTILINE | re.ASCII)
_COMPILES = re.compile(r"\bcpp_extension\.load|\bload_inline\(|\bRawKernel\(")
_STANDARD = sys.stdlib_module_names | {"imp", "distutils", "asyncore", "__future__", "cPickle"}
MAX_IMPORTS = 200


def read_script(path: str, text: str) -> Source:
    """Imports of a Python file; below the root only where code is compiled, and modules."""
    notes = [
        Note(Topic.NVCC, "yes", place(path, text.count("\n", 0, match.start()) + 1), match[0])
        for match in list(_COMPILES.finditer(text))[:1]
        if "/" not in path or "cpp_extension" in match[0]
    ]
    if ASIDE & set(path.split("/")[:-1]):
        return Source(path)
    signs = tuple(framework_imports(path, text)) if "/" not in path else ()
    return Source(path, signs, (*notes, *imported(path, text)))


def framework_imports(path: str, text: str) -> Iterator[Requirement]:
    """Frameworks that a text imports, as weak evidence."""
    seen = set()
    for match in _FRAMEWORK.finditer(text):
        if match[1] not in seen:
            seen.add(match[1])
            where = place(path, text.count("\n", 0, match.start(1)) + 1)
            yield Requirement(normal_name(match[1]), "", (), where, match[0].strip(), "import")


def imported(path: str, text: str) -> Iterator[Note]:
    """Top-level modules that a text imports at the margin, without the standard library."""
    seen: set[str] = set()
    for match in _IMPORT.finditer(text):
        statement = match[0].split("#")[0]
        listed = match[1].partition(" import ")[0] if statement.startswith("from") else match[1]
        for part in listed.split(","):
            module = part.split(" as ")[0].strip().partition(".")[0]
            if module and module not in seen and module not in _STANDARD:
                seen.add(module)
                where = place(path, text.count("\n", 0, match.start()) + 1)
                yield Note(Topic.IMPORT, module, where, statement.strip()[:100])
        if len(seen) >= MAX_IMPORTS:
            return


def guessed_packages(notes: Iterable[Note], paths: frozenset[str]) -> Iterator[Package]:
    """The distributions of imported modules, each once, without modules of the repository."""
    seen: set[str] = set()
    for note in notes:
        folder = note.where.rpartition(":")[0] or note.where
        if note.value in seen or _is_local(note.value, folder.rpartition("/")[0], paths):
            continue
        seen.add(note.value)
        distribution = distribution_of(note.value)
        if distribution:
            yield Package(distribution, note.where, guessed=True)


def module_places(paths: Iterable[str]) -> frozenset[str]:
    """Every module and package of the repository as a path without its ending."""
    found: set[str] = set()
    for path in paths:
        if path.endswith(".py"):
            found.add(path.removesuffix(".py"))
            folder = path.rpartition("/")[0]
            while folder and folder not in found:
                found.add(folder)
                folder = folder.rpartition("/")[0]
    return frozenset(found)


def _is_local(module: str, folder: str, places: frozenset[str]) -> bool:
    """Whether a module lies beside the script, in a folder above it, or in src/."""
    bases = ["", "src", "lib", "python"]
    while folder:
        bases.append(folder)
        folder = folder.rpartition("/")[0]
    return any((f"{base}/{module}" if base else module) in places for base in bases)
