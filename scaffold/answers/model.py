"""What the user wants: the merged result of flags, answers file, prompts and defaults."""

from dataclasses import field

from scaffold.answers.choices import Files, GpuNeed, Installer, Stack, Target
from scaffold.project.facts import PackageManager
from scaffold.project.framework import Framework
from scaffold.records import dataclass


@dataclass(frozen=True, slots=True)
class Feature:
    """One dev container Feature: its reference and its options."""

    reference: str
    options: tuple[tuple[str, str | bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Mount:
    """One mount. `source` is a host path for a bind and a volume name for a volume."""

    source: str
    target: str
    kind: str = "bind"
    read_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirrors:
    """Closer copies of the package sources, as URLs or, for `registry`, a host[/path] prefix."""

    apt: str = ""
    pip: str = ""
    pytorch: str = ""
    conda: str = ""
    registry: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Every choice that `scaffold init` offers, complete and valid.

    `gpus` names the devices: `all`, a count (`2`), indices (`0,1`), UUIDs (`GPU-…`, `MIG-…`) or CDI
    names (`nvidia.com/gpu=0`). `shm` is a size (`8g`), `host` for `--ipc=host`, or empty for
    Docker's default of 64 MB. `user` is the login in the container (`root` for none of its own),
    `uid` and `gid` the ids it gets. `host` is the ssh alias of a remote host, empty if only its
    driver and GPUs were described. `workspace` is the project's place for a remote engine, a path
    on the host or a volume name; empty if the engine sees the same files as the editor does (local,
    Remote-SSH). `config` is the name of a second configuration beside the user's own, empty for the
    main one. `apt` are system packages by their Debian names, `services` further containers of a
    Compose project. `image` is the user's own base image, empty for one that fits. `cache_from`
    are images in a registry whose layers a build may take over. `shared_cache` is the volume in
    which all users of the engine keep downloaded models, empty for none.
    """

    name: str
    target: Target = Target.LOCAL
    host: str = ""
    files: Files = Files.REMOTE_SSH
    gpu: GpuNeed = GpuNeed.OPTIONAL
    gpus: str = "all"
    stack: Stack = Stack.PYTHON
    framework: Framework = Framework.NONE
    framework_spec: str = ""
    python_spec: str = ""
    package_manager: PackageManager = PackageManager.PIP
    nvcc: bool = False
    mounts: tuple[Mount, ...] = ()
    ports: tuple[int, ...] = ()
    shm: str = ""
    user: str = "dev"
    uid: int = 1000
    gid: int = 1000
    mirrors: Mirrors = field(default_factory=Mirrors)
    extensions: tuple[str, ...] = ()
    jupyter: bool = False
    workspace: str = ""
    config: str = ""
    installer: Installer = Installer.UV
    lock: bool = False
    apt: tuple[str, ...] = ()
    features: tuple[Feature, ...] = ()
    services: tuple[str, ...] = ()
    image: str = ""
    cache_from: tuple[str, ...] = ()
    shared_cache: str = ""
