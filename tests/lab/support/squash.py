"""A folder that root may not enter, as on a network file system with root_squash.

An id-mapped mount whose map lacks the folder's owner: to the kernel its files belong to nobody, and
root has no rights over them (mount_setattr(2), Linux 5.12). Mounts made earlier keep their view.
"""

import ctypes
import os
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OPEN_TREE, MOVE_MOUNT, MOUNT_SETATTR = 428, 429, 442
AT_FDCWD, AT_EMPTY_PATH, MOVE_EMPTY_PATH = -100, 0x1000, 4
CLONE, IDMAP = 1, 0x00100000
NOBODYS = "4000000 4000000 1\n"


@contextmanager
def squashed(folder: Path) -> Iterator[None]:
    """Keep this machine's root out of a folder."""
    with _other_users() as users:
        tree = _call(OPEN_TREE, AT_FDCWD, os.fsencode(folder), CLONE)
        attributes = struct.pack("QQQQ", IDMAP, 0, 0, users)
        _call(MOUNT_SETATTR, tree, b"", AT_EMPTY_PATH, attributes, len(attributes))
        _call(MOVE_MOUNT, tree, b"", AT_FDCWD, os.fsencode(folder), MOVE_EMPTY_PATH)
        os.close(tree)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def _other_users() -> Iterator[int]:
    """A user namespace without the users of this machine."""
    held = ["unshare", "--user", "sh", "-c", "echo; read -r _"]
    with subprocess.Popen(held, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout
        child.stdout.readline()
        for name in ("uid_map", "gid_map"):
            Path(f"/proc/{child.pid}/{name}").write_text(NOBODYS)
        users = os.open(f"/proc/{child.pid}/ns/user", os.O_RDONLY)
        try:
            yield users
        finally:
            os.close(users)
            child.kill()


def _call(*arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    done: int = libc.syscall(*arguments)
    if done < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return done
