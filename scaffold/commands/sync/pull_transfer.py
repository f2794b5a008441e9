"""Download as a tar stream, of which only the requested paths are written."""

import io
import secrets
import shutil
import tarfile
from collections.abc import Iterable, Sequence
from dataclasses import field
from pathlib import Path
from typing import IO, Protocol

from scaffold.adapters.local.files import shown
from scaffold.adapters.local.pipes import BoundedPipe
from scaffold.adapters.sync.remote_script import script
from scaffold.adapters.sync.remote_shell import RemoteShell, lost
from scaffold.adapters.sync.writer import WorkspaceWriter
from scaffold.commands.sync.remote import checked
from scaffold.commands.sync.ui import ProgressCallback, SyncUi
from scaffold.errors import TargetError
from scaffold.records import dataclass
from scaffold.sync.manifest import SECOND, STATE_FOLDER, Manifest, ManifestEntry
from scaffold.sync.replies import read_reply
from scaffold.sync.scripts import download_commands
from scaffold.units import size_text

HEADER_LIMIT = 1 << 20
"""Bytes of the headers of one member of a tar stream; names are far shorter."""

GROWTH_LIMIT = 1 << 30
"""Bytes that a file may have grown since it was listed, beyond twice its size."""

READ_LIMIT = 64 << 20
"""Bytes of a file that is read into memory, such as the packed refs of a large repository."""

NOISE_LINES = 1000
"""Most lines that a login shell may print before the answer."""


def require_space(root: Path, paths: Iterable[str], remote: Manifest, local: Manifest) -> None:
    """Raise TargetError if the download takes more than what the project's disk has left.

    What is replaced counts against it, so that nothing is refused that could fit.
    """
    sizes = {path: remote[path].size for path in paths if remote[path].kind == "f"}
    replaced = sum(local[path].size for path in sizes if path in local)
    left, growth = shutil.disk_usage(root).free, sum(sizes.values()) - replaced
    if growth <= left:
        return
    largest = max(sizes, key=sizes.__getitem__)
    raise TargetError(
        f"No space left: the download takes {size_text(growth)}, and {shown(root)} has "
        f"{size_text(left)}; the largest file is {largest} ({size_text(sizes[largest])})",
        hint="nothing was downloaded: free space, or name what you need: scaffold pull PATH",
    )


def download(
    root: Path,
    shell: RemoteShell,
    paths: Sequence[str],
    backed_up: set[str],
    remote: Manifest,
    ui: SyncUi,
    downloaded: list[str],
) -> None:
    """Download paths; each one written is added to `downloaded`, even if a later one fails.

    Those in `backed_up` get a backup first. Raises TargetError if any path is missing.
    """
    writer = WorkspaceWriter(root)
    for path in sorted(path for path in paths if remote[path].kind == "d"):
        writer.write(path, remote[path], io.BytesIO())
        downloaded.append(path)
    wanted = [path for path in paths if remote[path].kind != "d"]
    total = sum(remote[path].size for path in wanted)
    if not wanted:
        return
    with ui.progress(f"downloading {len(wanted)} files from {shell.name}", total) as moved:
        _receive(_Download(root, writer, wanted, backed_up, remote, downloaded), shell, moved)
    left = len(wanted) - len({*wanted} & {*downloaded})
    if left:
        raise TargetError(
            f"{left} of {len(wanted)} files could not be downloaded from {shell.name}",
            hint="they were deleted or cannot be read; run the command again",
        )


def read_files(shell: RemoteShell, paths: Sequence[str], remote: Manifest) -> dict[str, bytes]:
    """The contents of small remote files; one that has disappeared meanwhile is left out."""
    reading = _Reading(tuple(paths), remote)
    if paths:
        _receive(reading, shell, lambda _bytes: None)
    return reading.found


class _Taking(Protocol):
    """Takes the members of a tar stream."""

    @property
    def wanted(self) -> Sequence[str]: ...

    def take(self, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None: ...


@dataclass(slots=True)
class _Reading:
    wanted: Sequence[str]
    remote: Manifest
    found: dict[str, bytes] = field(default_factory=dict)

    def take(self, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        path = member.name.removeprefix("./")
        if path not in self.remote or path not in self.wanted or member.size > READ_LIMIT:
            raise TargetError(f"the remote sent something else than {len(self.wanted)} small files")
        if member.isreg() and (content := archive.extractfile(member)):
            self.found[path] = content.read()
        elif member.islnk() and (first := member.linkname.removeprefix("./")) in self.found:
            self.found[path] = self.found[first]


class _Download:
    def __init__(
        self,
        root: Path,
        writer: WorkspaceWriter,
        wanted: Sequence[str],
        backed_up: set[str],
        remote: Manifest,
        downloaded: list[str],
    ) -> None:
        self._root, self._writer, self._remote = root, writer, remote
        self.wanted, self._left, self._backed_up, self._downloaded = (
            wanted,
            {*wanted},
            backed_up,
            downloaded,
        )

    def take(self, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        """Write one member if it was requested."""
        path = member.name.removeprefix("./")
        if path not in self._left:
            raise TargetError(
                f"the remote sent a path that was not requested: {path!r}",
                hint="it was not written; check who else uses that host",
            )
        self._left.remove(path)
        one = self._remote[path]
        if member.size > 2 * one.size + GROWTH_LIMIT:
            raise TargetError(f"{path!r} is far larger than the remote listed it")
        mtime = (
            one.mtime if one.mtime // SECOND == int(member.mtime) else int(member.mtime) * SECOND
        )
        entry = ManifestEntry(
            kind=one.kind,
            mode=member.mode & 0o777,
            size=member.size,
            mtime=mtime,
            target=one.target,
        )
        with self._content(archive, member, one) as content:
            self._writer.write(path, entry, content, keep=path in self._backed_up)
        self._downloaded.append(path)

    def _content(
        self, archive: tarfile.TarFile, member: tarfile.TarInfo, one: ManifestEntry
    ) -> IO[bytes]:
        if member.islnk():
            # A hard link to a file already received: tar sends the content once.
            first = member.linkname.removeprefix("./")
            if one.kind == "f" and first in self._downloaded and self._remote[first].kind == "f":
                return (self._root / first).open("rb")
        elif member.isreg() and one.kind == "f":
            return archive.extractfile(member) or io.BytesIO()
        elif member.issym() and one.kind == "l":
            return io.BytesIO()
        raise TargetError(
            f"{member.name!r} changed its type on the remote during the download",
            hint="run the command again",
        )


def _receive(downloads: _Taking, shell: RemoteShell, moved: ProgressCallback) -> None:
    nonce, received = secrets.token_hex(8), 0
    body = script("begin", "send", nonce=nonce, place=shell.folder, own=STATE_FOLDER, id="")
    body += download_commands(downloads.wanted).encode("utf-8", "surrogateescape")
    with shell.fetch(body) as stream:
        _skip_to_stream(stream, nonce, shell.name)
        try:
            with tarfile.open(fileobj=stream, mode="r|", ignore_zeros=True) as archive:
                for member in archive:
                    _allow(stream, member.size)
                    downloads.take(archive, member)
                    received += member.size
                    moved(received)
        except (tarfile.TarError, EOFError) as error:
            raise lost(shell.name) from error


def _allow(stream: IO[bytes], size: int) -> None:
    """Let the content of a member come, and one more header of a usual size."""
    pipe = getattr(stream, "raw", None)
    if isinstance(pipe, BoundedPipe):
        pipe.allow(size + HEADER_LIMIT)


def _skip_to_stream(stream: IO[bytes], nonce: str, name: str) -> None:
    """Read up to the line after which the streams begin."""
    said = b""
    for _ in range(NOISE_LINES):
        line = stream.readline(4096)
        said += line
        if line == f"{nonce} send\n".encode():
            return
        if not line:
            break
    reply = checked(read_reply(said, nonce), name)
    raise lost(name) if reply.begun else TargetError(f"{name} did not answer")
