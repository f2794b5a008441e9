"""The commands that a transfer needs on the far side, written for its POSIX sh."""

import shlex
from collections.abc import Iterable, Iterator, Sequence

from scaffold.sync.manifest import Manifest

LINE_BYTES = 60_000
"""Of one command; POSIX promises little, and Linux takes 128 KiB for one argument alone."""

LAST = ".scaffold-moves"
"""Last member of a tar stream: the script that moves the others into place."""


def quoted(path: str) -> str:
    """A path for sh, which no command takes for an option."""
    return shlex.quote(f"./{path}")


def commands(start: str, paths: Iterable[str], end: str = "") -> Iterator[str]:
    """One command for as many paths as fit into a line, again and again."""
    line: list[str] = []
    length = 0
    for path in paths:
        word = quoted(path)
        if line and length + len(word) > LINE_BYTES:
            yield f"{start} {' '.join(line)}{end}"
            line, length = [], 0
        line.append(word)
        length += len(word) + 1
    if line:
        yield f"{start} {' '.join(line)}{end}"


def moves(paths: Sequence[str], mine: Manifest, folders: set[str]) -> str:
    """The script that moves what came in aside into place; a rename each, so never half a file.

    `folders` are those that are there already; a new one moves as a whole, with all in it. They
    are added, since the next stream finds them there.
    """
    by_folder: dict[str, list[str]] = {}
    for path in sorted(paths):
        parent = path.rpartition("/")[0]
        if parent and parent not in folders:
            continue
        by_folder.setdefault(parent, []).append(path)
    folders.update(path for path in paths if mine[path].kind == "d")
    lines = ["set -e"]
    for parent, inside in by_folder.items():
        target = shlex.quote(f"../../{parent}/" if parent else "../../")
        lines += commands("mv -f --", inside, f" {target}")
    return "\n".join(lines) + "\n"


def removals(paths: Sequence[str], theirs: Manifest) -> str:
    """The script that removes files, and then the folders that are empty, the deepest first."""
    files = [path for path in paths if theirs[path].kind != "d"]
    folders = sorted((path for path in paths if theirs[path].kind == "d"), reverse=True)
    lines = [*commands("remove", files), *commands("remove_folders", folders)]
    return "\n".join(["enter", *lines, "say done", ""])


def copies(paths: Sequence[str]) -> str:
    """The script that keeps files beside under a second name."""
    return "\n".join(["enter", *(f"keep {quoted(path)}" for path in paths), "say done", ""])


def sums(paths: Sequence[str]) -> str:
    """The script that prints a SHA-256 for each file, in order."""
    lines = commands("sum_up", paths)
    return "\n".join(['cd -- "$place" || exit 1', *lines, "say done", ""])


def gifts(paths: Sequence[str]) -> str:
    """The script that gives files and links as tar streams."""
    return "\n".join([*commands("give", paths), ""])


def batches(paths: Sequence[str], mine: Manifest, size: int, count: int) -> Iterator[list[str]]:
    """Split what is to be sent, so that what has come is in place before the rest is."""
    batch: list[str] = []
    held = 0
    for path in sorted(paths):
        if batch and (held + mine[path].size > size or len(batch) >= count):
            yield batch
            batch, held = [], 0
        batch.append(path)
        held += mine[path].size
    if batch:
        yield batch
