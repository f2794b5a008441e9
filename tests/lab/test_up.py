"""`scaffold init --host` and `scaffold up`, both ways, from a laptop to a container on a host."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import json5
import pexpect
import pytest

from tests.lab.hosts.mendable import BASE, INFO, info
from tests.lab.hosts.pieces_system import USER, USER_ID, sshd
from tests.lab.hosts.row import SOCKET
from tests.lab.support.devcontainer import cli, onto_lab_network
from tests.lab.support.engine import CACHE, Engine
from tests.lab.support.host_view import REAL, Changes, Link, Program, Shared, Socket
from tests.lab.support.laptop import SCAFFOLD, Laptop
from tests.lab.support.registry import image_registry
from tests.lab.support.rows import with_long
from tests.lab.support.sshd import Keys, LabHost, running_host
from tests.lab.support.syncing import TOOLS

NAME = "my prüject"
CONTEXT = "gpu01"


@dataclass
class World:
    """A laptop with a project, a host behind another one, and the engine that runs there."""

    laptop: Laptop
    host: LabHost
    engine: Engine
    shared: Path
    project: Path

    def scaffold(self, *argv: str, code: int = 0) -> str:
        # The lab edits what init generated, so that it is no longer this computer's own.
        trust = ["--trust"] if argv[0] == "up" else []
        done = self.laptop.scaffold(*argv, *trust, cwd=self.project)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def up(self, *argv: str) -> dict[str, Any]:
        """What `scaffold up --json` says; a container without the GPU it may have is fine."""
        found: dict[str, Any] = json.loads(self.scaffold("up", "--json", *argv))
        return found

    def inside(self, container: str, *argv: str) -> str:
        return self.engine.docker("exec", "--user", "dev", container, *argv).stdout


@pytest.fixture
def world(engine: Engine, keys: Keys) -> Iterator[World]:
    (engine.folder / "docker.sock").chmod(0o666)
    # Not below /tmp, which is a file system of its own in the view.
    with TemporaryDirectory(dir=CACHE) as there, TemporaryDirectory(prefix="up-") as here:
        shared = Path(there) / "far home"
        shared.mkdir()
        os.chown(shared, USER_ID, USER_ID)
        laptop = Laptop(Path(here))
        with running_host(far(engine, shared), keys) as host, running_host(jump(), keys) as before:
            connect(laptop, keys, host, before)
            yield World(laptop, host, engine, shared, project(laptop))


def far(engine: Engine, shared: Path) -> Changes:
    """A healthy host whose home the engine sees under the same path, with node and the CLI."""
    home = str(shared)
    programs = ("stat", "dirname", "setsid", "node", "tar", "mktemp", "cat", "base64", "find")
    return {
        **BASE,
        **TOOLS,
        "/etc/passwd": str(BASE["/etc/passwd"]).replace("/home/ada", home),
        **sshd(
            *("AuthorizedKeysFile /etc/ssh/authorized_keys", "MaxStartups 100"),
            "Subsystem sftp internal-sftp",
        ),
        INFO: info(),
        SOCKET: Socket(str(engine.folder / "docker.sock")),
        home: Shared(home),
        str(cli().parents[2]): Shared(str(cli().parents[2]), read_only=True),
        **{f"/usr/bin/{name}": Link(f"{REAL}/bin/{name}") for name in programs},
        "/usr/bin/ps": Link(f"{REAL}/bin/ps"),
        "/usr/bin/uname": Program(f'exec {REAL}/bin/uname "$@"'),
        "/usr/bin/devcontainer": Program(f'exec {REAL}/bin/node {cli().resolve()} "$@"'),
        "/usr/bin/docker-compose": Program(
            f"export PYTHONHOME={REAL} PYTHONPATH={REAL}/lib/python3/dist-packages\n"
            f'exec {REAL}/bin/python3 {REAL}/bin/docker-compose "$@"'
        ),
    }


def jump() -> Changes:
    """The host that the other one is reached through."""
    return {**BASE, **sshd("AuthorizedKeysFile /etc/ssh/authorized_keys")}


def connect(laptop: Laptop, keys: Keys, host: LabHost, before: LabHost) -> None:
    """An alias of the user's own, with a port and a jump host, and a Docker context for it."""
    ssh = laptop.home / ".ssh"
    ssh.mkdir(mode=0o700)
    known = "".join(f"[127.0.0.1]:{one.port} {keys.public('host')}\n" for one in (host, before))
    (ssh / "known_hosts").write_text(known)
    usual = f"  HostName 127.0.0.1\n  User {USER}\n  IdentityFile {keys.path('user')}\n"
    (ssh / "config").write_text(
        f"Host bastion\n{usual}  Port {before.port}\n"
        f"Host {CONTEXT}\n{usual}  Port {host.port}\n  ProxyJump bastion\n"
        # As the alias of `scaffold host setup` shares one connection.
        "  ControlMaster auto\n  ControlPath ~/.ssh/cm-%C\n  ControlPersist 60\n"
    )
    made = laptop.run("docker", "context", "create", CONTEXT, "--docker", f"host=ssh://{CONTEXT}")
    assert made.returncode == 0, made.stderr


def project(laptop: Laptop) -> Path:
    """A small repository without a framework."""
    folder = laptop.home / NAME
    (folder / "src dir").mkdir(parents=True)
    (folder / "src dir" / "trän.py").write_text("print('one')\n")
    (folder / "notes.txt").write_text("first\n")
    return folder


def init(world: World, files: str, *flags: str) -> str:
    said = world.scaffold(
        *("init", "--yes", "--host", CONTEXT, "--files", files, "--python", "3.11"),
        *("--gpu", "none", "--package-manager", "pip", *flags),
    )
    onto_lab_network(world.project)
    docker = world.project / ".devcontainer" / "Dockerfile"
    text = docker.read_text()
    # The lab's image has what the system packages would bring, and only Jupyter needs a mirror.
    after = "Files are made for any user" if "--jupyter" in flags else "The user of the container"
    start, end = text.index("# System packages;"), text.index(f"# {after}")
    docker.write_text(text[:start] + text[end:])
    return said


def settings(world: World) -> dict[str, Any]:
    found: dict[str, Any] = json5.loads(
        (world.project / ".devcontainer/devcontainer.json").read_text()
    )
    return found


WAYS = {
    "remote-ssh": ("remote-ssh", ""),
    "context": ("context", ""),
    "context and a volume": ("context", "scaffold-up-volume"),
}


@pytest.mark.parametrize("way", with_long(WAYS.items(), {"remote-ssh", "context"}))
def test_from_a_repository_on_the_laptop_to_a_container_on_the_host(
    world: World, way: tuple[str, str]
):
    files, place = way
    said = init(world, files, *(("--workspace", place) if place else ()))
    assert f"On {CONTEXT}, now" in said
    assert "scaffold up" in said
    assert ("workspaceMount" in settings(world)) == (files == "context")
    assert (world.project / ".vscode/settings.json").exists() == (files == "context")
    shown = world.scaffold("up", "--dry-run")
    assert "Nothing was changed." in shown
    first = world.up()
    container = first["container"]
    assert container["user"] == "dev"
    assert first["sync"]["files"]
    assert world.inside(container["id"], "cat", f"{container['folder']}/notes.txt") == "first\n"
    made = f"{container['folder']}/src dir/made"
    world.inside(container["id"], "touch", made)
    if place:
        owner = world.inside(container["id"], "stat", "-c", "%u", container["folder"])
        assert int(owner) == USER_ID
    else:
        assert (world.shared / NAME / "src dir" / "made").stat().st_uid == USER_ID
    (world.project / "notes.txt").write_text("second\n")
    again = world.up()
    assert again["sync"]["files"] == ["notes.txt"]
    assert again["sync"]["seconds"] < again["seconds"]
    assert again["container"]["id"] == container["id"]
    assert world.inside(container["id"], "cat", f"{container['folder']}/notes.txt") == "second\n"
    assert "is up to date" in world.scaffold("up")
    verified = json.loads(world.scaffold("verify", "--json"))
    assert verified["container"] == container["name"]
    address = world.scaffold("open", "--print")
    assert ("ssh-remote" in address) == (files == "remote-ssh")
    if files == "context" and not place:
        (world.shared / NAME).chmod(0o777)
        os.chown(world.shared / NAME, 4242, 4242)
        other = world.laptop.scaffold("up", "--no-sync", "--trust", cwd=world.project)
        assert f"belongs to uid 4242: scaffold init --host {CONTEXT}" in other.stderr
    world.engine.docker("rm", "--force", "--volumes", container["id"])
    if place:
        world.engine.docker("volume", "rm", place)


def test_interrupted_it_leaves_nothing_running_on_the_host(world: World):
    init(world, "remote-ssh")
    program = world.host.root / "usr/bin/devcontainer"
    program.write_text(f"#!{REAL}/bin/sh\n{REAL}/bin/sleep 98 & wait\n")
    argv = world.laptop.argv(*SCAFFOLD, "up", "--json", "--trust")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(argv, env=world.laptop.env, cwd=world.project, **quiet) as ours:
        deadline = time.monotonic() + 300
        while not any("sleep 98" in line for line in world.host.processes()):
            assert ours.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        ours.send_signal(signal.SIGINT)
        assert ours.wait(300) == 130
    assert not [line for line in world.host.left_behind() if "sleep 98" in line]
    program.unlink()
    done = world.laptop.scaffold("up", "--trust", cwd=world.project)
    assert done.returncode == 1
    assert "neither devcontainer nor npx" in done.stderr
    assert "scaffold open works without it" in done.stderr


def test_folders_of_the_host_are_looked_at_and_completed(world: World):
    (world.shared / "data").mkdir()
    (world.shared / "dälem x").touch()
    mounts = ("--mount", "~/data:/data", "--mount", "~/gone:/gone", "--mount", "/etc:/e:ro")
    said = init(world, "context", "--workspace", "/nobody/may", *mounts)
    assert f"ada may not write to {world.shared}/data on {CONTEXT}" in said
    assert f"{world.shared}/gone on {CONTEXT} does not exist" in said
    assert "/e on" not in said
    assert f"/nobody/may on {CONTEXT} cannot be made by ada" in said
    code = (
        "import sys; from scaffold.adapters.ssh.remote_paths import FolderNames\n"
        "from prompt_toolkit.document import Document\n"
        "from scaffold.cli.completion import RemoteFolders\n"
        "names = FolderNames(sys.argv[1], sys.argv[2])\n"
        "for text in ('a:/b, ~/d', '~/data:', 'x', '/no where/'):\n"
        "    found = RemoteFolders(names).get_completions(Document(text), None)\n"
        "    print([one.text for one in found])\n"
        "names.close()"
    )
    done = world.laptop.run(sys.executable, "-c", code, CONTEXT, str(world.shared))
    assert done.stdout.splitlines() == ["['~/data/', '~/dälem x']", "[]", "[]", "[]"], done.stderr


def test_without_a_host_it_starts_here_and_says_why_it_does_not(engine: Engine, tmp_path: Path):
    folder = tmp_path / NAME
    (folder / ".devcontainer").mkdir(parents=True)
    file = folder / ".devcontainer" / "devcontainer.json"
    settings = {"image": "lab/debian", "runArgs": ["--network=none"]}
    file.write_text(json.dumps(settings))
    path = f"/usr/bin:{cli().parent}:{os.environ['PATH']}"
    env = {**engine.env, "PATH": path, "XDG_STATE_HOME": str(tmp_path)}

    def up(*argv: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*SCAFFOLD, "up", str(folder), *argv],
            env=env,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    dry = json.loads(up("--dry-run", "--json").stdout)
    assert dry["argv"][1:4] == ["up", "--workspace-folder", str(folder)]
    argv = [*SCAFFOLD[1:], "up", str(folder), "--trust"]
    child = pexpect.spawn(SCAFFOLD[0], argv, env=env, encoding="utf-8", timeout=600)
    for shown in ("starting the container …", f"in /workspaces/{NAME}", "Enter it:", pexpect.EOF):
        child.expect(shown)
    child.close()
    container = json.loads(up("--json").stdout)["container"]
    engine.docker("exec", container["id"], "sh", "-c", "printf x >/made")
    ours = ("--filter", f"label=devcontainer.local_folder={folder}")
    file.write_text(json.dumps(settings | {"mounts": ["type=bind,source=/gone/x,target=/x"]}))
    done = up("--rebuild", "--yes", "--trust")
    assert done.returncode == 1
    assert "Error response from daemon: invalid mount config" in done.stderr
    # The image was built, but no container of it starts: the old one is back, as it was.
    assert f"so the old one, {container['name']}, is back" in done.stderr
    listed = engine.docker("ps", "--all", "--format", "{{.ID}} {{.Names}} {{.State}}", *ours)
    assert listed.stdout.split() == [container["id"][:12], container["name"], "running"]
    assert engine.docker("exec", container["id"], "cat", "/made").stdout == "x"
    assert "create the folder /gone/x on the machine where Docker runs" in done.stderr
    log = done.stderr.rpartition("full log: ")[2].strip()
    assert "bind source path does not exist" in Path(log).read_text()
    file.write_text(json.dumps(settings | {"containerEnv": {"NEW": "1"}}))
    new = json.loads(up("--rebuild", "--yes", "--trust", "--json").stdout)["container"]
    listed = engine.docker("ps", "--all", "--format", "{{.ID}}", *ours)
    assert listed.stdout.split() == [new["id"][:12]] != [container["id"][:12]]
    assert json.loads(up("--json").stdout)["container"]["id"] == new["id"]
    engine.docker("rm", "--force", new["id"])


@pytest.mark.parametrize("kind", ["image", "build"])
def test_image_that_its_registry_does_not_have_is_named(engine: Engine, tmp_path: Path, kind: str):
    folder = tmp_path / NAME
    (folder / ".devcontainer").mkdir(parents=True)
    with image_registry("lab/known", "1", {"a": "b"}) as (port, _):
        image = f"localhost:{port}/lab/known:2"
        settings = {"image": image} if kind == "image" else {"build": {"dockerfile": "Dockerfile"}}
        (folder / ".devcontainer" / "Dockerfile").write_text(f"FROM {image}\n")
        (folder / ".devcontainer" / "devcontainer.json").write_text(json.dumps(settings))
        path = f"/usr/bin:{cli().parent}:{os.environ['PATH']}"
        done = subprocess.run(
            [*SCAFFOLD, "up", str(folder), "--trust"],
            env={**engine.env, "PATH": path, "XDG_STATE_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    assert done.returncode == 1, done.stderr
    assert f"the image {image} does not exist, or needs a login" in done.stderr
    assert f"run again: scaffold up {shlex.quote(str(folder))}" in done.stderr
    log = done.stderr.rpartition("full log: ")[2].strip()
    assert image in Path(log).read_text()
