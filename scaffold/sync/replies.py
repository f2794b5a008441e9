"""Answers of the remote scripts: lines that begin with a nonce, then a listing."""

import hashlib
import re
import zlib
from collections.abc import Mapping
from dataclasses import field

from scaffold.records import dataclass
from scaffold.sync.manifest import (
    SECOND,
    Manifest,
    ManifestEntry,
    bytes_of,
    read_listing,
    read_plain_listing,
)

LISTING_LIMIT = 96 << 20
"""Bytes of an unpacked listing: about a million files."""


_FEW = 100
"""Files; for more of them a new listing is no slower."""

_USUAL = re.compile(rb"f\t[0-7]+\t\d+\t\d+\.\d{10}")
"""The line of a file before its path, as find of GNU prints it."""

FORM_END = b"\n"
"""Ends the form of a listing, which is put before it."""


class CutShortError(Exception):
    """The answer is incomplete: the connection was lost, or the remote script was stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`words` by their first word, `sums` in order; `failure` is the remote's own error message."""

    words: Mapping[str, str] = field(default_factory=dict)
    sums: tuple[str, ...] = ()
    failure: str | None = None
    noise: bytes = b""
    listing: bytes = b""

    @property
    def begun(self) -> bool:
        """Whether the script started."""
        return "begin" in self.words

    def unpacked(self, nonce: str) -> bytes:
        """The listing after its form. Raises CutShortError if it is incomplete."""
        how, _, pack = self.words.get("list", "").partition(" ")
        end = b"\0" + nonce.encode() + b"\0"
        try:
            listing = _unpacked(self.listing) if pack != "cat" else self.listing
        except (zlib.error, ValueError) as error:
            raise CutShortError from error
        if not listing.endswith(end):
            raise CutShortError
        return how.encode() + FORM_END + listing[: -len(end)]


def entries_of(unpacked: bytes) -> dict[str, ManifestEntry]:
    """The entries of a listing after its form. Raises CutShortError for any other text."""
    how, _, listing = unpacked.partition(FORM_END)
    try:
        return read_listing(listing) if how == b"as_gnu" else read_plain_listing(listing)
    except ValueError as error:
        raise CutShortError from error


def listing_with(unpacked: bytes, sent: Manifest, *, in_seconds: bool) -> bytes:
    """The listing once `sent` replaced files in it, with their times or only `in_seconds`.

    Empty if it cannot be told: a new file may be anywhere in it.
    """
    if not sent:
        return unpacked
    if form_of(unpacked) != "as_gnu" or len(sent) > _FEW:
        return b""
    for path, one in sent.items():
        end = unpacked.find(b"\t./" + bytes_of(path) + b"\0")
        start = max(unpacked.rfind(b"\0", 0, end), unpacked.find(FORM_END)) + 1
        if not _USUAL.fullmatch(unpacked, start, max(end, 0)) or one.kind != "f" or one.mtime < 0:
            return b""
        seconds, rest = divmod(one.mtime, SECOND)
        time = f"{seconds}.{0 if in_seconds else rest:09}0"
        line = f"f\t{one.mode:o}\t{one.size}\t{time}".encode()
        unpacked = unpacked[:start] + line + unpacked[end:]
    return unpacked


def form_of(unpacked: bytes) -> str:
    """The form of a listing."""
    return unpacked.partition(FORM_END)[0].decode("ascii", "replace")


def digest_of(unpacked: bytes) -> str:
    """The SHA-256 of a listing, without its form, by which the remote knows it again."""
    return hashlib.sha256(memoryview(unpacked)[unpacked.find(FORM_END) + 1 :]).hexdigest()


def _unpacked(packed: bytes) -> bytes:
    """Decompress within the limit. Raises ValueError for more, and for what is cut short."""
    unpacker = zlib.decompressobj(31)
    listing = unpacker.decompress(packed, LISTING_LIMIT)
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise ValueError
    return listing


def read_reply(output: bytes, nonce: str) -> Reply:
    """Parse an answer; output of a login shell before it is `noise`."""
    mark = nonce.encode() + b" "
    begin = output.find(mark + b"begin\n")
    if begin < 0:
        return Reply(noise=output)
    words: dict[str, str] = {}
    sums: list[str] = []
    at = begin
    while output.startswith(mark, at):
        end = output.find(b"\n", at)
        if end < 0:
            break
        word, _, rest = output[at + len(mark) : end].decode("utf-8", "replace").partition(" ")
        words[word] = rest.strip()
        if word == "sum":
            sums.append(rest.strip())
        at = end + 1
        if word == "list":
            break
    return Reply(
        words=words,
        sums=tuple(sums),
        failure=words.get("fail"),
        noise=output[:begin].strip(),
        listing=output[at:],
    )
