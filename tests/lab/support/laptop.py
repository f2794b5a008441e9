"""The user's own machine: a home of its own, also for OpenSSH, which reads it from passwd."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

from tests.json_documents import require_published

SCAFFOLD = (sys.executable, "-m", "scaffold")

# A mount namespace in which root has another home.
_MOVED = 'mount --bind "$1" /etc/passwd && shift && exec "$@"'


class Laptop:
    """A home folder, empty at first, and programs that run as its owner.

    Its path is short, since ssh's sockets are in it.
    """

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.home.mkdir()
        self._passwd = folder / "passwd"
        mine = pwd.getpwuid(os.getuid())
        lines = Path("/etc/passwd").read_text().splitlines()
        moved = f"{mine.pw_name}:x:{mine.pw_uid}:{mine.pw_gid}::{self.home}:/bin/sh"
        others = [line for line in lines if not line.startswith(f"{mine.pw_name}:")]
        self._passwd.write_text("\n".join([moved, *others]) + "\n")
        dropped = ("DOCKER_", "SSH_", "XDG_")
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(dropped)}
        self.env |= {"HOME": str(self.home), "PATH": f"/usr/bin:{os.environ['PATH']}"}

    def argv(self, *argv: str) -> list[str]:
        """A command as it runs in this home."""
        return ["unshare", "--mount", "sh", "-c", _MOVED, "sh", str(self._passwd), *argv]

    def run(self, *argv: str, **options: object) -> subprocess.CompletedProcess[str]:
        """Run a program to its end."""
        options = {"stdin": subprocess.DEVNULL, "timeout": 300, **options}
        return subprocess.run(  # type: ignore[call-overload,no-any-return]
            self.argv(*argv), env=self.env, capture_output=True, text=True, check=False, **options
        )

    def scaffold(self, *argv: str, **options: object) -> subprocess.CompletedProcess[str]:
        """Run scaffold."""
        done = self.run(*SCAFFOLD, *argv, **options)
        require_published([*argv], done.stdout)
        return done

    def content(self) -> dict[str, bytes | str]:
        """Every file, folder and link of the home, for comparison; sockets are left out."""
        found: dict[str, bytes | str] = {}
        for path in sorted(self.home.rglob("*")):
            name = str(path.relative_to(self.home))
            if path.is_symlink():
                found[name] = f"-> {path.readlink()}"
            elif path.is_dir():
                found[name] = f"folder {path.stat().st_mode & 0o777:o}"
            elif path.is_file():
                found[name] = path.read_bytes()
        return found
