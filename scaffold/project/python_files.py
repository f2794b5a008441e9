"""Files that name a Python release and nothing else."""

from scaffold.project.sources import Note, Source, Topic
from scaffold.project.specifiers import minor_python
from scaffold.project.text import place


def read_python_version(path: str, text: str) -> Source:
    """.python-version (pyenv, uv) and runtime.txt (`python-3.11.4`); the first line counts."""
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.partition("#")[0].strip()
        if not line:
            continue
        spec = minor_python(line)
        if spec is None:
            return Source(path, problems=(f"{place(path, number)}: no Python release: {line}",))
        return Source(path, notes=(Note(Topic.PYTHON, spec, place(path, number), line),))
    return Source(path)
