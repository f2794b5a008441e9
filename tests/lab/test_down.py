"""`scaffold down` and `scaffold status` on real engines: here, and on a host with a real sshd."""

import json
import subprocess
from pathlib import Path

import pexpect
import pytest

from tests.json_documents import require_published
from tests.lab.hosts.mendable import BASE
from tests.lab.hosts.pieces_system import sshd
from tests.lab.hosts.row import SOCKET
from tests.lab.support.container_options import IMAGE
from tests.lab.support.host_view import Program, Socket
from tests.lab.support.laptop import SCAFFOLD
from tests.lab.support.recreating import names, remove
from tests.lab.support.sshd import free_port, running_host
from tests.lab.support.tunnelling import tunnelling

NAME = "goes-down"


def run(*words: object, env: dict[str, str], cwd: Path | None = None):
    done = subprocess.run(
        [*SCAFFOLD, *map(str, words)],
        env=env,
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    require_published([*map(str, words)], done.stdout)
    return done


@pytest.fixture
def workspace(engine, tmp_path):
    """A project's folder whose name is not plain; its containers go afterwards."""
    (engine.folder / "docker.sock").chmod(0o666)
    folder = tmp_path / "my prüject"
    folder.mkdir()
    yield folder
    remove(engine, NAME)
    engine.docker("volume", "rm", "--force", f"{NAME}-data", f"{NAME}-shared")


def start(engine, workspace: Path, *options: str, name: str = NAME) -> None:
    """A container with the label that the Dev Containers CLI writes."""
    label = f"--label=devcontainer.local_folder={workspace}"
    run = ("run", "--detach", "--init", f"--name={name}", label, *options)
    engine.docker(*run, IMAGE, "sleep", "1000")


def state(engine, name: str = NAME) -> str:
    return engine.inspect(name)["State"]["Status"]


def test_down_names_what_ends_stops_it_and_is_content_the_second_time(engine, workspace):
    start(engine, workspace)
    engine.docker("exec", "--detach", NAME, "sleep", "4321")
    shown = run("down", "--dry-run", cwd=workspace, env=engine.env)
    assert (shown.returncode, state(engine)) == (0, "running"), shown
    assert "ends: sleep 4321" in shown.stdout
    assert "docker-init" not in shown.stdout and "sleep 1000" not in shown.stdout
    assert "Nothing was changed." in shown.stdout
    done = run("down", cwd=workspace, env=engine.env)
    assert (done.returncode, state(engine)) == (0, "exited"), done
    assert f"✓ stopped: {NAME}" in done.stdout
    again = run("down", workspace, "--json", env=engine.env)
    document = json.loads(again.stdout)
    assert (again.returncode, document["stopped"]) == (0, [])
    assert document["containers"][0]["running"] is False
    assert "already stopped" in again.stderr
    assert "no container of" in run("down", workspace / "no", env=engine.env).stdout


def test_remove_says_what_is_lost_asks_and_leaves_volumes(engine, workspace):
    start(engine, workspace, f"--volume={NAME}-data:/data", f"--volume={NAME}-shared:/shared")
    start(engine, Path("/elsewhere"), f"--volume={NAME}-shared:/shared", name=f"{NAME}-other")
    engine.docker("exec", NAME, "sh", "-c", "echo work >/root/work")
    refused = run("down", workspace, "--remove", env=engine.env)
    assert (refused.returncode, state(engine)) == (2, "running"), refused
    assert "add --yes" in refused.stderr
    assert "of changed files outside volumes" in refused.stdout
    assert f"volume {NAME}-data (/data) is kept" in refused.stdout
    argv = [*SCAFFOLD[1:], "down", str(workspace), "--remove"]
    child = pexpect.spawn(SCAFFOLD[0], argv, env=engine.env, encoding="utf-8", timeout=300)
    child.expect("Delete these permanently")
    child.send("n")
    child.expect("Nothing was changed.")
    child.expect(pexpect.EOF)
    child.close()
    assert (child.exitstatus, state(engine)) == (0, "running")
    done = run("down", workspace, "--remove", "--volumes", "--yes", "--json", env=engine.env)
    document = json.loads(done.stdout)
    assert document["removed"] == [NAME]
    assert document["removed_volumes"] == [f"{NAME}-data"], done
    assert f"{NAME}-shared (/shared) is kept: {NAME}-other uses it too" in done.stderr
    assert names(engine, NAME) == [f"{NAME}-other"]


def test_services_that_compose_runs_beside_it_go_with_it(engine, workspace):
    labels = [f"--label=com.docker.compose.project={NAME}"]
    labels += [f"--label=com.docker.compose.project.working_dir={workspace}"]
    network = f"--label=com.docker.compose.project={NAME}"
    engine.docker("network", "create", network, f"{NAME}-net")
    start(engine, workspace, *labels, f"--network={NAME}-net")
    run_ = ("run", "--detach", "--init", f"--name={NAME}-db", *labels, f"--network={NAME}-net")
    engine.docker(*run_, IMAGE, "sleep", "1000")
    twin = [*labels[:1], "--label=com.docker.compose.project.working_dir=/elsewhere"]
    engine.docker("run", "--detach", "--init", f"--name={NAME}-twin", *twin, IMAGE, "sleep", "99")
    done = run("down", workspace, "--json", env=engine.env)
    assert set(json.loads(done.stdout)["stopped"]) == {NAME, f"{NAME}-db"}, done
    gone = run("down", workspace, "--remove", "--yes", env=engine.env)
    assert gone.returncode == 0, gone
    assert names(engine, NAME) == [f"{NAME}-twin"]
    assert f"{NAME}-net" not in engine.docker("network", "ls").stdout


def test_what_contradicts_itself_is_refused(engine, workspace):
    assert run("down", workspace, "--container=x", env=engine.env).returncode == 2
    assert "needs --remove" in run("down", "--volumes", env=engine.env).stderr
    assert (
        "the container no-such does not exist"
        in run("down", "--container=no-such", env=engine.env).stderr
    )


def smi(pid: int) -> Program:
    """nvidia-smi of a host with one card, which a process uses."""
    return Program(
        'case "$*" in\n'
        "  *query-gpu*) echo 'GPU-1, 0, NVIDIA H100, 97, 4100, 81559' ;;\n"
        f"  *compute-apps*) echo '{pid}, GPU-1, 4096'; echo '1, GPU-1, 12' ;;\n"
        "esac"
    )


def test_status_shows_every_host_what_it_uses_and_who_is_dead(
    engine, keys, client, workspace, tmp_path, laptop_env
):
    start(engine, workspace, "--gpus=all")
    start(engine, Path("/elsewhere"), name=f"{NAME}-other")
    pid = engine.inspect(NAME)["State"]["Pid"]
    engine_socket = Socket(str(engine.folder / "docker.sock"))
    host_view = {**BASE, **sshd(), SOCKET: engine_socket, "/usr/bin/nvidia-smi": smi(pid)}
    env = laptop_env | {"DOCKER_CONFIG": str(tmp_path / "docker"), "DOCKER_HOST": engine.socket}
    for name in ("gpu01", "gpu02"):
        create = ["docker", "context", "create", name, "--docker", f"host=ssh://{name}"]
        subprocess.run(create, env=env, check=True, capture_output=True)
    with running_host(host_view, keys) as host:
        client.reaches(host.port)
        client.reaches(free_port("127.0.0.1"), name="gpu02")
        client.trusts(host.port)
        config = f"--ssh-config={client.config}"
        words = (f"--container={NAME}", "9000")
        with tunnelling(tmp_path, *words, env=laptop_env, config=client.config) as tunnel:
            done = run("status", workspace, config, "--json", env=env)
            text = run("status", workspace, config, env=env)
            local = tunnel.local(9000)
        engines = {one["host"]: one for one in json.loads(done.stdout)["engines"]}
        assert set(engines) == {None, "gpu01", "gpu02"}, done
        first, second = engines["gpu01"]["containers"]
        assert (first["name"], first["this_workspace"], first["state"]) == (NAME, True, "running")
        assert (second["name"], second["this_workspace"]) == (f"{NAME}-other", False)
        (share,) = first["gpu_use"]
        assert (share["used_mib"], share["index"], share["processes"]) == (4096, 0, 1)
        assert (first["gpus"], second["gpu_use"]) == (["all"], [])
        assert first["tunnels"] == [{"local": local, "inside": "9000"}]
        assert engines[None]["gpus"] == []
        assert "gpu02 cannot be reached" in engines["gpu02"]["error"]
        assert "4096 MiB of GPU 0 (1 process)" in text.stdout
        assert "GPU 0 NVIDIA H100: 97 % busy, 4100 of 81559 MiB" in text.stdout
        assert f"127.0.0.1:{local} → 9000" in text.stdout
        assert host.left_behind() == []
        dead = run("status", "--host=gpu02", config, env=env)
        assert (dead.returncode, done.returncode, text.returncode) == (1, 0, 0)
        reached = run("down", workspace, "--host=gpu01", config, env=laptop_env)
        assert (reached.returncode, state(engine)) == (0, "exited"), reached
