"""Machine, login and sshd, as observed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Disk:
    """A folder's file system: free MiB, free share of its inodes (percent), type, mount point."""

    path: str
    free_mib: int | None = None
    inodes_free_percent: int | None = None
    kind: str | None = None
    mounted: str | None = None


@dataclass(frozen=True, slots=True)
class SystemFacts:
    """Kernel, distribution and machine; `clock_skew_s` is the host's clock less ours.

    `probed_on` is the day of the probe (`2026-11-24`), which tells what was out of support.
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


@dataclass(frozen=True, slots=True)
class LoginFacts:
    """The user's login; `noise` is what the shell prints before a command's own output.

    `groups` are those of this login, `configured_groups` those of the next one.
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


@dataclass(frozen=True, slots=True)
class SshdFacts:
    """The settings of the host's sshd that containers over SSH depend on; None: not readable."""

    software: str | None = None
    tcp_forwarding: str | None = None
    stream_forwarding: str | None = None
    max_sessions: int | None = None


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
