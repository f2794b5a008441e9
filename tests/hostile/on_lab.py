"""The lab's sshd and engine for hostile inputs: started once a run, and clean before each input."""

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from docker import APIClient

from tests.hostile.inputs import Input
from tests.lab.hosts.pieces_system import USER_ID
from tests.lab.support.client import Client
from tests.lab.support.engine import Engine, Flavour, is_required, running_engine, why_not
from tests.lab.support.sshd import Keys, LabHost, running_host, why_no_hosts
from tests.lab.support.syncing import VIEW

IMAGE = "hostile/base:1"
FLAVOUR = Flavour("hostile", gpu=False, number=5)


@dataclass(kw_only=True)
class Lab:
    """A running sshd and a running engine, as far as this machine can have them."""

    host: LabHost | None = None
    client: Client | None = None
    engine: Engine | None = None
    _before: dict[Path, bytes] = field(default_factory=dict)

    def has(self, one: Input) -> bool:
        """Whether an input can be tried."""
        return one.lab == "" or (self.host if one.lab == "sshd" else self.engine) is not None

    @property
    def home(self) -> Path:
        """The home folder of the login on the server, seen from here."""
        assert self.host is not None
        return self.host.root / "home/ada"

    @property
    def server(self) -> "LabHost":
        """The running sshd."""
        assert self.host is not None
        return self.host

    @property
    def docker(self) -> Engine:
        """The running engine."""
        assert self.engine is not None
        return self.engine

    def put(self, path: str, content: bytes, mode: int = 0o644) -> None:
        """Write a file on the server as its login, or change one of the system until `clean`."""
        place = self.server.root / path
        if place.is_file() and not place.is_relative_to(self.home):
            self._before.setdefault(place, place.read_bytes())
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        place.chmod(mode)
        self.give()

    def give(self) -> None:
        """Let everything below the home belong to the login."""
        for above, folders, files in os.walk(self.home):
            for name in (*folders, *files):
                os.chown(f"{above}/{name}", USER_ID, USER_ID, follow_symlinks=False)

    def seen(self, one: Input) -> dict[str, object]:
        """All that an input may not change: the home outside the workspace, or the objects."""
        if one.lab == "sshd":
            return prints(self.home, "ws")
        if one.lab == "engine":
            with asked(self.docker) as client:
                saved = {one["Id"] for one in client.images("box:saved")}
                kinds = ("container", "volume", "network", "image")
                return {kind: listed(client, kind) - saved for kind in kinds}
        return {}

    def has_saved(self) -> bool:
        """Whether `save` made an image."""
        with asked(self.docker) as client:
            return bool(client.images("box:saved"))

    def clean(self, one: Input) -> None:
        """Take back what an input did to the server or the engine."""
        if one.lab == "sshd":
            self.server.end_left_behind()
            for place, content in self._before.items():
                place.write_bytes(content)
            self._before.clear()
            for entry in self.home.iterdir():
                remove(entry)
        if one.lab == "engine":
            empty(self.docker)


def prints(folder: Path, but: str) -> dict[str, object]:
    """Every path of a folder but one, with its content."""
    found: dict[str, object] = {}
    for path in folder.rglob("*"):
        if not path.is_relative_to(folder / but):
            regular = path.is_file() and not path.is_symlink()
            found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest() if regular else ""
    return found


def remove(entry: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry)
    else:
        entry.unlink()


@contextlib.contextmanager
def asked(engine: Engine) -> Iterator[APIClient]:
    """The engine's API, which is much faster than its command line."""
    client = APIClient(engine.socket, timeout=300)
    try:
        yield client
    finally:
        client.close()


def empty(engine: Engine) -> None:
    """Remove all containers, volumes, networks and images but the one that we made."""
    with asked(engine) as client:
        for one in listed(client, "container"):
            client.remove_container(one, v=True, force=True)
        for one in listed(client, "volume"):
            client.remove_volume(one, force=True)
        for one in listed(client, "network"):
            client.remove_network(one)
        for one in listed(client, "image"):
            client.remove_image(one, force=True)


def listed(client: APIClient, kind: str) -> set[str]:
    """All objects of a kind that an input can have made, by their ids."""
    if kind == "container":
        return {one["Id"] for one in client.containers(all=True)}
    if kind == "volume":
        return {one["Name"] for one in client.volumes()["Volumes"] or ()}
    if kind == "network":
        return {one["Id"] for one in client.networks(filters={"type": "custom"})}
    return {one["Id"] for one in client.images() if IMAGE not in (one["RepoTags"] or ())}


@contextlib.contextmanager
def engine_of_the_lab() -> Iterator[Engine | None]:
    """The lab's engine with an image of our own, None where it cannot run."""
    if why_not() or shutil.which("busybox") is None:
        yield None
        return
    with running_engine(FLAVOUR) as engine:
        with tempfile.TemporaryDirectory() as name:
            tar = _small_image(Path(name))
            engine.docker("import", "--change", 'CMD ["/bin/sh"]', str(tar), IMAGE)
        empty(engine)
        try:
            yield engine
        finally:
            empty(engine)


def _small_image(folder: Path) -> Path:
    """The archive of a root file system with busybox and what it links to."""
    root, program = folder / "root", str(shutil.which("busybox"))
    for name in ("bin", "etc", "root", "tmp", "opt"):
        (root / name).mkdir(parents=True)
    shutil.copy(program, root / "bin" / "busybox")
    (root / "bin" / "sh").symlink_to("busybox")
    linked = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
    for library in re.findall(r"(/\S+) \(0x", linked):
        (root / library[1:]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, root / library[1:])
    (root / "etc" / "passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
    (root / "etc" / "os-release").write_text("ID=debian\nVERSION_ID=12\n")
    return Path(shutil.make_archive(str(folder / "root"), "tar", root))


@contextlib.contextmanager
def lab(engine: Engine | None) -> Iterator[Lab]:
    """An sshd of its own beside an engine that others may use, too."""
    if why_no_hosts():
        yield Lab(engine=engine)
        return
    with tempfile.TemporaryDirectory(prefix="hostile-lab-") as name:
        folder = Path(name)
        keys = Keys(folder)
        client = Client(folder, keys)
        with running_host(VIEW, keys) as host:
            client.reaches(host.port)
            client.trusts(host.port)
            yield Lab(host=host, client=client, engine=engine)


def why_not_here() -> str:
    """What of the lab cannot run here, or an empty text."""
    return "; ".join(filter(None, (why_not(), why_no_hosts())))


def require() -> None:
    """Raise SystemExit where the lab must run and cannot."""
    if (text := why_not_here()) and is_required():
        raise SystemExit(f"the lab must run here: {text}")
