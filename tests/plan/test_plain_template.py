"""Plain cookiecutter and `scaffold init` write the same files for the same answers."""

import json
from pathlib import Path

import pytest
from allpairspy import AllPairs

from scaffold.adapters.devcontainer.template import RenderedFile, render, template_folder
from scaffold.answers.choices import GpuNeed, Installer, Stack
from scaffold.answers.model import Answers, Mirrors, Mount
from scaffold.facts import HostFacts
from scaffold.plan import make_plan
from scaffold.project.facts import PackageManager, ProjectFacts
from scaffold.project.framework import Framework
from scaffold.project.framework_table import BY_FRAMEWORK
from scaffold.resolver.resolution import FrameworkBuild, Resolution
from tests.plan.planning import UNKNOWN
from tools.template_tables import content, image_of

FILES = {
    "pip": "requirements.txt, constraints.txt, pyproject.toml",
    "uv": "pyproject.toml, uv.lock",
    "conda": "environment.yml",
    "poetry": "pyproject.toml, poetry.lock",
    "pdm": "pyproject.toml",
    "pipenv": "Pipfile, Pipfile.lock",
    "hatch": "pyproject.toml",
    "pixi": "pixi.toml, pixi.lock",
}
CHOICES = {
    "package_manager": list(PackageManager),
    "stack": list(Stack),
    "image": ["", "registry.example.com/team/ml:1"],
    "listed": [True, False],
    "framework": list(Framework),
    "gpu": list(GpuNeed),
    "gpus": ["all", "2", "device=0,1", "MIG-1"],
    "python": ["3.12", "3.10"],
    "installer": list(Installer),
    "installable": [True, False],
    "nvcc": [True, False],
    "jupyter": [True, False],
    "user": ["dev", "root"],
    "mirrors": [False, True],
    "mounts": [False, True],
    "workspace": ["", "/srv/project", "source"],
    "shm": ["8g", "host", ""],
}
MIRRORS = Mirrors(
    apt="https://m.example",
    pip="https://m.example/simple",
    pytorch="http://M.example:8080/whl",
    conda="https://m.example/conda",
    registry="m.example/hub",
)


def by_cookiecutter(values: dict, folder: Path) -> dict[str, bytes]:
    """What plain cookiecutter writes, by path."""
    from cookiecutter.generate import generate_context, generate_files
    from cookiecutter.prompt import prompt_for_config

    mirrors = MIRRORS if values["mirrors"] else Mirrors()
    extra = {
        key: str(values[key])
        for key in (
            "package_manager",
            "stack",
            "framework",
            "gpu",
            "gpus",
            "python",
            "installer",
            "image",
        )
    }
    extra |= {key: values[key] for key in ("installable", "nvcc", "jupyter")}
    extra |= {key: values[key] for key in ("user", "workspace", "shm")}
    extra |= {
        f"mirror_{kind}": getattr(mirrors, kind) for kind in ("apt", "pip", "pytorch", "conda")
    }
    extra |= {"mirror_registry": mirrors.registry, "name": "project", "apt": "ffmpeg"}
    extra["dependency_files"] = FILES[values["package_manager"]] if values["listed"] else ""
    extra["mount"] = "models:/models, /d:/d:ro" if values["mounts"] else ""
    context = generate_context(str(template_folder() / "cookiecutter.json"), None, extra)
    context["cookiecutter"].update(prompt_for_config(context, no_input=True))
    root = Path(generate_files(str(template_folder()), context, str(folder), accept_hooks=False))
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


def by_init(values: dict) -> dict[str, RenderedFile]:
    """What `scaffold init` writes for the same answers."""
    framework, stack = values["framework"], values["stack"]
    found = image_of(stack, values["python"], nvcc=values["nvcc"])
    build = None
    own = values["image"]
    if framework is not Framework.NONE and (own or stack in {Stack.PYTHON, Stack.CUDA}):
        with_gpu = values["gpu"] is not GpuNeed.NONE
        row = BY_FRAMEWORK[framework]
        name = (row.with_gpu if with_gpu else row.without_gpu) + row.oldest
        cpu = framework is Framework.PYTORCH and not with_gpu
        index = "https://download.pytorch.org/whl/cpu" if cpu else None
        build = FrameworkBuild(
            framework=framework,
            version="",
            variant="",
            cuda=None,
            requirements=(name,),
            index_url=index,
        )
    resolution = Resolution(
        image=own or found.image,
        image_source="",
        python=values["python"] if own else found.python,
        image_has_python=found.image_has_python and not own,
        cuda=None if own else found.cuda or "12.6",
        build=build,
        base=UNKNOWN if own else None,
    )
    manager = values["package_manager"]
    listed = tuple(FILES[manager].split(", ")) if values["listed"] else ()
    project = ProjectFacts(
        framework=framework, install_files=listed, installable=values["installable"]
    )
    answers = Answers(
        name="project",
        gpu=values["gpu"],
        gpus=values["gpus"],
        stack=stack,
        framework=framework,
        package_manager=manager,
        nvcc=values["nvcc"],
        mounts=(Mount("models", "/models", "volume"), Mount("/d", "/d", read_only=True))
        if values["mounts"]
        else (),
        shm=values["shm"],
        user=values["user"],
        mirrors=MIRRORS if values["mirrors"] else Mirrors(),
        extensions=("ms-python.python",),
        jupyter=values["jupyter"],
        workspace=values["workspace"],
        installer=values["installer"],
        apt=("ffmpeg",),
    )
    return render(make_plan(answers, resolution, project, HostFacts()))


def combinations() -> list[dict]:
    return [dict(zip(CHOICES, row, strict=True)) for row in AllPairs(list(CHOICES.values()))]


def test_both_paths_write_the_same_files(tmp_path):
    for number, values in enumerate(combinations()):
        plain = by_cookiecutter(values, tmp_path / str(number))
        own = {path: file.content for path, file in by_init(values).items()}
        assert set(plain) == set(own), values
        for path, text in own.items():
            assert plain[path].decode() == text.decode(), (values, path)


def test_the_tables_are_those_of_the_product():
    stored = (template_folder() / "templates" / "tables.jinja").read_text(encoding="utf-8")
    assert stored == content(), "make docs"


@pytest.mark.parametrize("key", ["stack", "package_manager", "framework", "installer"])
def test_every_choice_of_the_prompts_is_compared(key):
    asked = json.loads((template_folder() / "cookiecutter.json").read_text())
    assert {str(choice) for choice in CHOICES[key]} == set(asked[key])
