"""Which layer installs what: the framework, then the project's dependencies."""

import re
import shlex

from scaffold.answers import Answers, GpuNeed, Stack
from scaffold.plan.model import InstallPlan, Recipe
from scaffold.project.facts import Framework, PackageManager, ProjectFacts
from scaffold.resolution import FrameworkBuild, Resolution

PYTORCH_INDEX = "https://download.pytorch.org/whl"

_COPYABLE = re.compile(r"(?!/)(?!.*\.\.(/|$))[\w.@+-][\w./@+-]*", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

VENDOR_STACKS = (
    *(Stack.PYTORCH_IMAGE, Stack.TENSORFLOW_IMAGE, Stack.NGC_IMAGE, Stack.JUPYTER_IMAGE),
)
"""Images that bring the framework in their own Python."""

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
    recipe = _recipe(manager, project.install_files)
    pixi = manager == PackageManager.PIXI and _has_manifest(project)
    followed = framework_is_followed(answers, project)
    build = None if followed else resolution.build
    copyable = _layer_files(recipe, project.install_files)
    lists = recipe in {"pip", "uv", "none"} and not pixi
    late = [path for path in project.install_files if path not in copyable] if lists else []
    return InstallPlan(
        manager=manager.value,
        framework=answers.framework.value,
        framework_reason=_framework_reason(resolution, followed),
        framework_arguments=shlex.join(build.requirements) if build else "",
        framework_index=_mirrored(build, answers.mirrors.pytorch) if build else "",
        framework_names=_framework_names(answers, build),
        recipe=recipe if copyable else "none",
        files=copyable,
        requirement_arguments=_requirement_arguments(recipe, copyable),
        late_arguments=_requirement_arguments("pip", tuple(late)),
        reads_pyproject=recipe == "pip" and "pyproject.toml" in copyable,
        locked=any(re.search(r"(\.lock|-lock\.ya?ml)$", path) for path in copyable),
        installable=project.installable,
        pixi=pixi,
        cuda=(resolution.cuda or "") if answers.gpu != GpuNeed.NONE else "",
        pip_index=answers.mirrors.pip,
        conda_alias=answers.mirrors.conda,
        jupyter=answers.jupyter,
    )


def framework_is_followed(answers: Answers, project: ProjectFacts) -> bool:
    """Whether the project's own lock or environment file already decides the framework."""
    lock = OWN_LOCKS.get(answers.package_manager)
    if lock is None or project.framework != answers.framework:
        return False
    if lock:
        return lock in project.install_files
    return _recipe(answers.package_manager, project.install_files) == "conda" or (
        answers.package_manager == PackageManager.PIXI and _has_manifest(project)
    )


def _recipe(manager: PackageManager, files: tuple[str, ...]) -> Recipe:
    """Fall back to pip where the manager's own files are missing."""
    if manager == PackageManager.UV:
        return "uv-lock" if {"uv.lock", "pyproject.toml"} <= set(files) else "uv"
    if manager == PackageManager.CONDA and any(path.endswith((".yml", ".yaml")) for path in files):
        return "conda"
    if manager == PackageManager.PIPENV and "Pipfile" in files:
        return "pipenv"
    if "pyproject.toml" in files and manager == PackageManager.POETRY:
        return "poetry"
    if "pyproject.toml" in files and manager == PackageManager.PDM:
        return "pdm"
    return "pip" if manager != PackageManager.PIXI else "none"


def _has_manifest(project: ProjectFacts) -> bool:
    return bool({"pixi.toml", "pyproject.toml"} & set(project.install_files))


def _layer_files(recipe: Recipe, files: tuple[str, ...]) -> tuple[str, ...]:
    """The files that a recipe can use before the source is there, with names to copy by."""
    if recipe == "none":
        return ()
    copyable = tuple(path for path in files if _COPYABLE.fullmatch(path))
    if recipe not in {"pip", "uv"}:
        return copyable
    # setup.py and setup.cfg tell their dependencies only with the source beside them.
    return tuple(path for path in copyable if path.endswith((".txt", ".in", "pyproject.toml")))


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
