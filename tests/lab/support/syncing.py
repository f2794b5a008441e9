"""What the tests of syncing share: a host with the usual tools, a workspace, and a place."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scaffold.commands.sync import push_transfer
from scaffold.commands.sync.pull import pull
from scaffold.commands.sync.push import push
from scaffold.commands.sync.requests import PullRequest, PullResult, PushRequest, PushResult
from scaffold.commands.sync.ui import SilentSyncUi
from scaffold.sync.target import SyncTarget
from tests.lab.hosts.healthy import HEALTHY
from tests.lab.hosts.pieces_system import USER_ID
from tests.lab.support.client import NAME, Client
from tests.lab.support.host_view import REAL, Changes, Link, View
from tests.lab.support.sshd import Keys, LabHost, running_host

USED = (
    *("chmod", "chown", "cp", "cut", "dd", "find", "gzip", "ln", "mkdir", "mv", "rm", "rmdir"),
    *("readlink", "rsync", "sha256sum", "stat", "tar", "tee", "touch", "xargs"),
)

TOOLS: Changes = {f"/usr/bin/{name}": Link(f"{REAL}/bin/{name}") for name in USED}

VIEW: View = {**HEALTHY, **TOOLS}

NO_RSYNC: Changes = {"/usr/bin/rsync": None}

BUSYBOX: Changes = {
    **NO_RSYNC,
    **{f"/usr/bin/{name}": Link(f"{REAL}/bin/busybox") for name in USED if name != "rsync"},
    "/usr/bin/sh": Link(f"{REAL}/bin/busybox"),
    "/usr/bin/gzip": None,
}
"""A host whose every tool is busybox's, whose find has no -printf."""


@dataclass
class Desk:
    """A workspace here, its place on a host, and both as {path: content}."""

    root: Path
    client: Client
    host: LabHost
    path: str = "/home/ada/proj"
    alias: str = NAME
    attendant: SilentSyncUi = field(default_factory=SilentSyncUi)

    @property
    def place(self) -> SyncTarget:
        return SyncTarget(host=self.alias, path=self.path)

    @property
    def there(self) -> Path:
        """The place, seen from here."""
        return self.host.root / self.path.lstrip("/")

    def write(self, **files: str) -> None:
        write(self.root, {name.replace("__", "/"): text for name, text in files.items()})

    def push(self, **options: object) -> PushResult:
        request = PushRequest(ssh_config=self.client.config, **options)  # type: ignore[arg-type]
        return push(self.root, self.place, request, self.attendant)

    def pull(self, *paths: str, **options: object) -> PullResult:
        request = PullRequest(ssh_config=self.client.config, **options)  # type: ignore[arg-type]
        return pull(self.root, self.place, paths, request, self.attendant)


@contextmanager
def desk_on(
    view: View, folder: Path, keys: Keys, patch: pytest.MonkeyPatch, alias: str = NAME
) -> Iterator[Desk]:
    """A desk with an empty workspace, a cache of its own, and a host with this view."""
    patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    patch.setenv("HOME", str(folder))
    # Where rsync is there it shall carry all, however small.
    patch.setattr(push_transfer, "DELTA_BYTES", 0)
    with running_host(view, keys) as host:
        client = Client(folder, keys)
        client.reaches(host.port, name=alias)
        client.trusts(host.port)
        root = folder / "work"
        root.mkdir()
        yield Desk(root, client, host, alias=alias)


def write(root: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def tree(root: Path, without: Callable[[str], bool] = lambda _: False) -> dict[str, object]:
    """Every path with what it is: (mode, content), a link's target, or a folder."""
    found: dict[str, object] = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = Path(folder) / name
            key = str(path.relative_to(root))
            if key.split("/", maxsplit=1)[0] == ".scaffold-sync" or without(key):
                continue
            if path.is_symlink():
                found[key] = f"-> {path.readlink()}"
            elif path.is_dir():
                found[key] = "folder"
            else:
                found[key] = (path.stat().st_mode & 0o777, path.read_bytes())
    return found


WHO = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main")


def git(desk: Desk, *argv: str, there: bool = False) -> str:
    """What git says in the workspace, or as the host's user in the place."""
    jump = ("chroot", f"--userspec={USER_ID}:{USER_ID}", str(desk.host.root)) if there else ()
    program, folder = (f"{REAL}/bin/git", desk.path) if there else ("git", str(desk.root))
    done = subprocess.run(
        [*jump, program, "-C", folder, *WHO, *argv],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "HOME": "/tmp"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
