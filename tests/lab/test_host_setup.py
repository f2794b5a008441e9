"""`scaffold host setup` on hosts with a fault each: from a password to a container with a GPU."""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pexpect
import pytest

from tests.lab.hosts.mendable import DAEMON, KEYS, MENDABLE, Mendable
from tests.lab.hosts.pieces_system import PASSWORD, USER
from tests.lab.hosts.row import SOCKET
from tests.lab.hosts.standins import ASKED, BASE, SMI_INSIDE, UUID
from tests.lab.support.devcontainer import cli
from tests.lab.support.engine import Engine
from tests.lab.support.host_view import Private, Socket
from tests.lab.support.laptop import SCAFFOLD, Laptop
from tests.lab.support.rows import with_long
from tests.lab.support.sshd import Keys, LabHost, running_host

IMAGE = "ubuntu:24.04"


@pytest.fixture(scope="module")
def gpu_engine(engine: Engine) -> Iterator[Engine]:
    """The engine, whose containers with GPUs have an nvidia-smi, for every user."""
    engine.docker("tag", "lab/debian", IMAGE)
    engine.injected.write_text(SMI_INSIDE)
    engine.injected.chmod(0o755)
    (engine.folder / "docker.sock").chmod(0o666)
    yield engine
    engine.injected.unlink()


@pytest.fixture
def laptop() -> Iterator[Laptop]:
    with TemporaryDirectory(prefix="lap-") as folder:
        yield Laptop(Path(folder))


def view(engine: Engine, changes: dict) -> dict:
    return {**BASE, **changes, SOCKET: Socket(str(engine.folder / "docker.sock"))}


def typed(laptop: Laptop, host: LabHost, *options: str, password: str = PASSWORD) -> str:
    """Run setup at a terminal, answering its questions; what it printed. It has to end with 0."""
    argv = laptop.argv(*SCAFFOLD, "host", "setup", f"{USER}@127.0.0.1:{host.port}", *options)
    child = pexpect.spawn(argv[0], argv[1:], env=laptop.env, encoding="utf-8", timeout=600)
    said = ""
    while True:
        asked = child.expect(["Trust it.*: ", "assword.*: ", pexpect.EOF])
        said += child.before + str(child.after if asked < 2 else "")
        if asked == 2:
            break
        child.sendline("yes" if asked == 0 else password)
    child.close()
    assert child.exitstatus == 0, said
    return said


EACH_TIME = {
    *("no fault", "Docker was not told of the toolkit, under fish", "no Docker", "Docker hangs"),
    *("nvidia-docker2", "rootless, with device rules", "~/.ssh open to all", "a bare Rocky"),
}
"""One host of each kind of fault: the login, the driver, Docker, the toolkit, no packages."""


@pytest.mark.parametrize("row", with_long([(row.name, row) for row in MENDABLE], EACH_TIME))
def test_a_host_with_a_password_only_is_made_ready(
    row: Mendable, gpu_engine: Engine, keys: Keys, laptop: Laptop
):
    with running_host(view(gpu_engine, row.changes), keys) as host:
        widths = modes(host)
        agreed = [f"--only={name}" for name in row.choice.split()] or ["--yes"]
        said = typed(laptop, host, "--name", "gpu01", *agreed)
        assert row.mended in " ".join(said.split())
        assert row.packages in (host.root / ASKED.lstrip("/")).read_text()
        assert PASSWORD not in said
        ran = laptop.run(
            *("docker", "--context", "gpu01", "run", "--rm", "--gpus", "all", "--network=none"),
            *(IMAGE, "nvidia-smi", "-L"),
        )
        assert UUID in ran.stdout, ran.stderr
        dev_container_sees_the_gpu(gpu_engine, laptop, DOCKER_CONTEXT="gpu01")
        before = laptop.content()
        again = laptop.scaffold("host", "setup", "gpu01", "--yes", "--json")
        assert again.returncode == 0, again.stdout + again.stderr
        states = {step["step"]: step["state"] for step in json.loads(again.stdout)["steps"]}
        assert states.pop("gpu") == "done"
        assert {step: state for step, state in states.items() if state != "holds"} == {}
        assert changed(before, laptop.content()) <= {".cache/gpu-scaffold/hosts/gpu01"}
        assert_settings_kept(row, host)
        gone = laptop.scaffold("host", "remove", "gpu01", "--key", "--known-host", "--yes")
        assert gone.returncode == 0, gone.stderr
        assert laptop.content() == {}
        left = host.root / KEYS.lstrip("/")
        assert (left.read_text().strip() if left.exists() else "") == given(row)
        assert modes(host) == widths


def assert_settings_kept(row: Mendable, host: LabHost) -> None:
    """Of the daemon.json that was there nothing is lost, and it is kept as it was."""
    before = row.changes.get(DAEMON)
    if isinstance(before, str):
        after = json.loads((host.root / DAEMON.lstrip("/")).read_text())
        assert json.loads(before).items() <= after.items()


def given(row: Mendable) -> str:
    """The keys that the host had before."""
    keys = row.changes.get(KEYS)
    return keys.text.strip() if isinstance(keys, Private) else ""


def modes(host: LabHost) -> list[int]:
    """Of home, ~/.ssh and the keys, where they are."""
    home = host.root / "home/ada"
    paths = [home, home / ".ssh", host.root / KEYS.lstrip("/")]
    return [path.stat().st_mode & 0o777 for path in paths if path.exists()]


def changed(before: dict, after: dict) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def test_the_context_is_the_current_one_where_that_is_wished(
    gpu_engine: Engine, keys: Keys, laptop: Laptop
):
    with running_host(view(gpu_engine, {}), keys) as host:
        typed(laptop, host, "--name", "gpu01", "--yes", "--use")
        dev_container_sees_the_gpu(gpu_engine, laptop)


def dev_container_sees_the_gpu(gpu_engine: Engine, laptop: Laptop, **variables: str) -> None:
    """The real Dev Containers CLI makes a container by the context, which is given its GPU."""
    workspace = laptop.home.parent / "work"
    (workspace / ".devcontainer").mkdir(parents=True)
    settings = {
        "image": IMAGE,
        "runArgs": ["--gpus=all", "--network=none"],
        "workspaceMount": "source=host-setup-work,target=/work,type=volume",
        "workspaceFolder": "/work",
        "updateRemoteUserUID": False,
    }
    (workspace / ".devcontainer" / "devcontainer.json").write_text(json.dumps(settings))
    environment = [f"{name}={value}" for name, value in variables.items()]
    up = laptop.run("env", *environment, str(cli()), "up", "--workspace-folder", str(workspace))
    assert up.returncode == 0, up.stderr[-3000:]
    made = json.loads(up.stdout.splitlines()[-1])["containerId"]
    seen = laptop.run("env", *environment, "docker", "exec", made, "nvidia-smi", "-L")
    assert UUID in seen.stdout, seen.stderr
    gpu_engine.docker("rm", "--force", "--volumes", made)
    gpu_engine.docker("volume", "rm", "host-setup-work")
