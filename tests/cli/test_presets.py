"""Example projects for an empty folder: each gives the container that it needs."""

import json
from pathlib import Path

import pytest

from scaffold.adapters.devcontainer.presets import load_presets, preset_files, presets_folder
from scaffold.facts import DockerFacts, Gpu, HostFacts

RTX_5090 = HostFacts(
    architecture="x86_64",
    driver_version="580.76.05",
    cuda_reported="13.0",
    gpus=(Gpu(name="NVIDIA GeForce RTX 5090", compute_capability="12.0"),),
    docker=DockerFacts(server_version="29.0.0", rootless=False, runtimes=("nvidia", "runc")),
    memory_mib=65536,
    uid=1000,
    gid=1000,
)
NO_GPU = HostFacts(architecture="x86_64", gpus=(), memory_mib=16384, uid=1000, gid=1000)
HOSTS = {"a T4": None, "an RTX 5090": RTX_5090, "no GPU": NO_GPU}

NEEDS = {
    "tabular-cpu": ("python:", "requirements.txt", False),
    "jupyter": ("python:", "torch", True),
    "pytorch-finetune": ("python:", "torch", True),
    "diffusers": ("python:", "torch", True),
    "tensorflow": ("python:", "tensorflow", True),
    "jax": ("python:", "jax", True),
    "cuda-cpp": ("nvidia/cuda:", "cmake", True),
}
"""Preset to its base image, a word of its Dockerfile, and whether it can use a GPU."""


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_every_preset_has_a_folder_and_a_row():
    folders = {path.name for path in presets_folder().iterdir() if path.is_dir()}
    assert folders == set(load_presets()) == set(NEEDS)
    for name in folders:
        files = preset_files(name)
        assert "README.md" in files
        assert any("test" in path for path in files) or b"add_test" in files["CMakeLists.txt"]
        assert load_presets()[name].run.split()[0] in files["README.md"].decode() + "open"


@pytest.mark.parametrize("seen", HOSTS.values(), ids=HOSTS)
@pytest.mark.parametrize("name", NEEDS)
def test_preset_gives_the_container_that_it_needs(scaffold, host, tmp_path, name, seen):
    if seen:
        host(seen)
    project = tmp_path / "new"
    done = scaffold("init", "--preset", name, project, "--yes")
    if name == "tensorflow" and seen is RTX_5090:
        # No build of TensorFlow has code for it, which init must not hide.
        assert (done.code, "--stack ngc-image" in done.err) == (1, True)
        assert not project.exists()
        return
    assert done.code == 0
    image, word, can_use_gpu = NEEDS[name]
    dockerfile = (project / ".devcontainer/Dockerfile").read_text()
    assert dockerfile.partition("FROM ")[2].startswith(image)
    assert word in dockerfile
    settings = (project / ".devcontainer/devcontainer.json").read_text()
    assert ('"gpu": "optional"' in settings) is can_use_gpu
    for path, content in preset_files(name).items():
        assert (project / path).read_bytes() == content


def test_notebook_preset_starts_jupyter_and_forwards_its_port(scaffold, tmp_path):
    scaffold("init", "--preset", "jupyter", tmp_path / "new", "--yes")
    settings = (tmp_path / "new/.devcontainer/devcontainer.json").read_text()
    assert "8888" in settings
    assert "jupyter" in settings


def test_second_run_of_the_same_preset_changes_nothing(scaffold, tmp_path):
    folder = tmp_path / "new"
    scaffold("init", "--preset", "jax", folder, "--yes")
    before = {path: (folder / path).read_bytes() for path in names(folder) if "." in path[1:]}
    assert scaffold("init", "--preset", "jax", folder, "--yes").code == 0
    assert {path: (folder / path).read_bytes() for path in before} == before


def test_folder_with_files_is_refused_and_left_alone(scaffold, tmp_path):
    (tmp_path / "train.py").write_text("mine\n")
    (tmp_path / ".git").mkdir()
    done = scaffold("init", "--preset", "jax", tmp_path, "--yes")
    assert done.code == 2
    assert "is not empty: train.py" in done.err
    assert f"scaffold init --preset jax {tmp_path}/jax" in done.err
    assert names(tmp_path) == [".git", "train.py"]


def test_merge_keeps_every_file_of_the_user_even_with_overwrite(scaffold, tmp_path):
    (tmp_path / "train.py").write_text("mine\n")
    (tmp_path / "data.csv").write_text("1\n")
    done = scaffold("init", "--preset", "jax", "--merge", tmp_path, "--yes", "--overwrite")
    assert done.code == 0
    assert "Your own files stay as they are: train.py" in done.out
    assert (tmp_path / "train.py").read_text() == "mine\n"
    assert (tmp_path / "requirements.txt").is_file()
    assert not list(tmp_path.rglob("*.bak*"))


def test_file_in_place_of_the_folder_is_refused(scaffold, tmp_path):
    (tmp_path / "new").write_text("")
    done = scaffold("init", "--preset", "jax", tmp_path / "new", "--yes")
    assert (done.code, "is not a folder" in done.err) == (2, True)


def test_dry_run_shows_the_files_and_makes_no_folder(scaffold, tmp_path):
    done = scaffold("init", "--preset", "cuda-cpp", tmp_path / "new", "--dry-run")
    assert done.code == 0
    assert "+ new     saxpy.cu" in done.out
    assert not (tmp_path / "new").exists()


def test_json_names_the_files_of_the_preset(scaffold, tmp_path):
    done = scaffold("init", "--preset", "tensorflow", tmp_path / "new", "--json")
    files = {one["path"]: one["status"] for one in json.loads(done.out)["files"]}
    assert files["train.py"] == "new"


def test_flags_go_before_the_answers_of_a_preset(scaffold, tmp_path):
    done = scaffold("init", "--preset", "jupyter", "--no-jupyter", tmp_path / "new", "--yes")
    assert done.code == 0
    assert "jupyter = false" in (tmp_path / "new/.devcontainer/scaffold.toml").read_text()


@pytest.mark.parametrize("command", ["init", "start"])
def test_list_shows_every_preset_and_writes_nothing(scaffold, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    done = scaffold(command, "--preset", "list")
    assert done.code == 0
    assert all(name in done.out for name in NEEDS)
    assert names(tmp_path) == []


def test_unknown_preset_names_the_nearest(scaffold, tmp_path):
    done = scaffold("init", "--preset", "torch", tmp_path / "new")
    assert done.code == 2
    assert "did you mean pytorch-finetune?" in done.err
    assert not (tmp_path / "new").exists()
