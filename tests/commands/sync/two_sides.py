"""A workspace and its remote folder on this computer: the scripts run in sh, without ssh."""

import contextlib
import io
import os
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scaffold.commands.sync import pull as pulling
from scaffold.commands.sync import push as pushing
from scaffold.commands.sync.requests import PullRequest, PullResult, PushRequest, PushResult
from scaffold.commands.sync.ui import SilentSyncUi
from scaffold.sync.target import SyncTarget

WHO = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main")
FILES = ("-c", "protocol.file.allow=always")


class FolderShell:
    """A remote shell whose host is this computer."""

    name, as_root = "gpu01", False

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)

    def run(self, script: bytes) -> bytes:
        return subprocess.run(["sh"], input=script, stdout=subprocess.PIPE, check=False).stdout

    def unpack(self, stage: str, stream: Iterable[bytes], reading: bytes, unpacked: bytes) -> bytes:
        loader = f'eval "$(dd bs=1 count={len(reading)} 2>/dev/null)"'
        given = reading + b"".join(stream)
        argv = ["sh", "-c", loader]
        return subprocess.run(argv, input=given, stdout=subprocess.PIPE, check=False).stdout

    @contextlib.contextmanager
    def fetch(self, script: bytes) -> Iterator[io.BytesIO]:
        yield io.BytesIO(self.run(script))


@dataclass
class TwoSides:
    """A workspace `here`, its remote folder `there`, and what syncs them."""

    here: Path
    there: Path
    ui: SilentSyncUi = field(default_factory=lambda: SilentSyncUi(agreed=True))

    @property
    def target(self) -> SyncTarget:
        return SyncTarget(host="gpu01", path=str(self.there))

    def push(self, **options: object) -> PushResult:
        return pushing.push(self.here, self.target, PushRequest(**options), self.ui)  # type: ignore[arg-type]

    def pull(self, *paths: str, **options: object) -> PullResult:
        return pulling.pull(self.here, self.target, paths, PullRequest(**options), self.ui)  # type: ignore[arg-type]

    def git(self, *argv: str, there: bool = False, below: str = ".", code: int = 0) -> str:
        """What git prints in one of both."""
        folder = (self.there if there else self.here) / below
        done = subprocess.run(
            ["git", "-C", str(folder), *WHO, *FILES, *argv],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null"},
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def commit(self, message: str, *, there: bool = False, below: str = ".", **files: str) -> None:
        """Write files, then commit everything in one of both."""
        for name, text in files.items():
            ((self.there if there else self.here) / below / name).write_text(text)
        self.git("add", "--all", there=there, below=below)
        self.git("commit", "--quiet", "--allow-empty", "-m", message, there=there, below=below)

    def log(self, *argv: str, there: bool = False, below: str = ".") -> list[str]:
        return self.git("log", "--format=%s", *argv, there=there, below=below).split()
