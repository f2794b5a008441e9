""".gitmodules and .gitattributes: what a plain clone may lack."""

import re

from scaffold.project.sources import Note, Source, Subject
from scaffold.project.syntax.text import place, without_credentials

MAX_SUBMODULES = 200
LFS_POINTER = b"version https://git-lfs.github.com/spec/"
_ENTRY = re.compile(r"(path|url)\s*=\s*(.*)")


def read_gitmodules(path: str, text: str) -> Source:
    """The path and address of each submodule."""
    notes: list[Note] = []
    current: dict[str, str] = {}
    where = place(path, 1)
    for number, raw in enumerate([*text.split("\n"), "[end]"], start=1):
        line = raw.strip()
        if line.startswith("["):
            if "path" in current and len(notes) < MAX_SUBMODULES:
                url = without_credentials(current.get("url", ""))
                notes.append(Note(Subject.SUBMODULE, current["path"], where, url))
            current, where = {}, place(path, number)
        elif match := _ENTRY.fullmatch(line):
            current[match[1]] = match[2].strip().strip('"')
    fine = [note for note in notes if not note.value.startswith(("/", ".."))]
    return Source(path=path, notes=tuple(fine))


def read_gitattributes(path: str, text: str) -> Source:
    """The patterns of files that Git LFS keeps."""
    notes = [
        Note(Subject.LFS, line.split()[0], place(path, number), line.strip())
        for number, line in enumerate(text.split("\n"), start=1)
        if "filter=lfs" in line and not line.lstrip().startswith("#")
    ]
    return Source(path=path, notes=tuple(notes[:MAX_SUBMODULES]))
