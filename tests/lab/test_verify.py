"""`scaffold verify` on a real engine: real containers, users, mounts, ports and frameworks.

Only the GPU is imitated: an nvidia-smi that replays recordings, and a stub of torch.
"""

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scaffold.adapters.probe.inside import check_script
from scaffold.container.editor_uri import folder_inside
from tests.inside.imitation import Card, Inside, programs
from tests.json_documents import require_published
from tests.lab.support.container_options import IMAGE
from tests.lab.support.recreating import remove
from tests.lab.test_rendered import CASES, written

NAME = "verified"
ALL = "--gpus=all"
CARD = Card("NVIDIA GeForce RTX 5090", "12.0")


@dataclass(frozen=True)
class Done:
    """A finished command line; `document` is what `--json` printed."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def ids(self) -> set[str]:
        return {finding["id"] for finding in self.document["findings"]}


def verify(engine, *words: object, cwd: Path | None = None) -> Done:
    """Run `scaffold verify`."""
    done = subprocess.run(
        [sys.executable, "-m", "scaffold", "verify", *map(str, words)],
        env=engine.env,
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    require_published(["verify", *map(str, words)], done.stdout)
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def workspace(engine, tmp_path):
    """A project's folder of uid 1000, whose name is not plain; its containers go afterwards."""
    folder = tmp_path / "my prüject"
    (folder / ".devcontainer").mkdir(parents=True)
    shutil.chown(folder, 1000)
    yield folder
    remove(engine, NAME)


def start(engine, workspace: Path, *options: str, name: str = NAME, **settings: object) -> None:
    """A container with the labels that the Dev Containers CLI writes, and its user's settings."""
    labels = {
        "devcontainer.local_folder": str(workspace),
        "devcontainer.config_file": str(workspace / ".devcontainer" / "devcontainer.json"),
        "devcontainer.metadata": json.dumps([settings]),
    }
    label = [f"--label={key}={value}" for key, value in labels.items()]
    mount = f"--mount=type=bind,source={workspace},target=/workspaces/p"
    run = ("run", "--detach", "--init", f"--name={name}", mount, *label, *options)
    engine.docker(*run, IMAGE, "sleep", "1000")


def imitated(tmp_path: Path, inside: Inside) -> list[str]:
    """Options that put an nvidia-smi and a torch into the container."""
    env = programs(tmp_path / "imitated", inside)
    (tmp_path / "imitated" / "python").unlink()
    modules = ["PYTHONPATH=/imitated/modules", f"TORCH_STUB={env['TORCH_STUB']}"]
    path = "PATH=/imitated:/usr/local/bin:/usr/bin:/bin"
    mount = f"--mount=type=bind,source={tmp_path}/imitated,target=/imitated,readonly"
    return [mount, *(f"--env={entry}" for entry in (path, *modules))]


def test_cpu_machine_says_so_and_is_judged_by_what_is_needed(engine, workspace):
    start(engine, workspace, "--user=1000", hostRequirements={"gpu": "optional"})
    done = verify(engine, workspace, "--json")
    assert (done.code, done.ids) == (0, {"gpu.cpu-only", "framework.none"})
    assert done.document["gpu"] == {
        "need": "optional",
        "from": "hostRequirements.gpu",
        "asked_for": [],
    }
    shown = verify(engine, workspace, "--gpu=none")
    assert (shown.code, "Ready, without a GPU." in shown.out) == (0, True), shown
    shown = verify(engine, workspace, "--gpu=required", "-v")
    assert (shown.code, "[gpu.request-missing]" in shown.out) == (1, True), shown
    assert "source: devcontainers/cli" in shown.out


def test_here_is_the_default_and_the_file_beside_counts(engine, workspace):
    config = workspace / ".devcontainer" / "devcontainer.json"
    config.write_text('{"runArgs": ["--gpus=all"], // since today\n}')
    start(engine, workspace, "--user=1000")
    done = verify(engine, "--json", cwd=workspace)
    assert (done.code, "gpu.container-older" in done.ids) == (1, True), done
    config.write_text("[]")
    assert "is not a JSON object" in verify(engine, cwd=workspace).err
    config.write_text("{")
    assert verify(engine, cwd=workspace).code == 2


def test_card_that_computes(engine, workspace, tmp_path):
    torch = {"version": "2.15.0+cu132", "cuda": "13.2", "architectures": "sm_100 sm_120"}
    options = imitated(tmp_path, Inside((CARD,), torch=torch))
    start(engine, workspace, ALL, "--shm-size=1g", *options, remoteUser="1000")
    done = verify(engine, workspace, "--json")
    assert (done.code, done.document["findings"]) == (0, []), done
    assert done.document["facts"]["user"] in {"", None, "1000"}
    shown = verify(engine, workspace)
    assert "PyTorch 2.15.0+cu132 (CUDA 13.2), 1 of 1 GPUs compute" in shown.out
    assert "The GPU works" in shown.out


def test_wheel_that_lacks_the_card(engine, workspace, tmp_path):
    options = imitated(tmp_path, Inside((CARD,), torch={}))
    start(engine, workspace, ALL, *options, "--user=1000")
    shown = verify(engine, workspace)
    assert shown.code == 1
    assert "compute capability 12.0, the build holds sm_50 sm_60" in shown.out
    assert "scaffold resolve --framework torch --gpu 'NVIDIA GeForce RTX 5090'" in shown.out
    assert "[memory.shared-small]" in shown.out
    shown_words = " ".join(shown.out.split())
    assert re.search(r'Next: fix ".* holds sm_50 sm_60.*" first, then', shown_words)


def test_card_without_a_framework(engine, workspace, tmp_path):
    options = imitated(tmp_path, Inside((CARD,), torch={}))
    options = [option for option in options if "PYTHONPATH" not in option]
    start(engine, workspace, ALL, *options, "--user=1000")
    assert "The GPU is visible; no framework" in verify(engine, workspace).out


def test_user_mounts_and_ports_are_as_they_are(engine, workspace, tmp_path):
    (tmp_path / "a b").mkdir()
    mounts = (
        "--volume=verified-data:/data",
        f"--mount=type=bind,source={tmp_path}/a b,target=/mnt/a b",
    )
    start(engine, workspace, *mounts, "--publish=127.0.0.1::8888", "--user=1001")
    listen = "import socket, time; s = socket.create_server(('127.0.0.1', 8888)); time.sleep(100)"
    engine.docker("exec", "--detach", NAME, "python", "-c", listen)
    engine.docker(
        "exec", NAME, "sh", "-c", "until grep -q ':22B8 .* 0A ' /proc/net/tcp; do sleep 0.1; done"
    )
    done = verify(engine, "--container", NAME, "--json")
    engine.docker("rm", "--force", NAME)
    engine.docker("volume", "rm", "verified-data")
    expected = {"user.project-not-writable", "user.mount-not-writable", "port.loopback-only"}
    assert done.ids >= expected
    texts = " ".join(finding["message"] for finding in done.document["findings"])
    assert "/mnt/a b belongs to uid 0, programs run as uid 1001" in texts


def test_noisy_start_files_spoil_nothing(engine, workspace):
    noise = "echo noise; echo 0123 begin; yes noise | head -c 200000"
    start(engine, workspace, "--user=0", "--env=ENV=/etc/profile")
    for file in ("/etc/profile", "/root/.bashrc", "/etc/bash.bashrc"):
        engine.docker("exec", NAME, "sh", "-c", f"echo '{noise}' >>{file}")
    done = verify(engine, workspace, "--json")
    assert (done.code, "user.root" in done.ids) == (0, True), done
    assert done.document["facts"]["python"] == "/usr/local/bin/python"


def test_variables_of_the_editor_reach_the_check(engine, workspace):
    path = {"PATH": "${containerWorkspaceFolder}/bin:${containerEnv:PATH}"}
    start(engine, workspace, "--user=1000", remoteEnv=path)
    (workspace / "bin").mkdir()
    (workspace / "bin" / "python").symlink_to("/usr/bin/python3")
    python = verify(engine, workspace, "--json").document["facts"]["python"]
    assert python == "/workspaces/p/bin/python"


def test_which_container_is_meant_has_to_be_clear(engine, workspace):
    done = verify(engine, workspace)
    assert (done.code, "does not exist yet" in done.err) == (2, True)
    assert f"scaffold up '{workspace}'" in done.err
    start(engine, workspace)
    start(engine, workspace, name=f"{NAME}-2")
    done = verify(engine, workspace)
    assert (done.code, "several dev containers" in done.err) == (2, True)
    engine.docker("stop", "--time=0", NAME, f"{NAME}-2")
    done = verify(engine, workspace)
    assert (done.code, "is exited" in done.err) == (2, True)
    done = verify(engine, "--container", NAME)
    assert (done.code, f"docker start {NAME}" in done.err) == (2, True)
    assert "the container no-such does not exist" in verify(engine, "--container=no-such").err
    assert verify(engine, workspace, "--container", NAME).code == 2


def test_container_in_which_nothing_runs_is_told(engine, workspace):
    start(engine, workspace, remoteUser="no-such")
    done = verify(engine, workspace)
    assert (done.code, "no-such" in done.err) == (1, True), done
    engine.docker("exec", NAME, "rm", "/bin/sh", "/usr/bin/sh", check=False)
    done = verify(engine, "--container", NAME)
    assert (done.code, "user" in done.err) == (1, True), done


def test_part_of_a_repository_is_found_where_the_tools_put_it(engine, up, tmp_path):
    repository = tmp_path / "my repo"
    workspace = repository / "part" / "ü"
    (workspace / ".devcontainer").mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet", str(repository)], check=True)
    config = workspace / ".devcontainer" / "devcontainer.json"
    config.write_text(json.dumps({"image": IMAGE, "runArgs": ["--shm-size=1g"]}))
    container = up(engine, workspace)
    assert container.folder == folder_inside(str(workspace), str(repository), {})
    document = verify(engine, workspace, "--json").document
    assert document["facts"]["project"]["path"] == container.folder
    assert document["facts"]["project"]["present"]


@pytest.mark.long
def test_real_framework_on_a_real_dev_container(engine, up, index, tmp_path):
    workspace = written(tmp_path, index, CASES["pytorch with pip"])
    (tmp_path / "data").chmod(0o777)
    container = up(engine, workspace)
    assert "A GPU IS REQUIRED HERE" in container.log
    done = verify(engine, workspace, "--json")
    (torch,) = done.document["facts"]["frameworks"]
    assert (torch["module"], torch["count"], torch["code"]) == ("torch", 0, 0)
    assert torch["version"].startswith("2.13.")
    assert torch["error"], torch
    assert done.document["facts"]["user"] == "dev"
    assert done.document["facts"]["python"] == "/opt/venv/bin/python"
    # The all-reduce of the check, between two processes of the real PyTorch, without its GPUs.
    found = re.search(r'RANK = """(.*?)"""', check_script().decode(), re.DOTALL)
    assert found
    for size in (1, 2):
        ranks = [f"python -c '{found[1]}' {rank} {size} $meeting" for rank in range(size)]
        script = f"meeting=$(mktemp -u); {' & '.join(ranks)} && wait $!"
        container.run("sh", "-c", script)
    assert (done.code, done.ids & {"gpu.not-there"}) == (1, {"gpu.not-there"})
