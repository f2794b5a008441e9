"""Compiled templates in the user's cache: most of a run of `init` would compile them again."""

import contextlib
import os
from hashlib import sha256
from pathlib import Path

import jinja2
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from jinja2.ext import Extension

from scaffold import __version__
from scaffold.adapters.local.files import read_file, write_private
from scaffold.adapters.local.paths import cache_folder, private
from scaffold.errors import InputError

_MADE_BY = f"gpu-scaffold {__version__}, jinja {jinja2.__version__}\n".encode()
_DIGEST_BYTES = 32


class CompiledTemplates(Extension):
    """Has cookiecutter's environment keep what it compiles; plain cookiecutter does without."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.bytecode_cache = _InCacheFolder()


class _InCacheFolder(BytecodeCache):
    """One file for each template. A cache that cannot be used is no error: the run compiles."""

    def load_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError, InputError):
            if content := _own(_file(bucket)):
                bucket.bytecode_from_string(content)

    def dump_bytecode(self, bucket: Bucket) -> None:
        content = bucket.bytecode_to_string()
        with contextlib.suppress(OSError, InputError):
            write_private(_file(bucket), _digest(content) + content)


def _file(bucket: Bucket) -> Path:
    return cache_folder() / "templates" / bucket.key


def _own(path: Path) -> bytes:
    """The bytecode in a whole file that this release wrote as this user; else nothing.

    Python runs what it loads: a file that another user could have written is not loaded.
    """
    private(path.parent)
    found = path.lstat()
    if found.st_uid != os.geteuid() or found.st_mode & 0o022:
        return b""
    saved = read_file(path) or b""
    digest, content = saved[:_DIGEST_BYTES], saved[_DIGEST_BYTES:]
    return content if digest == _digest(content) else b""


def _digest(content: bytes) -> bytes:
    return sha256(_MADE_BY + content).digest()
