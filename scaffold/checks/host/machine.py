"""Kernel, architecture, clock, memory, and what kind of machine the host is."""

from collections.abc import Iterator

from scaffold.checks.host import kinds
from scaffold.checks.topics import Topic
from scaffold.facts import HostFacts, Platform
from scaffold.findings import Consent, Finding, Level, Rule, by_hand, root
from scaffold.parsing.untrusted.numbers import leading_version

PREREQUISITES = (
    "NVIDIA Container Toolkit install guide, list of prerequisites until 1.13: GNU/Linux x86_64 "
    "with kernel > 3.10, Docker >= 19.03 (1.12 at least), GPU >= Kepler, driver >= 418.81.07"
)
OLDEST_KERNEL = (3, 10)
SUPPORTED = {"x86_64", "amd64", "aarch64", "arm64"}
SKEW_S = 120
"""TLS and package signatures accept a few minutes; more means that no service sets the clock."""
SHM_FOLDER = "/dev/shm"  # noqa: S108 (read, not written to)
SMALL_MEMORY_MIB = 4096
SMALL_SHM_MIB = 64
"""Docker gives a container no more unless asked (its --shm-size default)."""

NOT_LINUX = Rule(
    "machine.not-linux",
    Level.ERROR,
    "The host does not run Linux",
    "NVIDIA's containers exist for Linux and for WSL2 on Windows.",
    PREREQUISITES,
    (by_hand("Use a Linux server, or WSL2 on Windows."),),
)
ARCHITECTURE = Rule(
    "machine.architecture",
    Level.ERROR,
    "The processor's architecture has no NVIDIA container packages",
    "The NVIDIA Container Toolkit is built for x86_64 and aarch64.",
    "NVIDIA Container Toolkit 1.18.0 release notes: ppc64le is no longer published",
    (by_hand("Use an x86_64 or aarch64 host."),),
)
KERNEL = Rule(
    "machine.kernel-old",
    Level.ERROR,
    "The kernel is older than 3.10",
    "Neither Docker nor the NVIDIA Container Toolkit runs on it.",
    PREREQUISITES,
    (by_hand("Upgrade the distribution."),),
)
KERNEL_EDGE = Rule(
    "machine.kernel-edge",
    Level.WARN,
    "The kernel is a 3.10, the oldest that ever worked",
    "It belongs to RHEL and CentOS 7, which current Docker and toolkit packages left behind.",
    PREREQUISITES,
    (by_hand("Plan an upgrade of the distribution."),),
)
CLOCK = Rule(
    "machine.clock",
    Level.WARN,
    "The host's clock is wrong",
    "Certificates look expired or not yet valid, so image pulls and package updates fail.",
    "TLS (RFC 5280, validity) and apt's Valid-Until",
    (
        root(
            "Let systemd set the clock from the network.",
            *("timedatectl", "set-ntp", "true"),
            undo=("timedatectl", "set-ntp", "false"),
        ),
    ),
    consent=Consent.ROUTINE,
)
MEMORY = Rule(
    "machine.memory",
    Level.WARN,
    "The host has little memory",
    "Loading a framework and a data set needs more than this, and the kernel then kills it.",
    "experience: PyTorch's import alone takes several hundred MiB",
    (by_hand("Use a host with more memory, or smaller batches and fewer loader workers."),),
)
SHM = Rule(
    "machine.shared-memory",
    Level.WARN,
    "The host's /dev/shm is small",
    "Data loader workers share batches through it when a container uses the host's (--ipc=host).",
    "PyTorch documentation, Multiprocessing best practices; docker run --shm-size",
    (root("Make it larger until the next reboot.", "mount", "-o", "remount,size=8G", SHM_FOLDER),),
    consent=Consent.OWN_CHOICE,
)
UNKNOWN = Rule(
    "machine.unknown",
    Level.UNKNOWN,
    "Kernel and architecture are unknown",
    "All other checks depend on them.",
    "the probe's own record",
)
WSL = Rule(
    "machine.wsl2",
    Level.INFO,
    "The host is WSL2",
    "The driver is Windows' own: install none inside WSL2; CUDA's version counts.",
    "NVIDIA, CUDA on WSL user guide",
)
JETSON = Rule(
    "machine.jetson",
    Level.INFO,
    "The host is a Jetson",
    "The driver comes with JetPack, and containers are started with --runtime=nvidia.",
    "nvidia-container-toolkit, internal/info/auto.go: Tegra uses csv mode",
)
CONTAINER = Rule(
    "machine.container",
    Level.INFO,
    "The host is itself a container",
    "Its Docker engine runs outside; paths of bind mounts are those of the outer machine.",
    "docs.docker.com, bind mounts with a remote engine",
)
LXC = Rule(
    "machine.lxc",
    Level.INFO,
    "The host is an LXC container",
    "Kernel and driver module belong to the outer machine; only libraries are installed here, of "
    "exactly the module's version.",
    "pve.proxmox.com/wiki/Linux_Container; linuxcontainers.org/incus/docs, GPU devices",
)
OPERATOR = Rule(
    "machine.gpu-operator",
    Level.INFO,
    "A Kubernetes GPU operator manages this host's driver",
    "It installs driver and toolkit from containers; do not install others beside them.",
    "docs.nvidia.com/datacenter/cloud-native/gpu-operator",
)


def _kernel(facts: HostFacts) -> Iterator[Finding]:
    system = facts.system
    if system.kernel is None or facts.architecture is None:
        yield UNKNOWN.found("kernel and architecture are unknown")
        return
    if system.kernel_name != "Linux":
        yield NOT_LINUX.found(f"the host runs {system.kernel_name}")
        return
    if facts.architecture not in SUPPORTED:
        yield ARCHITECTURE.found(f"the processor is {facts.architecture}", "uname -m")
    version = leading_version(system.kernel) or ()
    if version < OLDEST_KERNEL:
        yield KERNEL.found(f"the kernel is {system.kernel}, and 3.10 is needed", "uname -r")
    elif version[:2] == OLDEST_KERNEL:
        yield KERNEL_EDGE.found(f"the kernel is {system.kernel}", "uname -r")


def _platform(facts: HostFacts) -> Iterator[Finding]:
    if facts.platform is Platform.WSL2:
        yield WSL.found("this is WSL2: the driver is that of Windows")
    if facts.platform is Platform.JETSON:
        yield JETSON.found("this is a Jetson: its driver comes with JetPack")
    if facts.docker and (name := kinds.container(facts)):
        yield CONTAINER.found(f"this host is a container ({name}) that uses an engine outside")
    if kinds.is_lxc(facts) and facts.system.user_namespace is not None:
        kind = "unprivileged" if facts.system.user_namespace else "privileged"
        yield LXC.found(f"this host is {'an' if kind[0] == 'u' else 'a'} {kind} LXC container")
    if kinds.is_operator_node(facts):
        yield OPERATOR.found("a GPU operator of Kubernetes manages the driver of this host")


def _clock(facts: HostFacts) -> Iterator[Finding]:
    skew = facts.system.clock_skew_s
    if skew is not None and abs(skew) > SKEW_S:
        side = "ahead of" if skew > 0 else "behind"
        yield CLOCK.found(f"the host's clock is {abs(skew)} s {side} this computer's", "date")


def _memory(facts: HostFacts) -> Iterator[Finding]:
    if facts.memory_mib is not None and facts.memory_mib < SMALL_MEMORY_MIB:
        yield MEMORY.found(f"the host has {facts.memory_mib} MiB of memory", "/proc/meminfo")
    shm = facts.system.shm_mib
    if shm is not None and shm < SMALL_SHM_MIB:
        yield SHM.found(f"{SHM_FOLDER} has {shm} MiB free", f"df {SHM_FOLDER}")


def _summary(facts: HostFacts) -> str:
    system = facts.system
    name = system.pretty_name or system.distribution or "Linux"
    memory = f", {facts.memory_mib // 1024} GiB" if facts.memory_mib else ""
    cpus = f", {system.cpus} CPUs" if system.cpus else ""
    return f"{name}, kernel {system.kernel}, {facts.architecture}{cpus}{memory}"


TOPIC = Topic(
    "machine",
    "Machine",
    (
        *(UNKNOWN, NOT_LINUX, ARCHITECTURE, KERNEL, KERNEL_EDGE),
        *(WSL, JETSON, CONTAINER, LXC, OPERATOR, CLOCK, MEMORY, SHM),
    ),
    (_kernel, _platform, _clock, _memory),
    _summary,
    ("probe",),
    ("system",),
)
