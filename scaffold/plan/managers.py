"""One row for each package manager: what it needs, and its commands in image and container."""

from collections.abc import Iterable
from typing import Literal

from scaffold.answers.choices import Installer, Stack
from scaffold.answers.model import Answers
from scaffold.parsing.untrusted.numbers import leading_version
from scaffold.project.facts import PackageManager
from scaffold.records import dataclass
from scaffold.resolver.resolution import Resolution

Recipe = Literal["none", "pip", "uv-lock", "conda", "poetry", "pdm", "pipenv", "pixi"]
"""How the dependencies are installed. `pip` is any list that pip or uv can install."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manager:
    """How one package manager installs a project.

    `tool` is its distribution and release on PyPI, `beside` a bound of one of its dependencies,
    `tool_python` the oldest Python of that release; `tool_image` holds its program at
    `tool_program`. Without the files in `needs` pip or uv installs the project's lists.
    `decides` says that its own files choose the framework's build.

    Commands name their options in braces: `{at}` for a project in a subfolder, `{local}` to
    leave local code out, `{extras}`, `{groups}` and `{prefix}` of the environment.
    `locked` and `free` are the verbs with and without a lock file. `mirror` is the variable
    that names a mirror of the package index, where the manager does not read pip's.
    """

    name: PackageManager
    recipe: Recipe = "pip"
    tool: str = ""
    beside: str = ""
    tool_python: tuple[int, int] = (3, 8)
    tool_image: str = ""
    tool_program: str = ""
    needs: frozenset[str] = frozenset()
    decides: bool = False
    cache: str = ""
    image: str = ""
    local: str = ""
    post: str = ""
    locked: str = ""
    free: str = ""
    at: str = ""
    extras: str = ""
    groups: str = ""
    mirror: str = ""


# Newest on PyPI in November 2026. Pinned, so that the same commit builds the same image.
MANAGERS: tuple[Manager, ...] = (
    Manager(name=PackageManager.PIP),
    Manager(
        name=PackageManager.UV,
        recipe="uv-lock",
        tool="uv==0.13.9",
        needs=frozenset({"uv.lock", "pyproject.toml"}),
        decides=True,
        cache="uv",
        # --inexact keeps what other layers installed.
        image="uv sync{at} --frozen --inexact --no-install-{local}{extras}{groups}",
        local="local",
        post="uv sync{at} --frozen --inexact{extras}{groups}",
        at=" --project {}",
        extras=" --extra {}",
        groups=" --group {}",
    ),
    Manager(
        name=PackageManager.CONDA,
        recipe="conda",
        # Tags seen in public Dockerfiles; both images hold one static program.
        tool_image="mambaorg/micromamba:2.9.0",
        tool_program="/bin/micromamba",
        decides=True,
        cache="mamba",
    ),
    Manager(
        name=PackageManager.POETRY,
        recipe="poetry",
        tool="poetry==2.5.1",
        tool_python=(3, 10),
        needs=frozenset({"pyproject.toml"}),
        decides=True,
        cache="pypoetry",
        image="poetry{at} install --no-interaction --no-root{local}{extras}{groups}",
        local=" --no-directory",
        post="poetry{at} install --no-interaction{extras}{groups}",
        at=" --project {}",
        extras=" --extras {}",
        groups=" --with {}",
    ),
    Manager(
        name=PackageManager.PDM,
        recipe="pdm",
        tool="pdm==2.29.4",
        # pdm 2.29.4 asks for hishel>=1.4 and fails with 2.0 at its first request.
        beside="hishel<2",
        tool_python=(3, 10),
        needs=frozenset({"pyproject.toml"}),
        decides=True,
        cache="pdm",
        mirror="PDM_PYPI_URL",
        image="pdm {verb}{at} --no-self{extras}{groups}",
        post="pdm {verb}{at}{extras}{groups}",
        locked="sync",
        free="install",
        at=" --project {}",
        extras=" --group {}",
        groups=" --group {}",
    ),
    Manager(
        name=PackageManager.PIPENV,
        recipe="pipenv",
        tool="pipenv==2026.10.3",
        tool_python=(3, 10),
        needs=frozenset({"Pipfile"}),
        decides=True,
        cache="pipenv",
        mirror="PIPENV_PYPI_MIRROR",
        image="{at}pipenv {verb} --dev",
        post="{at}pipenv {verb} --dev",
        locked="sync",
        free="install",
        at="PIPENV_PIPFILE={}/Pipfile ",
    ),
    Manager(
        name=PackageManager.HATCH,
        tool="hatch==1.18.2",
        tool_python=(3, 10),
    ),
    Manager(
        name=PackageManager.PIXI,
        recipe="pixi",
        tool_image="ghcr.io/prefix-dev/pixi:0.78.0",
        tool_program="/usr/local/bin/pixi",
        decides=True,
    ),
)

UV = next(row for row in MANAGERS if row.name is PackageManager.UV)


def manager_row(name: PackageManager) -> Manager:
    """The row of a package manager."""
    return next(row for row in MANAGERS if row.name is name)


def recipe_of(row: Manager, files: Iterable[str], base: str) -> Recipe:
    """The manager's own recipe where its files are there, else pip's where there are lists."""
    found = set(files)
    if row.recipe == "conda" and any(path.endswith((".yml", ".yaml")) for path in found):
        return "conda"
    if row.recipe == "pixi":
        manifests = {f"{base}/{name}" if base else name for name in ("pixi.toml", "pyproject.toml")}
        return "pixi" if manifests & found else "pip"
    needed = {f"{base}/{name}" if base else name for name in row.needs}
    if needed and needed <= found:
        return row.recipe
    return "pip"


def release_of(python: str) -> tuple[int, ...]:
    """The release X.Y of a Python as numbers; the one that is chosen most if it is unknown."""
    return (leading_version(python) or (3, 12))[:2]


VENDOR_STACKS = (
    *(Stack.PYTORCH_IMAGE, Stack.TENSORFLOW_IMAGE, Stack.NGC_IMAGE, Stack.JUPYTER_IMAGE),
)
"""Images that bring the framework in their own Python."""


def may_use_uv(answers: Answers, resolution: Resolution, recipe: Recipe) -> bool:
    """Whether uv replaces pip, if it can read the lists.

    uv does not see the packages of the system below an environment, pip does; and it runs on
    no Python before 3.8.
    """
    if holds_packages(answers, resolution) or recipe == "conda":
        return False
    return answers.installer is Installer.UV and release_of(resolution.python) >= UV.tool_python


def holds_packages(answers: Answers, resolution: Resolution) -> bool:
    """Whether packages of the image stay visible: a vendor's, or the user's own."""
    if resolution.base:
        return resolution.base.holds
    return answers.stack in VENDOR_STACKS


def is_list(path: str) -> bool:
    """Whether pip reads the file as requirements or constraints."""
    return path.endswith((".txt", ".in"))


def is_pyproject(path: str) -> bool:
    """Whether the file is a pyproject.toml, of the root or of a folder."""
    return path.rpartition("/")[2] == "pyproject.toml"
