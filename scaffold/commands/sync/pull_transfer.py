"""The transfer of a pull: a tar stream from there, of which only what was asked for is written."""

import io
import secrets
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from scaffold.adapters.sync.receive import Landing
from scaffold.adapters.sync.remote_shell import Far, script
from scaffold.commands.sync.attendant import Attendant, Moved
from scaffold.commands.sync.remote import broken, checked
from scaffold.errors import TargetError
from scaffold.sync.manifest import OWN, SECOND, Entry, Manifest
from scaffold.sync.moving import gifts
from scaffold.sync.replies import read_reply

NOISE_LINES = 1000
"""What a login shell may print before the answer."""


def bring(
    root: Path,
    far: Far,
    paths: Sequence[str],
    copied: set[str],
    theirs: Manifest,
    attendant: Attendant,
    came: list[str],
) -> None:
    """Bring paths; each that is in place is added to `came`, also where the rest fails.

    Those of `copied` are kept beside first. Raises TargetError where not all came.
    """
    landing = Landing(root)
    for path in sorted(path for path in paths if theirs[path].kind == "d"):
        landing.put(path, theirs[path], io.BytesIO())
        came.append(path)
    wanted = [path for path in paths if theirs[path].kind != "d"]
    total = sum(theirs[path].size for path in wanted)
    if not wanted:
        return
    with attendant.working(f"bringing {len(wanted)} files from {far.name}", total) as moved:
        _receive(_Receiving(root, landing, wanted, copied, theirs, came), far, moved)
    left = len(wanted) - len({*wanted} & {*came})
    if left:
        raise TargetError(
            f"{left} of {len(wanted)} files did not come from {far.name}",
            hint="they went away there, or cannot be read; run again",
        )


class _Receiving:
    def __init__(
        self,
        root: Path,
        landing: Landing,
        wanted: Sequence[str],
        copied: set[str],
        theirs: Manifest,
        came: list[str],
    ) -> None:
        self._root, self._landing, self._theirs = root, landing, theirs
        self.wanted, self._left, self._copied, self._came = wanted, {*wanted}, copied, came

    def take(self, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        """Write one member, if it is one that was asked for."""
        path = member.name.removeprefix("./")
        if path not in self._left:
            raise TargetError(
                f"the far side sent what nobody asked for: {path!r}",
                hint="nothing of it was written; look who else is on that host",
            )
        self._left.remove(path)
        one = self._theirs[path]
        mtime = (
            one.mtime if one.mtime // SECOND == int(member.mtime) else int(member.mtime) * SECOND
        )
        entry = Entry(one.kind, member.mode & 0o777, member.size, mtime, one.target)
        with self._content(archive, member, one) as content:
            self._landing.put(path, entry, content, keep=path in self._copied)
        self._came.append(path)

    def _content(self, archive: tarfile.TarFile, member: tarfile.TarInfo, one: Entry) -> IO[bytes]:
        if member.islnk():
            # A second name of a file that came already: tar sends the content once.
            first = member.linkname.removeprefix("./")
            if one.kind == "f" and first in self._came and self._theirs[first].kind == "f":
                return (self._root / first).open("rb")
        elif member.isreg() and one.kind == "f":
            return archive.extractfile(member) or io.BytesIO()
        elif member.issym() and one.kind == "l":
            return io.BytesIO()
        raise TargetError(
            f"{member.name!r} became something else there meanwhile", hint="run again"
        )


def _receive(receiving: _Receiving, far: Far, moved: Moved) -> None:
    nonce, come = secrets.token_hex(8), 0
    body = script("begin", "give", nonce=nonce, place=far.folder, own=OWN, id="")
    body += gifts(receiving.wanted).encode("utf-8", "surrogateescape")
    with far.fetch(body) as stream:
        _require_gift(stream, nonce, far.name)
        try:
            with tarfile.open(fileobj=stream, mode="r|", ignore_zeros=True) as archive:
                for member in archive:
                    receiving.take(archive, member)
                    come += member.size
                    moved(come)
        except (tarfile.TarError, EOFError) as error:
            raise broken(far.name) from error


def _require_gift(stream: IO[bytes], nonce: str, name: str) -> None:
    """Read up to the line behind which the streams begin."""
    said = b""
    for _ in range(NOISE_LINES):
        line = stream.readline(4096)
        said += line
        if line == f"{nonce} give\n".encode():
            return
        if not line:
            break
    reply = checked(read_reply(said, nonce), name)
    raise broken(name) if reply.begun else TargetError(f"{name} gave no answer")
