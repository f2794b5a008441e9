import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import json5
import pytest
from allpairspy import AllPairs
from hypothesis import given, settings
from hypothesis import strategies as st

from scaffold.adapters.devcontainer import template
from scaffold.adapters.devcontainer.template import render, template_folder
from scaffold.answers.choices import GpuNeed, Stack, Target
from scaffold.answers.model import Mirrors, Mount
from scaffold.answers.questions import QUESTIONS
from scaffold.facts import HostFacts, Platform
from scaffold.plan import Plan
from scaffold.project.facts import LocalPath, PackageManager, ProjectFacts
from scaffold.project.framework import Framework
from scaffold.resolver.resolution import FrameworkBuild, Resolution
from tests.inside.imitation import Card, Inside, programs
from tests.plan.config_rules import faults
from tests.plan.planning import ANSWERS, PROJECT, RESOLUTION, TORCH, commands, plan_of, tasks

CONFIG = ".devcontainer/devcontainer.json"
DOCKERFILE = ".devcontainer/Dockerfile"
POST_CREATE = ".devcontainer/post-create.sh"
SHARED = ".devcontainer/shared-cache.sh"
CHECK = ".devcontainer/gpu-check.py"
BIN = Path(sys.executable).parent

IMAGES = {
    Stack.PYTHON: "python:3.12-slim-bookworm",
    Stack.CUDA: "nvidia/cuda:12.8.1-cudnn-devel-ubuntu22.04",
    Stack.PYTORCH_IMAGE: "pytorch/pytorch:2.14.0-cuda12.6-cudnn9-runtime",
    Stack.TENSORFLOW_IMAGE: "tensorflow/tensorflow:2.20.0-gpu",
    Stack.NGC_IMAGE: "nvcr.io/nvidia/pytorch:24.10-py3",
    Stack.JUPYTER_IMAGE: "quay.io/jupyter/pytorch-notebook:cuda12-latest",
}
FILES = {
    PackageManager.PIP: ("requirements.txt", "pyproject.toml"),
    PackageManager.UV: ("pyproject.toml", "uv.lock"),
    PackageManager.CONDA: ("environment.yml",),
    PackageManager.POETRY: ("pyproject.toml", "poetry.lock"),
    PackageManager.PDM: ("pyproject.toml", "pdm.lock"),
    PackageManager.PIPENV: ("Pipfile", "Pipfile.lock"),
    PackageManager.HATCH: ("pyproject.toml",),
    PackageManager.PIXI: ("pixi.toml", "pixi.lock"),
}
BUILDS = {
    Framework.PYTORCH: TORCH,
    Framework.TENSORFLOW: FrameworkBuild(
        framework=Framework.TENSORFLOW,
        version="2.20.0",
        variant="cuda12",
        cuda="12.5",
        requirements=("tensorflow[and-cuda]==2.20.0",),
        index_url=None,
    ),
    Framework.JAX: FrameworkBuild(
        framework=Framework.JAX,
        version="0.7.2",
        variant="cuda12",
        cuda="12.6",
        requirements=("jax[cuda12]==0.7.2",),
        index_url=None,
    ),
    Framework.ONNXRUNTIME: FrameworkBuild(
        framework=Framework.ONNXRUNTIME,
        version="1.26.0",
        variant="cuda12",
        cuda="12.8",
        requirements=("onnxruntime-gpu[cuda,cudnn]==1.26.0",),
        index_url=None,
    ),
    Framework.NONE: None,
}
MIRRORS = Mirrors(
    apt="https://m.example/ubuntu",
    pip="https://m.example/simple",
    pytorch="https://m.example/whl",
    conda="https://m.example/conda",
    registry="m.example/hub",
)
CHOICES = {
    "target": list(Target),
    "gpu": list(GpuNeed),
    "gpus": ["all", "2", "device=0,1", "MIG-1-2"],
    "stack": list(Stack),
    "framework": list(Framework),
    "package_manager": list(PackageManager),
    "files": ["all", "unlocked", "odd", "none"],
    "in_project": [True, False],
    "plain_lists": [True, False],
    "python": ["3.12", "3.10", "3.11"],
    "platform": [Platform.LINUX, Platform.JETSON],
    "installable": [True, False],
    "user": ["dev", "root"],
    "mirrors": [Mirrors(), MIRRORS],
    "jupyter": [True, False],
    "nvcc": [True, False],
    "shm": ["8g", "host", ""],
    "mounts": [(), (Mount("a", "/home/dev/.cache", "volume"), Mount("/d", "/d d", "bind", True))],
    "ports": [(), (8888, 6006)],
    "extensions": [(), ("ms-python.python", "ms-toolsai.jupyter")],
    "workspace": ["", "/srv/project", "source"],
    "cache_from": [(), ("ghcr.io/team/project:main",)],
    "shared_cache": ["", "models"],
}


def files_of(manager: PackageManager, how: str) -> tuple[str, ...]:
    chosen = {"all": FILES[manager], "none": (), "odd": (*FILES[manager], "odd name.txt")}
    unlocked = tuple(file for file in FILES[manager] if "lock" not in file)
    return chosen.get(how, unlocked)


def plan_for(values: dict) -> Plan:
    """The plan of one combination of `CHOICES`."""
    values = dict(values)
    framework, stack = values["framework"], values["stack"]
    has_python = stack != Stack.CUDA
    build = BUILDS[framework] if stack in {Stack.PYTHON, Stack.CUDA} else None
    resolution = Resolution(
        image=IMAGES[stack],
        image_source="hub",
        python=values.pop("python"),
        image_has_python=has_python,
        cuda="12.6",
        build=build,
    )
    project = ProjectFacts(
        framework=framework if values.pop("in_project") else Framework.NONE,
        install_files=files_of(values["package_manager"], values.pop("files")),
        installable=values.pop("installable"),
        requirements=("numpy", "pandas[parquet]>=2,<3"),
        plain_lists=values.pop("plain_lists"),
    )
    host = HostFacts(platform=values.pop("platform"))
    return plan_of(ANSWERS, resolution=resolution, project=project, host=host, **values)


def combinations() -> list[dict]:
    return [dict(zip(CHOICES, row, strict=True)) for row in AllPairs(list(CHOICES.values()))]


@pytest.fixture(scope="session")
def rendered(tmp_path_factory) -> list[tuple[dict, Path]]:
    """Every pairwise combination of choices, written to a folder of its own."""
    root = tmp_path_factory.mktemp("rendered")
    cases = []
    for number, values in enumerate(combinations()):
        folder = root / f"case{number:03}"
        for path, file in render(plan_for(values)).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(file.content)
        cases.append((values, folder))
    return cases


PLAIN = {
    "stack": list(Stack),
    "image": ["", "registry.example.com/team/ml:1"],
    "package_manager": list(PackageManager),
    "dependency_files": ["", "requirements.txt, pyproject.toml", "environment.yml", "uv.lock"],
    "gpu": list(GpuNeed),
    "gpus": ["all", "2", "0,1", "GPU-1", "nvidia.com/gpu=0,nvidia.com/gpu=1"],
    "framework": list(Framework),
    "target": list(Target),
    "python": ["3.12", "3.10"],
    "user": ["dev", "root"],
    "jupyter": [True, False],
    "nvcc": [True, False],
    "installable": [True, False],
    "mount": ["", "models:/models, ~/d:/d:ro"],
    "port": ["", "8888, 6006"],
    "shm": ["8g", "host", ""],
    "workspace": ["", "/srv/project", "source"],
    "mirror_apt": ["", "https://m.example"],
    "mirror_pip": ["", "https://m.example/simple", "http://M.example:8080/simple"],
    "mirror_conda": ["", "https://m.example/conda"],
    "mirror_pytorch": ["", "https://m.example/whl"],
    "mirror_registry": ["", "m.example"],
}


@pytest.fixture(scope="session")
def plain(tmp_path_factory) -> list[tuple[dict, Path]]:
    """Pairwise answers to cookiecutter's own prompts, rendered without scaffold's plan."""
    from cookiecutter.generate import generate_context, generate_files
    from cookiecutter.prompt import prompt_for_config

    root, folder = tmp_path_factory.mktemp("plain"), template_folder()
    cases = []
    for number, row in enumerate(AllPairs(list(PLAIN.values()))):
        values = dict(zip(PLAIN, row, strict=True))
        extra = {**values, "name": f"case{number:03}"}
        context = generate_context(str(folder / "cookiecutter.json"), None, extra)
        context["cookiecutter"].update(prompt_for_config(context, no_input=True))
        cases.append(
            (values, Path(generate_files(str(folder), context, str(root), accept_hooks=False)))
        )
    return cases


def read_config(folder: Path) -> dict:
    return json5.loads((folder / CONFIG).read_text(encoding="utf-8"))


def failures(program: str, files: list[Path], *options: str) -> str:
    command = [str(BIN / program), *options, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode or done.stdout.strip() else ""


@pytest.mark.parametrize("fixture", ["rendered", "plain"])
def test_every_combination_is_clean_under_hadolint(fixture, request):
    cases = request.getfixturevalue(fixture)
    assert failures("hadolint", [folder / DOCKERFILE for _, folder in cases], "--no-color") == ""


@pytest.mark.parametrize("fixture", ["rendered", "plain"])
def test_every_combination_is_clean_under_shellcheck(fixture, request):
    cases = request.getfixturevalue(fixture)
    scripts = [folder / name for _, folder in cases for name in (POST_CREATE, SHARED)]
    assert failures("shellcheck", [one for one in scripts if one.exists()]) == ""


@pytest.mark.parametrize("fixture", ["rendered", "plain"])
def test_every_combination_keeps_the_rules_of_devcontainer_json(fixture, request):
    for values, folder in request.getfixturevalue(fixture):
        assert not list(faults(read_config(folder))), values


def test_build_takes_layers_from_a_registry_and_can_serve_them(rendered):
    for values, folder in rendered:
        build = read_config(folder)["build"]
        named = list(values["cache_from"])
        assert build.get("cacheFrom", []) == named, values
        assert build.get("args", {}) == ({"BUILDKIT_INLINE_CACHE": "1"} if named else {}), values


def test_shared_models_have_a_folder_in_the_image_and_a_script_at_each_start(rendered):
    for values, folder in rendered:
        shared = bool(values["shared_cache"])
        assert (folder / SHARED).exists() == shared, values
        started = read_config(folder).get("postStartCommand", "")
        assert started.startswith("sh .devcontainer/shared-cache.sh") == shared, values
        assert ("jupyter lab" in started) == (values["jupyter"] and "8888" in started), values
        dockerfile = (folder / DOCKERFILE).read_text(encoding="utf-8")
        assert ("--mode=1777 /opt/shared-cache/users" in dockerfile) == shared, values


@pytest.mark.parametrize("fixture", ["rendered", "plain"])
def test_no_combination_asks_for_gpus_twice(fixture, request):
    for values, folder in request.getfixturevalue(fixture):
        config = read_config(folder)
        by_run = [
            arg
            for arg in config.get("runArgs", ())
            if arg.startswith(("--gpus", "--device", "--runtime"))
        ]
        by_requirement = "hostRequirements" in config
        assert not (by_run and by_requirement), values


@pytest.mark.parametrize("fixture", ["rendered", "plain"])
def test_no_combination_leaves_a_trace_of_the_template(fixture, request):
    for values, folder in request.getfixturevalue(fixture):
        for path in (CONFIG, DOCKERFILE, POST_CREATE, ".dockerignore"):
            text = (folder / path).read_text(encoding="utf-8")
            assert "{%" not in text, values
            assert "\n\n\n" not in text, (values, path, text)
            assert not text.startswith("\n"), (values, path)
            assert not any(line != line.rstrip() for line in text.splitlines()), (values, path)


def test_every_copied_file_is_a_dependency_list(rendered):
    for values, folder in rendered:
        lines = (folder / DOCKERFILE).read_text().splitlines()
        copied = {word for line in lines if line.startswith("COPY ") for word in line.split()[1:]}
        named = {word for word in copied if not word.startswith(("--", "./", "/usr", "/bin"))}
        assert named <= set(FILES[values["package_manager"]]), values


def test_scripts_are_executable_and_the_rest_is_not():
    files = render(plan_of())
    assert {path for path, file in files.items() if file.mode == 0o755} == {POST_CREATE}
    assert set(files) == {CONFIG, DOCKERFILE, POST_CREATE, CHECK, ".dockerignore"}


HOSTILE = st.lists(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from([*"{}%#$'\"\\`\n-/*ü\u2028", "{{ 7 * 7 }}", "{% raw %}", "${x}", "{#"]),
    ),
    min_size=1,
).map("".join)


@settings(max_examples=25)
@given(HOSTILE)
def test_any_name_comes_through_unchanged(name):
    config = json5.loads(render(plan_of(name=name))[CONFIG].content.decode())
    assert config["name"] == name


MOUNTABLE = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters=',"'))


@settings(max_examples=25)
@given(MOUNTABLE)
def test_any_printable_path_comes_through_unchanged(text):
    mount = Mount(f"/data {{{{x}}}} {text}", "/in")
    config = json5.loads(render(plan_of(mounts=(mount,)))[CONFIG].content.decode())
    assert config["mounts"] == [f"type=bind,source={mount.source},target=/in"]


@settings(max_examples=25)
@given(HOSTILE)
def test_any_file_name_reaches_the_shell_as_one_word(name):
    late = f"{name}.txt"
    files = render(plan_of(project=replace(PROJECT, install_files=(f"a {late}",))))
    words = shlex.split(files[POST_CREATE].content.decode(), comments=True)
    # Rendering a text file turns every line end into the file's own, also inside a name.
    wanted = f"./a {late}".replace("\r\n", "\n").replace("\r", "\n")
    assert wanted in [word.replace("\r\n", "\n").replace("\r", "\n") for word in words]


def test_plain_cookiecutter_works_with_its_defaults(tmp_path):
    environment = {**os.environ, "HOME": str(tmp_path / "home")}
    command = [str(BIN / "cookiecutter"), str(template_folder()), "--no-input", "-o", str(tmp_path)]
    subprocess.run(command, env=environment, check=True)
    project = tmp_path / "ml-project"
    found = {path.relative_to(project).as_posix() for path in project.rglob("*") if path.is_file()}
    assert found == {CONFIG, DOCKERFILE, POST_CREATE, CHECK, ".dockerignore"}
    assert os.access(project / POST_CREATE, os.X_OK)
    assert read_config(project)["hostRequirements"] == {"gpu": "optional"}


def test_plain_cookiecutter_asks_the_same_questions():
    asked = set(json.loads((template_folder() / "cookiecutter.json").read_text()))
    # Only the resolver makes use of the driver and the GPU model; `advanced` is no answer. Of a
    # host plain cookiecutter knows nothing: its `workspace` says all that the files need.
    unasked = {"driver", "gpu_model", "advanced", "host", "files"}
    # A second configuration, another folder, Features and services need the repository's files.
    unasked |= {"config", "project_dir", "feature", "service"}
    # A lock is made by uv, and layers of a registry by a person who has one.
    unasked |= {"lock", "cache_from", "shared_cache"}
    wanted = {question.key for question in QUESTIONS} - unasked - {"mirror"}
    assert wanted <= asked
    assert {f"mirror_{kind}" for kind in Mirrors.__dataclass_fields__} <= asked


def test_the_prompts_offer_the_choices_of_init():
    asked = json.loads((template_folder() / "cookiecutter.json").read_text())
    for question in QUESTIONS:
        if question.choices and question.key != "files":
            names = {name for name, _ in question.choices}
            assert set(asked[question.key]) == names, question.key


def test_rendering_leaves_nothing_in_the_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".cookiecutterrc").write_text("default_context: {name: other}")
    assert render(plan_of()) == render(plan_of())
    assert [path.name for path in tmp_path.iterdir()] == [".cookiecutterrc"]


def test_the_template_is_found_in_an_installed_package(tmp_path, monkeypatch):
    package = tmp_path / "scaffold"
    shutil.copytree(template_folder(), package / template.TEMPLATE)
    monkeypatch.setattr(template, "_PACKAGE", package)
    assert template_folder() == package / template.TEMPLATE
    assert CONFIG in render(plan_of())


def verdict(tmp_path: Path, gpu: GpuNeed, inside: Inside) -> tuple[int, str]:
    """Run the post-create script with stand-ins for nvidia-smi and for PyTorch."""
    folder = tmp_path / "project" / ".devcontainer"
    folder.mkdir(parents=True)
    files = render(plan_of(gpu=gpu, project=ProjectFacts(), resolution=RESOLUTION))
    for path, file in files.items():
        (tmp_path / "project" / path).write_bytes(file.content)
    done = subprocess.run(
        ["sh", str(folder / "post-create.sh")],
        env=programs(tmp_path / "bin", inside),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


A100 = (Card("NVIDIA A100", "8.0"), Card("NVIDIA A100", "8.0"))
SEES = Inside(A100[:1], torch={"version": "2.8.0"})
BLIND = Inside(A100, torch={"unavailable": "No CUDA GPUs are available"})
WRONG = Inside(A100[:1], torch={"version": "2.8.0", "wrong": 0})
ABSENT = Inside(torch={"unavailable": "Found no NVIDIA driver on your system"})


@pytest.mark.parametrize(
    ("gpu", "inside", "says"),
    [
        (GpuNeed.REQUIRED, SEES, "GPU ok: PyTorch 2.8.0 (CUDA 12.6) computes on NVIDIA A100"),
        (GpuNeed.REQUIRED, BLIND, "finds no GPU that it can use"),
        (GpuNeed.REQUIRED, ABSENT, "A GPU IS REQUIRED HERE"),
        (GpuNeed.REQUIRED, WRONG, "computes wrongly on GPU 0"),
        (GpuNeed.OPTIONAL, SEES, "GPU ok: PyTorch"),
        (GpuNeed.OPTIONAL, ABSENT, "the container works without"),
        (GpuNeed.NONE, ABSENT, ""),
    ],
)
def test_the_verdict_is_readable(tmp_path, gpu, inside, says):
    code, text = verdict(tmp_path, gpu, inside)
    assert code == 0, text
    assert says in text


def test_a_project_is_installed_without_replacing_its_framework():
    project = replace(PROJECT, installable=True)
    files = render(plan_of(project=project))
    dockerfile, script = (files[path].content.decode() for path in (DOCKERFILE, POST_CREATE))
    assert 'UV_INDEX="https://download.pytorch.org/whl/cu126"' in dockerfile
    assert dockerfile.index("cu126 torch==2.8.0") < dockerfile.index("COPY")
    assert "uv pip install torch==2.8.0 -r requirements.txt" in dockerfile
    assert "uv pip install torch==2.8.0 -e ." in script


LEFT_OUT = (
    LocalPath(path=".", where="requirements.txt:1", text="-e .", editable=True),
    LocalPath(path="lib", where="requirements.txt:5", text="./lib"),
    LocalPath(path="ext/[x]", where="requirements.txt:6", text="ext/[x]"),
    LocalPath(path="sub", where="base.txt:1", text="sub/"),
)


def test_lines_that_need_the_source_wait_for_it(tmp_path):
    kept = ["numpy", "-e git+https://example.org/x.git", "-r base.txt"]
    lines = ["-e .", *kept, "./lib", "ext/[x]  # ours"]
    (tmp_path / "requirements.txt").write_text("\n".join(lines))
    (tmp_path / "base.txt").write_text("sub/\nsub-package\n")
    project = replace(PROJECT, install_files=("requirements.txt", "base.txt"), local=LEFT_OUT)
    plan = plan_of(project=project)
    deleting = [text for text in commands(plan).splitlines() if text.startswith("sed ")]
    subprocess.run(["sh", "-c", " && ".join(deleting)], cwd=tmp_path, check=True)
    assert (tmp_path / "requirements.txt").read_text().split("\n")[:3] == kept
    assert (tmp_path / "base.txt").read_text() == "sub-package\n"
    assert "-e . ./lib './ext/[x]' ./sub" in tasks(plan)


PLAIN_PROJECT = replace(PROJECT, installable=True)


def test_a_plain_requirements_project_owns_little():
    files = render(
        plan_of(project=PLAIN_PROJECT, mounts=(Mount("c", "/home/dev/.cache", "volume"),))
    )
    lengths = {path: file.content.count(b"\n") for path, file in files.items()}
    assert lengths[DOCKERFILE] <= 48
    assert lengths[POST_CREATE] <= 12
    assert lengths[CHECK] <= 14
    dockerfile = files[DOCKERFILE].content.decode()
    assert not any(
        word in dockerfile for word in ("python -c", "find ", "sed ", "; do", "umask 0000")
    )
