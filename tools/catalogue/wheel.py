"""Reads members of a wheel in place, by range requests: nothing else of it is downloaded."""

import email
import io
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from email.message import Message
from typing import IO

from tools.catalogue.listing import File
from tools.catalogue.source import Source, SourceError

DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, ValueError, KeyError, EOFError)
"""What the reading of a zip file raises where its bytes are not what they should be."""
TAIL = 1 << 16
MEMBER_BYTES = 128 << 20
SDIST_BYTES = 8 << 20


class RemoteFile(io.RawIOBase):
    """A file behind a URL, seekable. The tail, where a zip keeps its directory, is read once."""

    def __init__(self, source: Source, url: str, size: int) -> None:
        self.source, self.url, self.size, self.position = source, url, size, 0
        self.start = max(0, size - TAIL)
        self.tail = source.span(url, self.start, size - 1)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self.position, io.SEEK_END: self.size}[whence]
        self.position = base + offset
        return self.position

    def read(self, size: int | None = -1) -> bytes:
        left = self.size - self.position
        wanted = left if size is None or size < 0 else min(size, left)
        if wanted <= 0:
            return b""
        data = self._at(self.position, wanted)
        self.position += len(data)
        return data

    def _at(self, first: int, wanted: int) -> bytes:
        if first >= self.start:
            return self.tail[first - self.start : first - self.start + wanted]
        return self.source.span(self.url, first, first + wanted - 1)


class Wheel:
    """A wheel whose members are read one by one."""

    def __init__(self, source: Source, file: File) -> None:
        if not file.size:
            raise SourceError(f"{file.filename}: the listing does not say its size")
        self.file = file
        try:
            self.archive = zipfile.ZipFile(RemoteFile(source, file.url, file.size))
        except DAMAGED as error:
            raise SourceError(f"{file.filename}: not a wheel") from error

    def names(self, accept: Callable[[str], bool]) -> list[str]:
        """The names of the members that are accepted."""
        return [name for name in self.archive.namelist() if accept(name)]

    def read(self, name: str) -> bytes:
        """One member, whole."""
        try:
            if self.archive.getinfo(name).file_size > MEMBER_BYTES:
                raise SourceError(f"{self.file.filename}: {name} is too large")
            return self.archive.read(name)
        except DAMAGED as error:
            raise SourceError(f"{self.file.filename}: {name} cannot be read") from error

    def stream(self, name: str) -> IO[bytes]:
        """One member of any size, to be read block by block."""
        return self.archive.open(name)

    def metadata(self) -> Message:
        """The METADATA file."""
        names = self.names(lambda name: name.endswith(".dist-info/METADATA"))
        if not names:
            raise SourceError(f"{self.file.filename}: no METADATA")
        return email.message_from_bytes(self.read(min(names, key=len)))


def sdist_requirements(source: Source, file: File) -> str:
    """`requires.txt` of a source archive, with its sections of extras; empty if it has none."""
    body = source.get(file.url, size=SDIST_BYTES)
    try:
        with tarfile.open(fileobj=io.BytesIO(body), mode="r:gz") as archive:
            for member in archive:
                if member.name.endswith(".egg-info/requires.txt") and member.isfile():
                    text = archive.extractfile(member)
                    return text.read(1 << 20).decode("utf-8", "replace") if text else ""
    except (tarfile.TarError, EOFError, OSError) as error:
        raise SourceError(f"{file.filename}: not an archive") from error
    return ""
