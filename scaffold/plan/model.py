"""The plan: what the template writes, grouped as the rendered files are."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

PythonSource = Literal["image", "distribution", "uv", "conda"]
"""Who brings Python: the image, its distribution's packages, a download by uv, or conda."""

Recipe = Literal["none", "pip", "uv", "uv-lock", "conda", "poetry", "pdm", "pipenv"]
"""How the dependency layer is built; each is one file in the template's `install` folder."""

ENVIRONMENT = "/opt/venv"
"""Where Python packages live in the container; outside the workspace, which hides the image."""

CONDA_ENVIRONMENT = "/opt/conda-envs/project"
"""Its parent belongs to the user: micromamba refuses a folder that is there already."""

DEPENDENCIES = "/opt/dependencies"
"""Where the image keeps the files that list the dependencies."""


@dataclass(frozen=True, slots=True)
class ImagePlan:
    """The base image and what it still lacks.

    `reason` is one line for a comment. `sees_system_packages` keeps the packages of a
    vendor's image visible in the project's environment. `env` are ENV instructions.
    `apt_mirror` replaces scheme and host of the distribution's own servers.
    """

    base: str
    reason: str
    python: str
    python_source: PythonSource
    sees_system_packages: bool
    apt: tuple[str, ...]
    apt_mirror: str
    env: tuple[tuple[str, str], ...]
    tool_image: str = ""
    root_at_start: bool = False


@dataclass(frozen=True, slots=True)
class InstallPlan:
    """What is installed, in which layer and by which tool.

    Every `…_arguments` is shell-quoted text for a command line. `framework_names` are the
    distributions that later layers must not replace. `installer` installs single packages.
    `files` are copied into the image before the dependencies are installed;
    `late_arguments` are those whose names a Dockerfile cannot carry, left to post-create.
    `cuda` is the release that conda is told of, since a build sees no GPU.
    `tools` are the programs that `tool_arguments` bring, apart from the project's
    `environment`.
    """

    manager: str
    installer: Literal["pip", "uv"]
    tools: tuple[str, ...]
    tool_arguments: str
    environment: str
    framework: str
    framework_reason: str
    framework_arguments: str
    framework_index: str
    framework_names: tuple[str, ...]
    recipe: Recipe
    files: tuple[str, ...]
    requirement_arguments: str
    late_arguments: str
    reads_pyproject: bool
    locked: bool
    installable: bool
    pixi: bool
    cuda: str
    conda_alias: str
    jupyter: bool


@dataclass(frozen=True, slots=True)
class UserPlan:
    """The login in the container. `directories` are made in the image and owned by it, so
    that empty volumes on them are, too. `update_uid` lets the editor adapt the ids.
    """

    name: str
    uid: int
    gid: int
    home: str
    directories: tuple[str, ...]
    directory_arguments: str
    update_uid: bool


@dataclass(frozen=True, slots=True)
class RunPlan:
    """How the container is started. `volume_arguments` are shell-quoted mount targets that
    post-create checks for being writable.
    """

    gpu: str
    gpu_optional: bool
    args: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    mounts: tuple[str, ...]
    volume_arguments: str
    ports: tuple[int, ...]
    workspace_mount: str
    workspace_folder: str


@dataclass(frozen=True, slots=True)
class EditorPlan:
    """What VS Code is told."""

    extensions: tuple[str, ...]
    interpreter: str


@dataclass(frozen=True, slots=True)
class PipLayer:
    """One list of Python packages and where it is installed. `name` is the list's file.

    `python` is shell-quoted, and so is what ends in `arguments`. `venv_arguments` make the
    environment first. `fetch_pip` stands for an environment without a pip of its own. `owner`
    is whom the files belong to, empty for root; `home` is that login's.
    """

    name: str
    where: str
    python: str
    options: str
    owner: str
    home: str
    venv_arguments: str
    fetch_pip: bool
    uninstall_arguments: str


@dataclass(frozen=True, slots=True)
class CondaLayer:
    """One conda environment: its file, its prefix, shell-quoted, and whether it is made anew.

    `owner` and `home` as for PipLayer.
    """

    name: str
    prefix: str
    create: bool
    owner: str
    home: str


@dataclass(frozen=True, slots=True)
class AdoptedPlan:
    """What was added to the base image by hand: see scaffold/adopting.

    `env` has values quoted for ENV; `…_arguments`, `accounts` and `after` are shell text.
    `early` and `late` tell whether files are put in place before and after the packages.
    `entrypoint` and `command` are JSON, empty for the base image's.
    """

    origin: str
    env: tuple[tuple[str, str], ...] = ()
    accounts: tuple[str, ...] = ()
    early: bool = False
    gone: bool = False
    late: bool = False
    apt: bool = False
    apt_removed_arguments: str = ""
    conda: tuple[CondaLayer, ...] = ()
    conda_image: str = ""
    pip: tuple[PipLayer, ...] = ()
    npm_arguments: str = ""
    after: tuple[str, ...] = ()
    root_at_start: bool = False
    user: str = ""
    workdir: str = ""
    entrypoint: str = ""
    command: str = ""
    build_options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that `render` needs; `warnings` are for the user, not for the files."""

    name: str
    target: str
    image: ImagePlan
    install: InstallPlan
    user: UserPlan
    run: RunPlan
    editor: EditorPlan
    adopted: AdoptedPlan | None = None
    warnings: tuple[str, ...] = ()


def plan_json(plan: Plan) -> dict[str, Any]:
    """The plan as JSON values: objects, lists, texts, numbers and booleans."""
    values: dict[str, Any] = _plain(asdict(plan))
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, str) else value
