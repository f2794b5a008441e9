"""How each package manager installs the dependencies in a layer, and the project after."""

import shlex
from dataclasses import dataclass
from pathlib import PurePosixPath

from scaffold.answers import Answers
from scaffold.project.facts import PackageManager, ProjectFacts
from scaffold.resolution import Resolution

CONSTRAINTS = "/opt/venv/framework-constraints.txt"
"""Holds the framework build exactly as installed, so that no later step replaces it."""

READ_DEPENDENCIES = (
    "python -c 'from pip._vendor import tomli; "
    'project = tomli.load(open("pyproject.toml", "rb")).get("project", {}); '
    'print(*project.get("dependencies", []), sep="\\n")\' > /tmp/dependencies.txt'
)
"""pip installs a project or a list, never a project's dependencies alone; pip vendors tomli."""

TOOLS = {
    PackageManager.UV: "uv",
    PackageManager.POETRY: "poetry",
    PackageManager.PDM: "pdm",
    PackageManager.PIPENV: "pipenv",
}
"""Managers that are Python programs get an environment of their own, /opt/tools."""


@dataclass(frozen=True, slots=True)
class Install:
    """The dependency layer and what is left for the container's first start.

    `copies` are COPY instructions as (sources, folder); `dependencies` the command of the
    layer, empty for none; `project` the command of the post-create script. `tool` is a
    program to install first. `brings_framework` says that the layer installs the framework.
    """

    copies: tuple[tuple[tuple[str, ...], str], ...]
    dependencies: str
    project: str
    tool: str
    conda: bool
    brings_framework: bool


def install_steps(answers: Answers, resolution: Resolution, project: ProjectFacts) -> Install:
    """Choose the commands by package manager and by the files that the project has."""
    manager, files = answers.package_manager, project.install_files
    conda = manager in {PackageManager.CONDA, PackageManager.PIXI}
    dependencies = _dependencies(manager, files, resolution)
    return Install(
        copies=_copies(files) if dependencies else (),
        dependencies=dependencies,
        project=_project(manager, project, answers.nvcc, bool(dependencies)),
        tool=TOOLS.get(manager, ""),
        conda=conda,
        brings_framework=conda or bool(_lock(manager, files)),
    )


def _copies(files: tuple[str, ...]) -> tuple[tuple[tuple[str, ...], str], ...]:
    folders: dict[str, list[str]] = {}
    for path in files:
        parent = str(PurePosixPath(path).parent)
        folders.setdefault("./" if parent == "." else f"./{parent}/", []).append(path)
    return tuple((tuple(paths), folder) for folder, paths in folders.items())


def _named(files: tuple[str, ...], *endings: str) -> str:
    return next((path for path in files if path.endswith(endings)), "")


def _lock(manager: PackageManager, files: tuple[str, ...]) -> str:
    names = {
        PackageManager.UV: "uv.lock",
        PackageManager.POETRY: "poetry.lock",
        PackageManager.PDM: "pdm.lock",
        PackageManager.PIPENV: "Pipfile.lock",
    }
    name = names.get(manager)
    return name if name in files else ""


def _dependencies(
    manager: PackageManager, files: tuple[str, ...], resolution: Resolution
) -> str:
    if not files:
        return ""
    locked = bool(_lock(manager, files))
    commands = {
        PackageManager.CONDA: _conda(files, resolution),
        PackageManager.PIXI: "pixi install --frozen" if "pixi.lock" in files else "pixi install",
        PackageManager.POETRY: "poetry install --no-root --no-interaction",
        PackageManager.PDM: "pdm sync --no-self" if locked else "pdm install --no-self",
        PackageManager.PIPENV: "pipenv sync" if locked else "pipenv install --skip-lock",
        PackageManager.UV: "uv sync --frozen --no-install-project --inexact" if locked else "",
    }
    return commands.get(manager) or _from_lists(manager, files)


def _conda(files: tuple[str, ...], resolution: Resolution) -> str:
    environment = _named(files, ".yml", ".yaml")
    if not environment:
        return ""
    # The build has no GPU, so the solver is told which CUDA the host's driver allows.
    cuda = f"CONDA_OVERRIDE_CUDA={resolution.cuda} " if resolution.cuda else ""
    return f"{cuda}micromamba create --yes --prefix /opt/venv --file {shlex.quote(environment)}"


def _from_lists(manager: PackageManager, files: tuple[str, ...]) -> str:
    """Install from requirements files, or from the dependencies that pyproject.toml lists."""
    pip = "uv pip install" if manager is PackageManager.UV else "pip install"
    constraint = f"--constraint {CONSTRAINTS}"
    lists = [path for path in files if path.endswith((".txt", ".in"))]
    top = lists[:1]
    if top:
        return f"{pip} {constraint} --requirement {shlex.quote(top[0])}"
    if "pyproject.toml" not in files:
        return ""
    if manager is PackageManager.UV:
        return f"{pip} {constraint} --requirement pyproject.toml"
    return f"{READ_DEPENDENCIES} && {pip} {constraint} --requirement /tmp/dependencies.txt"


def _project(
    manager: PackageManager, project: ProjectFacts, nvcc: bool, dependencies_there: bool
) -> str:
    """The command that installs the project itself, editable, once its source is there."""
    if not project.installable:
        return ""
    if manager is PackageManager.UV and _lock(manager, project.install_files):
        return "uv sync --frozen --inexact"
    if manager is PackageManager.POETRY:
        return "poetry install --only-root --no-interaction"
    if manager is PackageManager.PDM:
        return "pdm install --no-default" if dependencies_there else "pdm install"
    if manager is PackageManager.PIXI:
        return ""
    pip = "uv pip install" if manager is PackageManager.UV else "pip install"
    # CUDA extensions import torch while they build, so they need this environment.
    isolation = " --no-build-isolation" if nvcc else ""
    no_deps = " --no-deps" if dependencies_there else f" --constraint {CONSTRAINTS}"
    return f"{pip}{isolation}{no_deps} --editable ."
