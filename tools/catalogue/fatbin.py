"""Which compute capabilities a shared object holds code for, read without CUDA and without a GPU.

A fat binary starts with a magic number, a version and sizes. Each entry after it says its kind
(1 is PTX, 2 is binary code) and, at offset 28, its architecture: 86 for `sm_86`. The layout was
read out of wheels whose build scripts name their architectures. Binary code is an ELF file, whose
flags say whether it is for that architecture alone (`sm_90a`); compressed code hides them.
"""

import struct
from collections.abc import Iterator
from typing import IO

MAGIC = b"\x50\xed\x55\xba"
PTX, BINARY = 1, 2
KINDS = {PTX, BINARY, 4, 8, 16}
ELF, ELF_FLAGS = b"\x7fELF", 48
SPECIFIC = 0x800
"""EF_CUDA_ACCELERATORS: LLVM, include/llvm/BinaryFormat/ELF.h."""
LARGEST = 256 << 20
BLOCK = 8 << 20


def capabilities(stream: IO[bytes]) -> tuple[tuple[str, ...], str]:
    """The capabilities with binary code, and the newest one with PTX (empty for none).

    Reads block by block, so that an object of any size takes the memory of its largest container.
    """
    found = set(_entries(stream))
    binary = sorted({(arch, suffix) for kind, arch, suffix in found if kind == BINARY})
    ptx = [arch for kind, arch, _ in found if kind == PTX]
    return tuple(capability(*one) for one in binary), capability(max(ptx)) if ptx else ""


def capability(architecture: int, suffix: str = "") -> str:
    """`120` is 12.0; code for one architecture alone has the suffix `a`."""
    return f"{architecture // 10}.{architecture % 10}{suffix}"


def capability_of(name: str) -> str:
    """`sm_90a` is 9.0a, `compute_86` is 8.6, `8.0` itself."""
    digits = "".join(filter(str.isdigit, name))
    return capability(int(digits), "a" if name.endswith("a") else "")


Entry = tuple[int, int, str]


def _entries(stream: IO[bytes]) -> Iterator[Entry]:
    data = stream.read(BLOCK)
    while data:
        at = data.find(MAGIC)
        if at < 0:
            # The magic number may lie across two blocks.
            block = stream.read(BLOCK)
            data = data[1 - len(MAGIC) :] + block if block else b""
            continue
        data = _filled(stream, data[at:], 16)
        size = _container(data)
        if size:
            data = _filled(stream, data, 16 + size)
            yield from _of_container(data, 16, min(16 + size, len(data)))
        data = data[len(MAGIC) :]


def _filled(stream: IO[bytes], data: bytes, wanted: int) -> bytes:
    while len(data) < wanted and (block := stream.read(BLOCK)):
        data += block
    return data


def _container(data: bytes) -> int:
    """The size of the container that begins here, 0 where none does."""
    if len(data) < 16:
        return 0
    _, version, header, size = struct.unpack_from("<IHHQ", data)
    return int(size) if version == 1 and header == 16 and size < LARGEST else 0


def _of_container(data: bytes, entry: int, end: int) -> Iterator[Entry]:
    while entry + 32 <= end:
        kind, _, head, length = struct.unpack_from("<HHIQ", data, entry)
        (architecture,) = struct.unpack_from("<I", data, entry + 28)
        if kind not in KINDS or not 32 <= head <= 4096 or not 20 <= architecture <= 150:
            return
        yield kind, architecture, _suffix(data, entry + head)
        entry += head + length


def _suffix(data: bytes, code: int) -> str:
    """`a` if the code that begins here is for one architecture alone."""
    if data[code : code + len(ELF)] != ELF or len(data) < code + ELF_FLAGS + 4:
        return ""
    (flags,) = struct.unpack_from("<I", data, code + ELF_FLAGS)
    return "a" if flags & SPECIFIC else ""
