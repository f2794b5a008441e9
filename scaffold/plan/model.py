"""The plan: what the template writes, grouped as the rendered files are."""

from dataclasses import asdict
from typing import Any, Literal

from scaffold.answers.model import Mount
from scaffold.plan.adopted_model import AdoptedPlan
from scaffold.records import dataclass

PythonSource = Literal["image", "distribution", "uv", "conda"]
"""Who brings Python: the image, its distribution's packages, a download by uv, or conda."""

ENVIRONMENT = "/opt/venv"
"""Where Python packages live in the container; outside the workspace, which hides the image."""

CONDA_ENVIRONMENT = "/opt/conda-envs/project"

DEPENDENCIES = "/opt/dependencies"
"""Where the image keeps the files that list the dependencies."""

FOLDER = ".devcontainer"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagePlan:
    """The base image and what it still lacks.

    `reason` is one line for a comment. `sees_system_packages` keeps the packages of a vendor's
    image visible in the project's environment. `env` are ENV instructions before everything else,
    `environment` those of the Python environment. `apt_mirror` replaces scheme and host of the
    distribution's own servers. `logins` are accounts of the image that may hold the user's name or
    id; `frees_ids` removes whatever account has them. `uv_image` has uv if it is not installed,
    images of `cache_from` may have layers.
    """

    base: str
    reason: str
    python: str
    python_source: PythonSource
    sees_system_packages: bool = False
    apt: tuple[str, ...] = ()
    apt_mirror: str = ""
    env: tuple[tuple[str, str], ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    tool_image: str = ""
    tool_program: str = ""
    root_at_start: bool = False
    logins: tuple[str, ...] = ()
    frees_ids: bool = False
    uv_image: str = ""
    cache_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer of the image: its comment, ENV, the files it copies, and one RUN.

    `copies` are pairs of sources (space-separated) and a folder; `caches` are folders that
    outlive the build; `commands` are joined by `&&`.
    """

    comments: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    copies: tuple[tuple[str, str], ...] = ()
    caches: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Commands of post-create under one comment, each on a line of its own."""

    comment: str
    commands: tuple[str, ...]


LOCK = "requirements.lock"
"""The project's lock file, with the exact release and the hashes of each package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockPlan:
    """What is locked: `words` for uv name the lists `files`, `lines` are further requirements.
    `left_out` are pairs of a file and a line, `env` the variables by which uv finds packages."""

    files: tuple[str, ...]
    words: tuple[str, ...]
    lines: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    env: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallPlan:
    """What is installed, in which layer and by which tool.

    `tools` are the programs that the first of `layers` brings, `files` what the image is
    built from. `recipe` names the method that installs the dependencies.
    """

    manager: str
    installer: str
    recipe: str
    environment: str
    framework: str
    tools: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    layers: tuple[Layer, ...] = ()
    tasks: tuple[Task, ...] = ()
    pixi: bool = False
    conda_alias: str = ""
    jupyter: bool = False
    lock: LockPlan | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPlan:
    """The login in the container. It owns `directories` in the image, and so empty volumes on them.
    `update_uid` lets the editor adapt the ids, with those of the home folder's files;
    `open_arguments` are the other directories, which every id may write."""

    name: str
    uid: int
    gid: int
    home: str
    directories: tuple[str, ...] = ()
    directory_arguments: str = ""
    open_arguments: str = ""
    update_uid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A volume in the container; `target` is quoted for a shell."""

    name: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """How the container is started. `volumes` are checked by post-create for being writable,
    and `shared_cache` is the folder of the models that all users share."""

    gpu: str
    gpu_optional: bool
    args: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    mounts: tuple[str, ...]
    volumes: tuple[Volume, ...] = ()
    ports: tuple[int, ...]
    workspace_mount: str
    workspace_folder: str
    shared_cache: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePlan:
    """One more container of a Compose project: image, environment, volume and health check."""

    name: str
    image: str
    env: tuple[tuple[str, str], ...] = ()
    command: str = ""
    volume: str = ""
    folder: str = ""
    test: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposePlan:
    """A dev container among the services of Docker Compose.

    `files` are what devcontainer.json names, ours last. `service` is the dev container's. `extends`
    says that the service is the user's own and ours only adds to it. `devices` are the keys of its
    GPU reservation and `device_names` its devices. `context` and `project` are the build context
    and the project as seen from the first file's folder, `ports` those of the other services as
    `NAME:PORT`. `image` is the name of what is built, so that it does not take the user's own.
    """

    files: tuple[str, ...]
    service: str
    workspace: str
    image: str = ""
    extends: bool = False
    context: str = ".."
    dockerfile: str = ""
    project: str = ".."
    devices: tuple[tuple[str, str], ...] = ()
    device_names: tuple[str, ...] = ()
    runtime: str = ""
    shm_size: str = ""
    ipc: str = ""
    env: tuple[tuple[str, str], ...] = ()
    mounts: tuple[Mount, ...] = ()
    named_volumes: tuple[str, ...] = ()
    services: tuple[ServicePlan, ...] = ()
    ports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturePlan:
    """One dev container Feature with its options."""

    reference: str
    options: tuple[tuple[str, str | bool], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorPlan:
    """Settings for VS Code."""

    extensions: tuple[str, ...]
    interpreter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that `render` needs; `warnings` are for the user, not for the files.

    `folder` is the configuration's: `.devcontainer`, or `.devcontainer/NAME` next to others.
    """

    name: str
    target: str
    image: ImagePlan
    install: InstallPlan
    user: UserPlan
    run: RunPlan
    editor: EditorPlan
    folder: str = FOLDER
    features: tuple[FeaturePlan, ...] = ()
    compose: ComposePlan | None = None
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
