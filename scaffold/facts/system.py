"""Machine, login and sshd, as observed."""

from scaffold.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """A folder's file system: free MiB, free share of its inodes (percent), type, mount point.

    `options` are those that it is mounted with, None if they are unknown.
    """

    path: str
    free_mib: int | None = None
    inodes_free_percent: int | None = None
    kind: str | None = None
    mounted: str | None = None
    options: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemFacts:
    """Kernel, distribution and machine; `clock_skew_s` is the host's clock less ours.

    `probed_on` is the day of the probe (`2026-11-24`), which decides what was out of support.
    `like` are the distributions that this one is built on, `programs` the managers and
    schedulers that were found. `marks` are files and variables that tell kinds of machine
    apart; None in recordings before they were read, as are the fields after it. `root_kind` is
    the type of the root file system, `loader` the program that starts others (ld-linux, or what
    stands in its place), `watches` how many files one user may watch for changes, `iptable_raw`
    whether the kernel has that table.
    """

    kernel_name: str | None = None
    kernel: str | None = None
    distribution: str | None = None
    distribution_version: str | None = None
    pretty_name: str | None = None
    package_manager: str | None = None
    virtualization: str | None = None
    selinux_enforcing: bool | None = None
    cpus: int | None = None
    shm_mib: int | None = None
    clock_skew_s: int | None = None
    probed_on: str | None = None
    disks: tuple[Disk, ...] = ()
    services: tuple[tuple[str, str], ...] | None = None
    hostname: str | None = None
    like: tuple[str, ...] = ()
    programs: tuple[str, ...] | None = None
    marks: tuple[str, ...] | None = None
    init: str | None = None
    cgroups: tuple[str, ...] | None = None
    user_namespace: bool | None = None
    glibc: str | None = None
    libstdcxx: str | None = None
    musl: bool | None = None
    containers_use_devices: bool | None = None
    root_kind: str | None = None
    loader: str | None = None
    watches: int | None = None
    iptable_raw: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginFacts:
    """The user's login; `noise` is what the shell prints before a command's own output.

    `groups` are those of this login, `configured_groups` those of the next one. `shell_s` is
    how long the login shell took before it ran a command, in seconds. `quota` is None if the
    host has no quota program. `locked` are folders of VS Code and Docker in the home folder that
    this user may not write to. `proxy` is whether HTTPS_PROXY is set.
    """

    user: str | None = None
    home: str | None = None
    shell: str | None = None
    path: str | None = None
    noise: str = ""
    groups: tuple[str, ...] | None = None
    configured_groups: tuple[str, ...] | None = None
    sudo_without_password: bool | None = None
    sudo_present: bool | None = None
    home_writable: bool | None = None
    shell_s: float | None = None
    quota: tuple["Quota", ...] | None = None
    locked: tuple[str, ...] = ()
    proxy: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """A disk quota of this user: used and allowed KiB and files; a limit of 0 means none."""

    device: str
    used_kib: int
    limit_kib: int
    files: int = 0
    file_limit: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SshdFacts:
    """The settings of the host's sshd that containers over SSH depend on; None: not readable.

    `forwards` is what a channel opened on this connection proved; None if none was opened.
    `refusal` is sshd's reason.
    """

    software: str | None = None
    tcp_forwarding: str | None = None
    stream_forwarding: str | None = None
    max_sessions: int | None = None
    forwards: bool | None = None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address that the host was asked to reach: HTTP status and seconds, None without."""

    url: str
    status: int | None = None
    seconds: float | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class ProbeFacts:
    """How the probe itself went: parts that hung, were cut or could not be understood."""

    complete: bool = True
    hung: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
