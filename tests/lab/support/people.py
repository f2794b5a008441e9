"""Several people whose laptops look alike: the same paths, and a login each on one host."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.lab.hosts.pieces_system import sshd
from tests.lab.support.engine import CACHE, Engine
from tests.lab.support.host_view import Changes, Shared
from tests.lab.support.laptop import Laptop
from tests.lab.support.sshd import Keys, LabHost, running_host

ALIAS = "gpu01"
ACCOUNTS = {"ada": 1000, "bob": 1001, "cleo": 1002}

# A mount namespace in which everybody's home folder is at the same path.
_ALIKE = """\
mount --bind "$1" /etc/passwd && mount --bind "$2" "$3" && cd "$3/proj" && shift 3 && exec "$@"
"""


class Twin(Laptop):
    """A laptop whose home folder is at a path that other laptops have too."""

    def __init__(self, folder: Path, alike: Path) -> None:
        super().__init__(folder)
        self.own, self.home = self.home, alike
        passwd = self._passwd.read_text().replace(str(self.own), str(alike))
        self._passwd.write_text(passwd)
        self.env |= {"HOME": str(alike)}
        (self.own / "proj" / ".devcontainer").mkdir(parents=True)

    def argv(self, *argv: str) -> list[str]:
        """A command as it runs in this home, in the project's folder."""
        mounts = [str(self._passwd), str(self.own), str(self.home)]
        return ["unshare", "--mount", "sh", "-c", _ALIKE, "sh", *mounts, *argv]


@dataclass
class Person:
    """Somebody with a laptop and a login; `remote` is their home folder on the host."""

    name: str
    laptop: Twin
    remote: Path

    @property
    def project(self) -> Path:
        """The project's folder, seen from outside of the laptop."""
        return self.laptop.own / "proj"

    def scaffold(self, *argv: str, code: int | None = 0) -> str:
        """Run scaffold in the project's folder; standard output and errors together."""
        done = self.laptop.scaffold(*argv)
        said = done.stdout + done.stderr
        assert code is None or done.returncode == code, said
        return said


@contextmanager
def people(
    engine: Engine, keys: Keys, view_of: Callable[[Engine, Path], Changes]
) -> Iterator[dict[str, Person]]:
    """Ada, Bob and Cleo, each with a laptop and a login on one host with one engine.

    `view_of` makes the host of one person with this home folder.
    """
    (engine.folder / "docker.sock").chmod(0o666)
    with TemporaryDirectory(dir=CACHE) as there, TemporaryDirectory(prefix="us-") as here:
        homes = {name: Path(there) / name for name in ACCOUNTS}
        for name, number in ACCOUNTS.items():
            homes[name].mkdir()
            os.chown(homes[name], number, number)
        Path(there).chmod(0o755)
        view = view_of(engine, homes["ada"])
        alike = Path(here) / "home"
        alike.mkdir()
        with running_host({**view, **_accounts(view, homes)}, keys) as host:
            yield {
                name: Person(name, _laptop(Path(here) / name, alike, name, keys, host), homes[name])
                for name in ACCOUNTS
            }


def _accounts(view: Changes, homes: dict[str, Path]) -> Changes:
    root = [line for line in str(view["/etc/passwd"]).splitlines() if not line.startswith("ada:")]
    users = [f"{name}:x:{n}:{n}::{homes[name]}:/bin/bash" for name, n in ACCOUNTS.items()]
    groups = [f"{name}:x:{number}:" for name, number in ACCOUNTS.items()]
    shadow = [f"{name}:*:20000::::::" for name in ("root", *ACCOUNTS)]
    return {
        "/etc/passwd": "\n".join([*root, *users]) + "\n",
        "/etc/group": "\n".join(
            ["root:x:0:", f"docker:x:998:{','.join(ACCOUNTS)}", *groups, "nogroup:x:65534:"]
        )
        + "\n",
        "/etc/shadow": "\n".join(shadow) + "\n",
        **sshd("AuthorizedKeysFile /etc/ssh/authorized_keys", "MaxStartups 100"),
        **{str(home): Shared(str(home)) for home in homes.values()},
    }


def _laptop(folder: Path, alike: Path, name: str, keys: Keys, host: LabHost) -> Twin:
    folder.mkdir()
    laptop = Twin(folder, alike)
    ssh = laptop.own / ".ssh"
    ssh.mkdir(mode=0o700)
    (ssh / "known_hosts").write_text(f"[127.0.0.1]:{host.port} {keys.public('host')}\n")
    (ssh / "config").write_text(
        f"Host {ALIAS}\n  HostName 127.0.0.1\n  Port {host.port}\n  User {name}\n"
        f"  IdentityFile {keys.path('user')}\n"
    )
    made = laptop.run("docker", "context", "create", ALIAS, "--docker", f"host=ssh://{ALIAS}")
    assert made.returncode == 0, made.stderr
    return laptop
