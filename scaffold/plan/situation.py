"""What the layers and the tasks are made from: the choices that follow from answers and facts."""

import re
import shlex

from scaffold.answers.model import Answers
from scaffold.facts import HostFacts
from scaffold.plan.left_out import LeftOut, file_of, left_out_lines
from scaffold.plan.managers import (
    UV,
    Manager,
    Recipe,
    holds_packages,
    is_list,
    is_pyproject,
    manager_row,
    may_use_uv,
    recipe_of,
    release_of,
)
from scaffold.plan.model import CONDA_ENVIRONMENT, DEPENDENCIES, ENVIRONMENT, PythonSource
from scaffold.project.facts import LocalPath, ProjectFacts
from scaffold.project.framework import Framework
from scaffold.project.framework_table import BY_FRAMEWORK, ROWS
from scaffold.records import dataclass
from scaffold.resolver.resolution import FrameworkBuild, Resolution

DISTRIBUTION_PYTHON = {
    "ubuntu20.04": "3.8",
    "ubuntu22.04": "3.10",
    "ubuntu24.04": "3.12",
    "bookworm": "3.11",
    "trixie": "3.13",
}
"""packages.ubuntu.com and packages.debian.org, package python3."""

KEPT = {row.framework: row.kept for row in ROWS} | {Framework.NONE: ()}
"""Packages of a vendor's image that later layers must not replace."""

PYTORCH_INDEX = BY_FRAMEWORK[Framework.PYTORCH].own_index

CONSTRAINTS = f"{DEPENDENCIES}/constraints.txt"
"""The releases that a vendor's image brings, which later layers must not replace."""

_COPYABLE = re.compile(r"(?!/)(?!.*\.\.(/|$))[\w.@+-][\w./@+-]*", re.ASCII)

_FOR_BOTH = ("--find-links=", "--extra-index-url=")


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One project on one host, with what follows at once.

    `build` is None if the project's own files decide the framework, or there is none.
    `files` can be copied into an image, `odd` ones only be read in the container.
    """

    answers: Answers
    resolution: Resolution
    project: ProjectFacts
    host: HostFacts
    row: Manager
    recipe: Recipe
    uses_uv: bool
    build: FrameworkBuild | None
    followed: bool
    files: tuple[str, ...]
    odd: tuple[str, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def vendor(self) -> bool:
        """Whether the image's packages are used, the framework among them or not."""
        return holds_packages(self.answers, self.resolution)

    @property
    def holds_framework(self) -> bool:
        """Whether the image brings the framework, which stays as it is."""
        base = self.resolution.base
        return self.vendor and (base is None or base.framework is self.answers.framework)

    @property
    def environment(self) -> str:
        """Where the project's packages live."""
        return CONDA_ENVIRONMENT if self.recipe == "conda" else ENVIRONMENT

    @property
    def python_source(self) -> PythonSource:
        """Who brings Python."""
        if self.recipe == "conda" or self.makes_environment:
            return "conda"
        if self.resolution.image_has_python:
            return "image"
        return "distribution" if distribution_fits(self.resolution) else "uv"

    @property
    def makes_environment(self) -> bool:
        """Whether pixi's own environment is the only one: nothing is installed beside it."""
        return self.recipe == "pixi" and self.build is None

    @property
    def copies_uv(self) -> bool:
        """Whether uv comes from its own image: no Python runs it, or none that is known."""
        base = self.resolution.base
        if base is None or self.python_source != "uv":
            return False
        packaged = DISTRIBUTION_PYTHON.get(base.distro, "")
        return not packaged or release_of(packaged) < UV.tool_python

    @property
    def locked(self) -> bool:
        """Whether one of the files is a lock."""
        return any(
            re.search(r"(\.lock|-lock\.ya?ml)$", path) for path in self.project.install_files
        )

    @property
    def names_code(self) -> bool:
        """Whether the manager's own files name code of the repository as a dependency."""
        return any(self._managed(one) for one in self.project.local)

    @property
    def inseparable(self) -> bool:
        """Whether these files name it in a form that no copy of them can do without."""
        return any(self._managed(one) and not one.text for one in self.project.local)

    def _managed(self, one: LocalPath) -> bool:
        return one.manager is self.row.name or is_pyproject(file_of(one.where))

    @property
    def install(self) -> str:
        """The command that installs packages into the environment."""
        # pip would compile everything at once, which takes most of its time; Python compiles
        # a module when it is imported first.
        return "uv pip install" if self.uses_uv else "python -m pip install --no-compile"

    @property
    def list_options(self) -> str:
        """What uv must be told to read lists as pip does; pip ignores options after a package."""
        told = (one for one in self.project.uv_options if self.uses_uv or one.startswith(_FOR_BOTH))
        return "".join(f" {shlex.quote(one)}" for one in told)

    @property
    def why_pip(self) -> str:
        """The line for which pip installs although uv was asked for; empty for none."""
        line, may = self.project.pip_only, may_use_uv(self.answers, self.resolution, self.recipe)
        if line is None or not may or not _needs_pip(self.project, self.recipe):
            return ""
        return one_line(f"pip installs, since uv refuses {line.reason}: {line.where}: {line.text}")

    @property
    def others(self) -> tuple[FrameworkBuild, ...]:
        """The builds of further frameworks in the same environment."""
        return self.resolution.others if self.build else ()

    @property
    def index(self) -> str:
        """The framework's own index, empty for the default one."""
        return self.index_of(self.build) if self.build else ""

    def index_of(self, build: FrameworkBuild) -> str:
        """The index of a build, as its mirror has it; empty for the default one."""
        url = build.index_url or ""
        mirror = self.answers.mirrors.pytorch
        if mirror and url.startswith(PYTORCH_INDEX):
            return mirror.rstrip("/") + url.removeprefix(PYTORCH_INDEX)
        return url

    @property
    def cache(self) -> str:
        """The folder that the installer keeps downloads in."""
        return "/root/.cache/uv" if self.uses_uv else "/root/.cache/pip"

    @property
    def kept(self) -> str:
        """Arguments by which later layers fail rather than replace the framework's build."""
        builds = (self.build, *self.others) if self.build else ()
        words = [text for build in builds for text in build.requirements]
        if self.holds_framework and KEPT[self.answers.framework]:
            words = ["--constraint", CONSTRAINTS]
        return "".join(f" {shlex.quote(word)}" for word in (*words, *self.caps))

    @property
    def caps(self) -> tuple[str, ...]:
        """Releases that are kept out of the project's lists; its own files decide elsewhere."""
        return self.resolution.caps if self.recipe in {"pip", "none"} else ()

    @property
    def compiles(self) -> bool:
        """Whether something is compiled against CUDA."""
        return any(one.compiles for one in self.project.isolated)


def situation_of(
    answers: Answers, resolution: Resolution, project: ProjectFacts, host: HostFacts
) -> Situation:
    """Choose recipe and installer, and sort the project's files and lines."""
    row = manager_row(answers.package_manager)
    files = tuple(path for path in project.install_files if _COPYABLE.fullmatch(path))
    recipe = recipe_of(row, files, project.base)
    followed = recipe == row.recipe and row.decides and project.framework == answers.framework
    build = None if followed else resolution.build
    copied = _layer_files(recipe, files, project)
    odd = tuple(path for path in project.install_files if path not in files)
    return Situation(
        answers=answers,
        resolution=resolution,
        project=project,
        host=host,
        row=row,
        recipe=recipe,
        uses_uv=may_use_uv(answers, resolution, recipe) and not _needs_pip(project, recipe),
        build=build,
        followed=followed,
        files=copied,
        odd=() if recipe == "pixi" else odd,
        left_out=left_out_lines(project, (build, *resolution.others) if build else (), copied),
    )


def distribution_fits(resolution: Resolution) -> bool:
    """Whether the python3 package of the image's distribution is the Python that was chosen."""
    release = ".".join(resolution.python.split(".")[:2])
    image = resolution.base.distro if resolution.base else ""
    image = image or resolution.image.replace("ubuntu:", "ubuntu")
    return any(
        name in image and version == release for name, version in DISTRIBUTION_PYTHON.items()
    )


def one_line(text: str) -> str:
    """Text for a comment: what could end the comment's line is blanked."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _needs_pip(project: ProjectFacts, recipe: Recipe) -> bool:
    return recipe == "pip" and project.pip_only is not None


def _layer_files(recipe: Recipe, files: tuple[str, ...], project: ProjectFacts) -> tuple[str, ...]:
    """The files that the image is built from."""
    if recipe == "pixi":
        return ()
    if recipe != "pip":
        needed = tuple(path for path in project.needed_files if _COPYABLE.fullmatch(path))
        return tuple(dict.fromkeys((*files, *needed)))
    return tuple(path for path in files if is_list(path) or is_pyproject(path))
