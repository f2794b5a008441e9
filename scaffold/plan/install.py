"""Which layer installs what: the framework, then the project's dependencies."""

import re
import shlex
from typing import Literal

from scaffold.answers.model import Answers, GpuNeed, Stack
from scaffold.plan.model import CONDA_ENVIRONMENT, ENVIRONMENT, InstallPlan, Recipe
from scaffold.project.facts import Framework, PackageManager, ProjectFacts
from scaffold.resolver.resolution import FrameworkBuild, Resolution

PYTORCH_INDEX = "https://download.pytorch.org/whl"

# Newest on PyPI in November 2026. Pinned, so that the same commit builds the same image.
TOOLS = {
    "uv": "uv==0.13.9",
    "poetry": "poetry==2.5.1",
    "pdm": "pdm==2.29.4",
    "pipenv": "pipenv==2026.10.3",
    "hatch": "hatch==1.18.2",
}

OWN_RECIPES: tuple[tuple[PackageManager, Recipe, set[str]], ...] = (
    (PackageManager.UV, "uv-lock", {"uv.lock", "pyproject.toml"}),
    (PackageManager.PIPENV, "pipenv", {"Pipfile"}),
    (PackageManager.POETRY, "poetry", {"pyproject.toml"}),
    (PackageManager.PDM, "pdm", {"pyproject.toml"}),
)
"""The managers that install by themselves, where these files are there."""

_COPYABLE = re.compile(r"(?!/)(?!.*\.\.(/|$))[\w.@+-][\w./@+-]*", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

VENDOR_STACKS = (
    *(Stack.PYTORCH_IMAGE, Stack.TENSORFLOW_IMAGE, Stack.NGC_IMAGE, Stack.JUPYTER_IMAGE),
)
"""Images that bring the framework in their own Python."""

DISTRIBUTION_PYTHON = {
    "ubuntu20.04": "3.8",
    "ubuntu22.04": "3.10",
    "ubuntu24.04": "3.12",
    "bookworm": "3.11",
    "trixie": "3.13",
}
"""packages.ubuntu.com and packages.debian.org, package python3."""

DISTRIBUTIONS = {
    Framework.PYTORCH: ("torch", "torchvision", "torchaudio"),
    Framework.TENSORFLOW: ("tensorflow",),
    Framework.JAX: ("jax", "jaxlib"),
    Framework.NONE: (),
}

OWN_LOCKS = {
    PackageManager.UV: "uv.lock",
    PackageManager.CONDA: "",
    PackageManager.POETRY: "pyproject.toml",
    PackageManager.PDM: "pyproject.toml",
    PackageManager.PIPENV: "Pipfile",
    PackageManager.PIXI: "",
}
"""The file with which a manager decides every version itself, the framework's too."""


def plan_install(answers: Answers, resolution: Resolution, project: ProjectFacts) -> InstallPlan:
    """Choose the recipe and what stands in it."""
    manager = answers.package_manager
    usable = _copyable(project)
    # uv does not see the packages of the system below an environment, pip does.
    installer: Literal["pip", "uv"] = (
        "uv" if manager == PackageManager.UV and answers.stack not in VENDOR_STACKS else "pip"
    )
    recipe = _recipe(manager, usable)
    recipe = "pip" if recipe == "uv" and installer == "pip" else recipe
    pixi = manager == PackageManager.PIXI and _has_manifest(project)
    followed = framework_is_followed(answers, project)
    build = None if followed else resolution.build
    copyable = _layer_files(recipe, usable)
    odd = () if pixi else tuple(path for path in project.install_files if path not in usable)
    tools = _tools(manager, resolution, recipe)
    return InstallPlan(
        manager=manager.value,
        installer=installer,
        tools=tools,
        tool_arguments=shlex.join(TOOLS[tool] for tool in tools),
        environment=CONDA_ENVIRONMENT if recipe == "conda" else ENVIRONMENT,
        framework=answers.framework.value,
        framework_reason=_framework_reason(resolution, followed),
        framework_arguments=shlex.join(build.requirements) if build else "",
        framework_index=_mirrored(build, answers.mirrors.pytorch) if build else "",
        framework_names=_framework_names(answers, build),
        recipe=recipe,
        files=copyable,
        requirement_arguments=_requirement_arguments(recipe, copyable),
        late_arguments=_requirement_arguments("pip", odd),
        reads_pyproject=recipe == "pip" and "pyproject.toml" in copyable,
        locked=any(re.search(r"(\.lock|-lock\.ya?ml)$", path) for path in copyable),
        installable=project.installable,
        pixi=pixi,
        cuda=(resolution.cuda or "") if answers.gpu != GpuNeed.NONE else "",
        conda_alias=answers.mirrors.conda,
        jupyter=answers.jupyter,
    )


def python_is_fetched(resolution: Resolution) -> bool:
    """Whether neither the image nor its distribution has the Python that was chosen."""
    return not resolution.image_has_python and not distribution_fits(resolution)


def distribution_fits(resolution: Resolution) -> bool:
    """Whether the python3 package of the image's distribution is the Python that was chosen."""
    release = ".".join(resolution.python.split(".")[:2])
    image = resolution.image.replace("ubuntu:", "ubuntu")
    return any(
        name in image and version == release for name, version in DISTRIBUTION_PYTHON.items()
    )


def _tools(manager: PackageManager, resolution: Resolution, recipe: Recipe) -> tuple[str, ...]:
    if recipe == "conda":
        return ()
    wanted = ["uv"] if python_is_fetched(resolution) else []
    wanted += [manager.value] if manager.value in TOOLS else []
    return tuple(dict.fromkeys(wanted))


def framework_is_followed(answers: Answers, project: ProjectFacts) -> bool:
    """Whether the project's own lock or environment file already decides the framework."""
    files = _copyable(project)
    lock = OWN_LOCKS.get(answers.package_manager)
    if lock is None or project.framework != answers.framework:
        return False
    if lock:
        return lock in files
    return _recipe(answers.package_manager, files) == "conda" or (
        answers.package_manager == PackageManager.PIXI and _has_manifest(project)
    )


def _copyable(project: ProjectFacts) -> tuple[str, ...]:
    return tuple(path for path in project.install_files if _COPYABLE.fullmatch(path))


def _recipe(manager: PackageManager, files: tuple[str, ...]) -> Recipe:
    """Fall back to pip where the manager's own files are missing."""
    for owner, recipe, needed in OWN_RECIPES:
        if manager == owner and needed <= set(files):
            return recipe
    if manager == PackageManager.CONDA and any(path.endswith((".yml", ".yaml")) for path in files):
        return "conda"
    if manager == PackageManager.PIXI or not any(_lists_packages(path) for path in files):
        return "none"
    return "uv" if manager == PackageManager.UV else "pip"


def _lists_packages(path: str) -> bool:
    """Whether pip and uv can install from a file before the source is there.

    setup.py and setup.cfg tell their dependencies only with the source beside them, and a
    constraints file asks for nothing.
    """
    return path == "pyproject.toml" or (
        path.endswith((".txt", ".in")) and "constraint" not in path.lower()
    )


def _has_manifest(project: ProjectFacts) -> bool:
    return bool({"pixi.toml", "pyproject.toml"} & set(project.install_files))


def _layer_files(recipe: Recipe, files: tuple[str, ...]) -> tuple[str, ...]:
    if recipe == "none":
        return ()
    if recipe not in {"pip", "uv"}:
        return files
    return tuple(path for path in files if path.endswith((".txt", ".in", "pyproject.toml")))


def _requirement_arguments(recipe: Recipe, files: tuple[str, ...]) -> str:
    """`-r FILE` for every list, `-c FILE` for constraints; conda takes `-f FILE`."""
    words: list[str] = []
    for path in files:
        # A leading dash would be read as an option.
        name = f"./{path}" if path.startswith("-") else path
        if recipe == "conda" and path.endswith((".yml", ".yaml")):
            words += ["-f", name]
        elif recipe in {"pip", "uv"} and path.endswith((".txt", ".in")):
            words += ["-c" if "constraint" in path.lower() else "-r", name]
        elif recipe == "uv" and path == "pyproject.toml":
            words += ["-r", name]
    return shlex.join(words)


def _mirrored(build: FrameworkBuild, mirror: str) -> str:
    index = build.index_url or ""
    if mirror and index.startswith(PYTORCH_INDEX):
        return mirror.rstrip("/") + index.removeprefix(PYTORCH_INDEX)
    return index


def _framework_names(answers: Answers, build: FrameworkBuild | None) -> tuple[str, ...]:
    if build is None and answers.stack not in VENDOR_STACKS:
        return ()
    asked = (
        [match[0] for text in build.requirements if (match := _NAME.match(text))] if build else []
    )
    return tuple(dict.fromkeys((*asked, *DISTRIBUTIONS[answers.framework])))


def _framework_reason(resolution: Resolution, followed: bool) -> str:
    if followed:
        return "the project's own files decide the framework's build"
    for decision in resolution.decisions:
        if resolution.build and resolution.build.version in decision.chosen:
            return one_line(decision.because)
    return ""


def one_line(text: str) -> str:
    """Text for a comment: what could end the comment's line is blanked."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
