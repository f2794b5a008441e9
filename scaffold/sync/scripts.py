"""The commands that a transfer runs on the remote, in POSIX sh."""

import shlex
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from scaffold.sync.manifest import Manifest

LINE_BYTES = 60_000
"""Longest command line in bytes; POSIX guarantees little, Linux allows 128 KiB for one argument."""

MOVE_SCRIPT = ".scaffold-moves"
"""Last member of a tar stream: the script that moves the other members into place."""


def quoted(path: str) -> str:
    """A path quoted for sh that no command mistakes for an option."""
    return shlex.quote(f"./{path}")


def commands(start: str, paths: Iterable[str], end: str = "") -> Iterator[str]:
    """Command lines, each with as many paths as fit."""
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


def move_commands(paths: Sequence[str], local: Manifest, folders: set[str]) -> str:
    """The script that moves received files into place, by one rename each, so never half a file.

    `folders` are those that exist on the remote; a new one moves as a whole. New folders are
    added to it, since they exist for the next stream.
    """
    by_folder: dict[str, list[str]] = {}
    for path in sorted(paths):
        parent = path.rpartition("/")[0]
        if parent and parent not in folders:
            continue
        by_folder.setdefault(parent, []).append(path)
    folders.update(path for path in paths if local[path].kind == "d")
    lines = ["set -e"]
    for parent, inside in by_folder.items():
        target = shlex.quote(f"../../{parent}/" if parent else "../../")
        lines += commands("mv -f --", inside, f" {target}")
    return "\n".join(lines) + "\n"


def delete_commands(paths: Sequence[str], remote: Manifest) -> str:
    """The script that deletes files, then empty folders, deepest first."""
    files = [path for path in paths if remote[path].kind != "d"]
    folders = sorted((path for path in paths if remote[path].kind == "d"), reverse=True)
    lines = [*commands("remove", files), *commands("remove_folders", folders)]
    return "\n".join(["enter", *lines, "say done", ""])


def backup_commands(
    paths: Sequence[str], refs: Mapping[str, str], aside: Container[str] = ()
) -> str:
    """The script that makes backups: of files, of paths moved `aside`, and of refs of git."""
    lines = [f"{'move_aside' if path in aside else 'back_up'} {quoted(path)}" for path in paths]
    lines += [f"keep_ref {quoted(path)} {shlex.quote(value)}" for path, value in refs.items()]
    return "\n".join(["enter", *lines, "say done", ""])


def checksum_commands(paths: Sequence[str]) -> str:
    """The script that prints the SHA-256 of each file, in order."""
    lines = commands("sum_up", paths)
    return "\n".join(['cd -- "$place" || exit 1', *lines, "say done", ""])


def download_commands(paths: Sequence[str]) -> str:
    """The script that sends files and links as tar streams."""
    return "\n".join([*commands("send", paths), ""])


def batches(paths: Sequence[str], local: Manifest, size: int, count: int) -> Iterator[list[str]]:
    """Split an upload into batches, so that each is in place before the next one starts."""
    batch: list[str] = []
    held = 0
    for path in sorted(paths):
        if batch and (held + local[path].size > size or len(batch) >= count):
            yield batch
            batch, held = [], 0
        batch.append(path)
        held += local[path].size
    if batch:
        yield batch
