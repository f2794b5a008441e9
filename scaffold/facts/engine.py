"""Docker, the user's docker command and the NVIDIA Container Toolkit, as observed."""

from scaffold.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerFacts:
    """The Docker engine that would run the container.

    `runtimes` are the names that `docker info` lists; `cdi_devices` the discovered names
    such as `nvidia.com/gpu=all`. `hostname` is the engine's machine, which may be another one.
    `containerd_store` is True if containerd keeps the images, below /var/lib/containerd. `proxy`
    is whether the engine downloads through one, `forwards_packets` the kernel's IPv4 forwarding,
    `os_type` the system of its containers.
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
    hostname: str | None = None
    security: tuple[str, ...] = ()
    containerd_store: bool = False
    forwards_packets: bool | None = None
    os_type: str | None = None
    proxy: bool | None = None


@dataclass(frozen=True, slots=True)
class DaemonFile:
    """A daemon.json: its text (None: not readable), what is wrong with it, missing programs.

    `missing` are the programs of `runtimes` that do not exist on the host.
    """

    path: str
    text: str | None = None
    error: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFacts:
    """The docker command of this user, and how it reaches the engine.

    `path` is where a non-interactive login finds docker, `elsewhere` where docker is if that
    login does not find it. `error` is docker's error message; `hangs` is True if docker did not
    answer. `context` is the current Docker context and `address` what it leads to, both None if
    unknown. `daemon_flags` are the flags that dockerd is started with. `user_service` is the
    state of the user's own docker.service, None if there is none; `linger` whether the user's
    services outlive their last login. `context_variable` is DOCKER_CONTEXT. `plugins` are the
    command's plugins (`buildx`), None if it did not list them. `log` are the lines of a stopped
    engine's log that complain. `socket_group` is the group of the socket's file, `lost_helper` a
    credential helper of config.json that does not exist.
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
    context: str | None = None
    address: str | None = None
    daemon_flags: tuple[str, ...] | None = None
    user_service: str | None = None
    linger: bool | None = None
    context_variable: str = ""
    plugins: tuple[str, ...] | None = None
    log: tuple[str, ...] = ()
    socket_group: str | None = None
    lost_helper: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolkitFacts:
    """The NVIDIA Container Toolkit: versions by package or program, hook, configuration, CDI.

    `cdi_driver_versions` are the driver versions that the CDI specifications name, `cdi_kinds`
    their kinds (`nvidia.com/gpu`), `cdi_missing` the paths in them that do not exist. `root`,
    `ldconfig` and `mode` are settings of config.toml, `missing` the files and folders that it
    names and that do not exist on the host. `cdi_doubles` are specifications of one folder that
    define the same devices. `ignores_variable` is True if containers without
    more rights may not ask for GPUs by NVIDIA_VISIBLE_DEVICES. `apt_pins` are lines of apt's
    preferences: `Package *`, `Pin …`, `Pin-Priority 1001`.
    """

    version: str | None = None
    library_version: str | None = None
    hook: str | None = None
    no_cgroups: bool | None = None
    obsolete_packages: tuple[str, ...] = ()
    old_sources: tuple[str, ...] = ()
    cdi_files: tuple[str, ...] | None = None
    cdi_driver_versions: tuple[str, ...] = ()
    cdi_kinds: tuple[str, ...] | None = None
    cdi_missing: tuple[str, ...] | None = None
    cdi_doubles: tuple[str, ...] = ()
    config_file: str | None = None
    config_error: str = ""
    root: str | None = None
    ldconfig: str | None = None
    mode: str | None = None
    missing: tuple[tuple[str, str], ...] = ()
    ignores_variable: bool | None = None
    apt_pins: tuple[str, ...] = ()
