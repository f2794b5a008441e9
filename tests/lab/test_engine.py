"""The lab itself: a real engine that can do what the later tests rely on."""

import json
import os
import re
import uuid

import pytest

from tests.lab.support.devcontainer import devcontainer
from tests.lab.support.images import MICROMAMBA_IMAGE, PYTHON_IMAGE, provide

GPU_RUN = ("run", "--rm", "--network=host", "--gpus=all", PYTHON_IMAGE)

DOCKERFILE = f"""\
FROM {PYTHON_IMAGE}
RUN useradd --uid 1000 --create-home dev
USER dev
"""


@pytest.fixture
def workspace(tmp_path):
    """A hand-written dev container that can use a GPU and needs none."""
    folder = tmp_path / "project"
    (folder / ".devcontainer").mkdir(parents=True)
    settings = {
        "build": {"dockerfile": "Dockerfile"},
        "remoteUser": "dev",
        "hostRequirements": {"gpu": "optional"},
    }
    (folder / ".devcontainer" / "devcontainer.json").write_text(json.dumps(settings))
    (folder / ".devcontainer" / "Dockerfile").write_text(DOCKERFILE)
    os.chown(folder, 1000, 1000)
    return folder


def test_engine_with_gpu_support_accepts_a_gpu_request(engine):
    assert engine.docker(*GPU_RUN, "python", "-c", "print(6*7)").stdout == "42\n"


def test_engine_without_gpu_support_refuses_a_gpu_request(plain_engine):
    done = plain_engine.docker(*GPU_RUN, "true", check=False)
    assert done.returncode == 125
    assert "could not select device driver" in done.stderr


def test_only_the_engine_with_gpu_support_lists_the_nvidia_runtime(engine, plain_engine):
    runtimes = ("info", "-f", "{{.Runtimes.nvidia}}")
    assert "nvidia-container-runtime" in engine.docker(*runtimes).stdout
    assert "nvidia-container-runtime" not in plain_engine.docker(*runtimes).stdout


def test_cache_mount_is_kept_between_builds(engine, tmp_path):
    step = "RUN --mount=type=cache,target=/kept,id={id} echo x >>/kept/x && wc -l </kept/x #{n}\n"
    logs = []
    new = uuid.uuid4()
    for n in (1, 2):
        dockerfile = f"FROM {PYTHON_IMAGE}\n" + step.format(id=new, n=n)
        (tmp_path / "Dockerfile").write_text(dockerfile)
        built = engine.docker("build", "--progress=plain", str(tmp_path))
        logs.append(built.stderr)
    counts = [re.findall(r"^#\d+ [\d.]+ (\d+)$", log, re.MULTILINE) for log in logs]
    assert counts == [["1"], ["2"]]


def test_optional_gpu_is_given_where_there_is_one(engine, workspace, up):
    container = up(engine, workspace)
    assert [request["Capabilities"] for request in container.gpu_requests] == [[["gpu"]]]


def test_optional_gpu_starts_where_there_is_none(plain_engine, workspace, up):
    assert up(plain_engine, workspace).gpu_requests == []


def test_files_made_in_the_container_belong_to_the_owner_of_the_project(engine, workspace, up):
    container = up(engine, workspace)
    assert container.exec("id", "-un").stdout == "dev\n"
    container.exec("touch", "made")
    assert (workspace / "made").stat().st_uid == 1000


def test_cli_reads_the_configuration(engine, workspace):
    done = devcontainer(engine, "read-configuration", "--workspace-folder", str(workspace))
    assert json.loads(done.stdout)["configuration"]["remoteUser"] == "dev"


def test_container_reaches_the_package_index(engine, index):
    pip = ("python", "-m", "pip", "download", "--no-deps", "--dest", "/tmp/x")
    image = ("run", "--rm", "--network=host", PYTHON_IMAGE)
    chosen = ("--index-url", index.mirrors["pip"], "six")
    assert "Successfully downloaded six" in engine.docker(*image, *pip, *chosen).stdout


def test_gpu_libraries_are_empty_wheels(engine, index):
    pip = ("python", "-m", "pip", "install", "--break-system-packages")
    image = ("run", "--rm", "--network=host", PYTHON_IMAGE)
    chosen = ("--index-url", index.mirrors["pip"], "nvidia-cublas-cu12==12.6.4.1")
    done = engine.docker(*image, *pip, *chosen)
    assert "Successfully installed nvidia-cublas-cu12-12.6.4.1" in done.stdout


def test_apt_installs_from_the_mirror(engine, index):
    sources = f"deb {index.mirrors['apt']}/debian bookworm main"
    script = (
        f"echo '{sources}' >/etc/apt/sources.list && apt-get update -q && apt-get install -qy hello"
    )
    done = engine.docker("run", "--rm", "--network=host", PYTHON_IMAGE, "sh", "-c", script)
    assert "Setting up hello" in done.stdout


@pytest.mark.parametrize(("cuda", "build"), [("12.8", "cuda128_0"), ("", "cpu_0")])
def test_micromamba_stand_in_chooses_the_build_for_the_gpu(engine, index, cuda, build):
    provide(engine, MICROMAMBA_IMAGE)
    script = """
        mkdir -p /etc/conda && echo "channel_alias: $ALIAS" >/etc/conda/.condarc
        printf 'channels: [conda-forge]\\ndependencies: [python=3.11, pytorch, labdemo]\\n' >env.yml
        micromamba create --yes --prefix /opt/e -f env.yml
        micromamba install --yes --prefix /opt/e pip
        /opt/e/bin/python -c 'import sys, labdemo, torch; print(sys.prefix, torch.cuda)'
        /opt/e/bin/python -m pip --version
    """
    env = ("--env", f"ALIAS={index.mirrors['conda']}", "--env", f"CONDA_OVERRIDE_CUDA={cuda}")
    run = ("run", "--rm", "--network=host", *env, MICROMAMBA_IMAGE, "sh", "-ec", script)
    printed = engine.docker(*run).stdout
    assert f"+ pytorch 2.8.0 {build}" in printed
    assert f"/opt/e {cuda or None}" in printed
