"""A host's own view of the world: a small root file system, described as paths and contents.

The programs are this machine's own, found under /.real; what a view names stands before them.
The tree is written beside, and `mount_script` turns it into the root of a mount namespace.
"""

import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

REAL = "/.real"
"""Where the view finds this machine's /usr, read-only."""
KERNEL = "/.proc"
"""Where the real proc is mounted. What the view's /proc does not tell itself leads there."""

TOOLS = (
    *("bash", "cat", "dash", "date", "df", "dmesg", "dpkg-query", "env", "fold", "getconf"),
    *("getent", "grep", "head", "id", "kill", "ls", "nproc", "od", "printf", "readlink", "sed"),
    *("sh", "sleep", "sort", "tail", "timeout", "tr", "true"),
)
"""What a Debian host has and the probe may call; each view may take some away."""

DEVICES = (("null", 1, 3), ("zero", 1, 5), ("full", 1, 7), ("random", 1, 8), ("urandom", 1, 9))
DEAD_MOUNT = Path(__file__).with_name("dead_mount.py")
PROC = ("self", "sys", "stat", "cpuinfo", "filesystems", "uptime", "version", "loadavg")
SHELL_PATHS = ("usr/bin", "usr/sbin", "usr/local/bin")


@dataclass(frozen=True, slots=True)
class Program:
    """An executable file; a body without #! is POSIX sh."""

    body: str

    @property
    def text(self) -> str:
        return self.body if self.body.startswith("#!") else f"#!{REAL}/bin/sh\n{self.body}\n"


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link."""

    target: str


@dataclass(frozen=True, slots=True)
class Private:
    """A text that only its owner may read; `owner` is a user id."""

    text: str
    owner: int = 0
    mode: int = 0o600


@dataclass(frozen=True, slots=True)
class Node:
    """A character device; its number may belong to no driver."""

    major: int = 195
    minor: int = 0
    mode: int = 0o666


@dataclass(frozen=True, slots=True)
class Folder:
    """An empty folder."""

    owner: int = 0
    mode: int = 0o755


@dataclass(frozen=True, slots=True)
class Disk:
    """A file system of its own: size in MiB, used inodes of how many, and how it is mounted."""

    mib: int
    inodes: int = 1_000_000
    options: str = "rw"


@dataclass(frozen=True, slots=True)
class Socket:
    """A socket of this machine's, bound into the view."""

    source: str


@dataclass(frozen=True, slots=True)
class Shared:
    """A folder of this machine, at any path of the view: the engine and the host see the same."""

    source: str
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class DeadMount:
    """A mount that never answers."""


Content = str | Program | Link | Private | Node | Folder | Disk | Socket | Shared | DeadMount | None
View = Mapping[str, Content]
"""Absolute path to content; None takes a path of an earlier view away."""
Changes = dict[str, Content]
"""A part of a view, or what differs from another."""


def write_tree(view: View, tree: Path) -> None:
    """Write everything of a view that is a file, a folder or a link."""
    for name in (".real", ".proc", "proc", "dev/shm", "run/sshd", "tmp", "var/log", *SHELL_PATHS):
        (tree / name).mkdir(parents=True, exist_ok=True)
    (tree / "tmp").chmod(0o1777)
    if any(name.startswith("/usr/share/") for name in view):
        _link_folder(Path("/usr/share"), tree / "usr/share", "share", {"keyrings"})
    else:
        (tree / "usr/share").symlink_to(f"{REAL}/share")
    for name, target in (("bin", "usr/bin"), ("sbin", "usr/sbin"), ("lib", "usr/lib")):
        (tree / name).symlink_to(target)
    _link_folder(Path("/usr/lib"), tree / "usr/lib", "lib", {"modules", "wsl"})
    (tree / "lib64").symlink_to(f"{REAL}/lib64")
    for name in PROC:
        (tree / "proc" / name).symlink_to(f"{KERNEL}/{name}")
    for path, content in view.items():
        if content is not None:
            _write(tree / path.lstrip("/"), content)


def _link_folder(real: Path, folder: Path, name: str, brought: set[str]) -> None:
    """A folder of our own whose entries are the machine's, except what views may bring."""
    folder.mkdir(parents=True)
    for entry in real.iterdir():
        if entry.name not in brought:
            (folder / entry.name).symlink_to(f"{REAL}/{name}/{entry.name}")


def _write(path: Path, content: Content) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    match content:
        case str():
            path.write_text(content)
        case Program():
            path.write_text(content.text)
            path.chmod(0o755)
        case Private():
            path.write_text(content.text)
            path.chmod(content.mode)
            os.chown(path, content.owner, content.owner)
        case Link():
            path.symlink_to(content.target)
        case Folder():
            path.mkdir(exist_ok=True)
            os.chown(path, content.owner, content.owner)
            path.chmod(content.mode)
        case Disk() | DeadMount() | Shared():
            path.mkdir(exist_ok=True)
        case Socket():
            path.touch()


def mount_script(view: View, tree: Path, root: Path) -> str:
    """POSIX sh that makes `root` the view's root file system, and then becomes its sshd."""
    lines = [
        "set -eu",
        f"mount -t tmpfs -o mode=755,size=64g lab {root}",
        f"cp -a {tree}/. {root}/",
        f"mount --bind -o ro /usr {root}{REAL}",
        f"mount -t proc proc {root}{KERNEL}",
    ]
    lines += [_node(root, f"/dev/{name}", Node(*numbers)) for name, *numbers in DEVICES]
    for path, content in view.items():
        if isinstance(content, Node):
            lines.append(_node(root, path, content))
        elif isinstance(content, Disk):
            size = f"size={content.mib}m,nr_inodes={content.inodes},{content.options}"
            lines.append(f"mount -t tmpfs -o mode=1777,{size} lab {root}{path}")
        elif isinstance(content, Socket):
            lines.append(f"mount --bind {content.source} {root}{path}")
        elif isinstance(content, Shared):
            option = "-o ro" if content.read_only else ""
            paths = shlex.join([content.source, f"{root}{path}"])
            lines.append(f"mount --bind {option} {paths}")
        elif isinstance(content, DeadMount):
            program = f"{sys.executable} {DEAD_MOUNT} {root}{path}"
            # The pipe's reader ends with the first line; the mount's server stays behind it.
            lines.append(f"mkfifo {root}/.fifo; {program} >{root}/.fifo & read -r _ <{root}/.fifo")
    lines.append(f"exec chroot {root} {REAL}/sbin/sshd -D -e -f /etc/ssh/sshd_config")
    return "\n".join(lines)


def _node(root: Path, path: str, node: Node) -> str:
    return f"mknod -m {node.mode:o} {root}{path} c {node.major} {node.minor}"
