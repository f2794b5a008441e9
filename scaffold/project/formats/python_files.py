"""Files that name a Python release and nothing else."""

import re

from scaffold.project.sources import Note, Source, Subject
from scaffold.project.syntax.specifiers import minor_python
from scaffold.project.syntax.text import place

_CLASSIFIER = re.compile(r"Programming Language :: Python :: 3\.(\d{1,2})\b")


def tested_pythons(path: str, text: str) -> list[Note]:
    """The newest Python among a project's classifiers."""
    found = [(int(match[1]), match.start()) for match in _CLASSIFIER.finditer(text)]
    if not found:
        return []
    minor, start = max(found)
    where = place(path, text.count("\n", 0, start) + 1)
    return [Note(Subject.TESTED, str(minor), where, f"Python :: 3.{minor}")]


def read_python_version(path: str, text: str) -> Source:
    """.python-version (pyenv, uv) and runtime.txt (`python-3.11.4`); the first line counts."""
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.partition("#")[0].strip()
        if not line:
            continue
        spec = minor_python(line)
        if spec is None:
            return Source(
                path=path, problems=(f"{place(path, number)}: no Python release: {line}",)
            )
        return Source(path=path, notes=(Note(Subject.PYTHON, spec, place(path, number), line),))
    return Source(path=path)
