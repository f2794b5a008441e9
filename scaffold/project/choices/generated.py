"""Files that gpu-scaffold wrote: never evidence of what the project needs.

A file is recognised by its mark, by the first lines that earlier releases wrote, or by the record
in its folder, which names every generated file; the last holds after any edit.
"""

import re
from collections.abc import Container, Iterable, Mapping

from scaffold.parsing.untrusted.documents import BrokenDocumentError, read_toml
from scaffold.project.sources import Source
from scaffold.project.syntax.toml_text import table

MARK = b"gpu-scaffold"
RECORD = "scaffold.toml"
_OPENINGS = (
    # First lines of the templates of releases without a mark.
    b"# What seldom changes comes first, so that one more dependency rebuilds",
    b"// How VS Code and the Dev Containers CLI make this container.",
    b"# Runs once in the new container: what needs the source, then the proof of the GPU.",
    b"# Looks from inside a container whether its programs can use the GPU.",
    b"# The answers of `scaffold init`",
)
_PLACE = re.compile(r"(?:.*/)?\.devcontainer(?:/[^/]+)*/[^/]+|\.devcontainer\.json")


def generated_paths(files: Mapping[str, bytes], paths: Container[str]) -> frozenset[str]:
    """The paths below .devcontainer that gpu-scaffold wrote, edited or not."""
    recorded = {
        path
        for record, content in files.items()
        if record.rpartition("/")[2] == RECORD
        for path in _recorded(record, content)
    }
    found = {path for path in recorded if path in paths and _PLACE.fullmatch(path)}
    for path, content in files.items():
        if _PLACE.fullmatch(path) and _is_marked(content[:2000]):
            found.add(path)
    return frozenset(found)


def _is_marked(head: bytes) -> bool:
    first = head.split(b"\n")[:4]
    return any(MARK in line for line in first) or any(opening in head for opening in _OPENINGS)


def _recorded(record: str, content: bytes) -> Iterable[str]:
    """The record itself, its neighbours and the files that it lists, relative to the root."""
    try:
        document = read_toml(content)
    except BrokenDocumentError:
        return ()
    # A record without both tables is a foreign file of the same name.
    if not {"answers", "generated"} <= set(document):
        return ()
    return (record, *map(str, table(document, "generated")))


def read_record(path: str, _text: str) -> Source:
    """The record of an earlier run is no evidence."""
    return Source(path=path)
