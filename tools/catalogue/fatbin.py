"""Which compute capabilities a shared object holds code for, read without CUDA and without a GPU.

A fat binary starts with a magic number, a version and sizes. Each entry after it says its kind
(1 is PTX, 2 is binary code) and, at offset 28, its architecture: 86 for `sm_86`. The layout was
read out of wheels whose build scripts name their architectures.
"""

import struct
from collections.abc import Iterator

MAGIC = b"\x50\xed\x55\xba"
PTX, BINARY = 1, 2
KINDS = {PTX, BINARY, 4, 8, 16}
LARGEST = 1 << 31


def capabilities(data: bytes) -> tuple[tuple[str, ...], str]:
    """The capabilities with binary code, and the newest one with PTX (empty for none)."""
    found = set(_entries(data))
    binary = sorted({arch for kind, arch in found if kind == BINARY})
    ptx = [arch for kind, arch in found if kind == PTX]
    return tuple(map(capability, binary)), capability(max(ptx)) if ptx else ""


def capability(architecture: int) -> str:
    """`120` is 12.0."""
    return f"{architecture // 10}.{architecture % 10}"


def _entries(data: bytes) -> Iterator[tuple[int, int]]:
    at = data.find(MAGIC)
    while at >= 0:
        if at + 16 <= len(data):
            _, version, header, size = struct.unpack_from("<IHHQ", data, at)
            if version == 1 and header == 16 and size < LARGEST:
                yield from _of_container(data, at + header, min(at + header + size, len(data)))
        at = data.find(MAGIC, at + 4)


def _of_container(data: bytes, entry: int, end: int) -> Iterator[tuple[int, int]]:
    while entry + 32 <= end:
        kind, _, head, length = struct.unpack_from("<HHIQ", data, entry)
        (architecture,) = struct.unpack_from("<I", data, entry + 28)
        if kind not in KINDS or not 32 <= head <= 4096 or not 20 <= architecture <= 150:
            return
        yield kind, architecture
        entry += head + length
