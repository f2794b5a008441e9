"""Docker, the user's docker command and the NVIDIA Container Toolkit, as observed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DockerFacts:
    """The Docker engine that would run the container.

    `runtimes` are the names that `docker info` lists; `cdi_devices` the discovered names
    such as `nvidia.com/gpu=all`.
    """

    server_version: str | None = None
    rootless: bool | None = None
    runtimes: tuple[str, ...] = ()
    cdi_devices: tuple[str, ...] = ()
    buildkit_default: bool | None = None
    api_version: str | None = None
    default_runtime: str | None = None
    storage_driver: str | None = None
    root: str | None = None
    cgroup_version: str | None = None
    cgroup_driver: str | None = None
    operating_system: str | None = None
    cdi_folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DaemonFile:
    """A daemon.json: its text, None where it may not be read, and what is wrong with it."""

    path: str
    text: str | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """The docker command of this user, and what stands between it and the engine.

    `path` is where a non-interactive login finds docker, `elsewhere` where it is although that
    login does not find it. `error` is what docker said; `hangs` that it did not answer.
    """

    path: str | None = None
    elsewhere: str | None = None
    target: str | None = None
    version: str | None = None
    podman: bool | None = None
    error: str = ""
    hangs: bool = False
    socket: str | None = None
    socket_usable: bool | None = None
    docker_host: str = ""
    daemon_files: tuple[DaemonFile, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolkitFacts:
    """The NVIDIA Container Toolkit: versions by package or program, hook, configuration, CDI.

    `cdi_driver_versions` are the driver versions that the CDI specs name.
    """

    version: str | None = None
    library_version: str | None = None
    hook: str | None = None
    no_cgroups: bool | None = None
    obsolete_packages: tuple[str, ...] = ()
    old_sources: tuple[str, ...] = ()
    cdi_files: tuple[str, ...] | None = None
    cdi_driver_versions: tuple[str, ...] = ()
