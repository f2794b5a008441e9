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
    id="machine.not-linux",
    level=Level.ERROR,
    title="The host does not run Linux",
    why="NVIDIA's containers exist for Linux and for WSL2 on Windows.",
    source=PREREQUISITES,
    fix=(by_hand("Use a Linux server, or WSL2 on Windows."),),
)
ARCHITECTURE = Rule(
    id="machine.architecture",
    level=Level.ERROR,
    title="The processor's architecture has no NVIDIA container packages",
    why="The NVIDIA Container Toolkit is built for x86_64 and aarch64.",
    source="NVIDIA Container Toolkit 1.18.0 release notes: ppc64le is no longer published",
    fix=(by_hand("Use an x86_64 or aarch64 host."),),
)
KERNEL = Rule(
    id="machine.kernel-old",
    level=Level.ERROR,
    title="The kernel is older than 3.10",
    why="Neither Docker nor the NVIDIA Container Toolkit runs on it.",
    source=PREREQUISITES,
    fix=(by_hand("Upgrade the distribution."),),
)
KERNEL_EDGE = Rule(
    id="machine.kernel-edge",
    level=Level.WARN,
    title="The kernel is a 3.10, the oldest that ever worked",
    why="It belongs to RHEL and CentOS 7, which current Docker and toolkit packages left behind.",
    source=PREREQUISITES,
    fix=(by_hand("Plan an upgrade of the distribution."),),
)
CLOCK = Rule(
    id="machine.clock",
    level=Level.WARN,
    title="The host's clock is wrong",
    why="Certificates look expired or not yet valid, so image pulls and package updates fail.",
    source="TLS (RFC 5280, validity) and apt's Valid-Until",
    fix=(
        root(
            "Let systemd set the clock from the network.",
            *("timedatectl", "set-ntp", "true"),
            undo=("timedatectl", "set-ntp", "false"),
        ),
    ),
    consent=Consent.ROUTINE,
)
MEMORY = Rule(
    id="machine.memory",
    level=Level.WARN,
    title="The host has little memory",
    why="Loading a framework and a data set needs more than this, and the kernel then kills it.",
    source="experience: PyTorch's import alone takes several hundred MiB",
    fix=(by_hand("Use a host with more memory, or smaller batches and fewer loader workers."),),
)
SHM = Rule(
    id="machine.shared-memory",
    level=Level.WARN,
    title="The host's /dev/shm is small",
    why="Data loader workers share batches through it when a container uses the host's "
    "(--ipc=host).",
    source="PyTorch documentation, Multiprocessing best practices; docker run --shm-size",
    fix=(
        root("Make it larger until the next reboot.", "mount", "-o", "remount,size=8G", SHM_FOLDER),
    ),
    consent=Consent.OWN_CHOICE,
)
UNKNOWN = Rule(
    id="machine.unknown",
    level=Level.UNKNOWN,
    title="Kernel and architecture are unknown",
    why="All other checks depend on them.",
    source="the probe's own record",
)
WSL = Rule(
    id="machine.wsl2",
    level=Level.INFO,
    title="The host is WSL2",
    why="The driver is Windows' own: install none inside WSL2; CUDA's version counts.",
    source="NVIDIA, CUDA on WSL user guide",
)
WSL1 = Rule(
    id="machine.wsl1",
    level=Level.ERROR,
    title="The host is WSL1",
    why="WSL1 has no Linux kernel: neither Docker's engine nor a GPU works in it.",
    source="learn.microsoft.com/windows/wsl/compare-versions",
    fix=(
        by_hand("In Windows: wsl --list --verbose shows the distribution's name and version."),
        by_hand("In Windows: wsl --set-version NAME 2."),
    ),
)
JETSON = Rule(
    id="machine.jetson",
    level=Level.INFO,
    title="The host is a Jetson",
    why="The driver comes with JetPack, and containers are started with --runtime=nvidia.",
    source="nvidia-container-toolkit, internal/info/auto.go: Tegra uses csv mode",
)
CONTAINER = Rule(
    id="machine.container",
    level=Level.INFO,
    title="The host is itself a container",
    why="Its Docker engine runs outside; paths of bind mounts are those of the outer machine.",
    source="docs.docker.com, bind mounts with a remote engine",
)
LXC = Rule(
    id="machine.lxc",
    level=Level.INFO,
    title="The host is an LXC container",
    why="Kernel and driver module belong to the outer machine; only libraries are installed in "
    "the container, of exactly the module's version.",
    source="pve.proxmox.com/wiki/Linux_Container; linuxcontainers.org/incus/docs, GPU devices",
)
OPERATOR = Rule(
    id="machine.gpu-operator",
    level=Level.INFO,
    title="A Kubernetes GPU operator manages this host's driver",
    why="It installs driver and toolkit from containers; do not install others.",
    source="docs.nvidia.com/datacenter/cloud-native/gpu-operator",
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
    if facts.platform is Platform.WSL2 and (facts.system.kernel or "").endswith("-Microsoft"):
        yield WSL1.found("this is WSL1, which runs neither Docker nor the GPU", "uname -r")
    elif facts.platform is Platform.WSL2:
        yield WSL.found("this is WSL2: the driver is that of Windows")
    if facts.platform is Platform.JETSON:
        yield JETSON.found("this is a Jetson: its driver comes with JetPack")
    own = facts.docker is not None and facts.docker.hostname == facts.system.hostname
    if facts.docker and not own and (name := kinds.container(facts)):
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
    name = (system.pretty_name or system.distribution or "").strip() or "Linux"
    memory = f", {facts.memory_mib // 1024} GiB" if facts.memory_mib else ""
    cpus = f", {system.cpus} CPUs" if system.cpus else ""
    return f"{name}, kernel {system.kernel}, {facts.architecture}{cpus}{memory}"


TOPIC = Topic(
    name="machine",
    title="Machine",
    rules=(
        *(UNKNOWN, NOT_LINUX, ARCHITECTURE, KERNEL, KERNEL_EDGE),
        *(WSL, WSL1, JETSON, CONTAINER, LXC, OPERATOR, CLOCK, MEMORY, SHM),
    ),
    checks=(_kernel, _platform, _clock, _memory),
    summary=_summary,
    needs=("probe",),
    parts=("system",),
)
