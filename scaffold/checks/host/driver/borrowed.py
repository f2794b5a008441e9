"""A driver whose kernel module belongs to an outer machine: in an LXC, a container, a pod.

Nothing can be built or loaded here, and a reboot changes nothing: device files and libraries are
what can be wrong. Also device files that are missing on a machine of its own.
"""

from scaffold.checks.host import kinds
from scaffold.checks.host.driver import rules
from scaffold.facts import HostFacts, Platform, Smi
from scaffold.findings import Consent, Finding, Level, Rule, Step, by_hand, root

OTHERS = 127
"""The exit code of a shell for a program that does not exist."""

NO_FILES = Rule(
    id="driver.no-device-files",
    level=Level.ERROR,
    title="The driver is loaded, and its device files are missing",
    why="Programs reach the driver by /dev/nvidiactl and /dev/nvidia0. A container gets them from "
    "the machine that starts it.",
    source="canonical/lxd#3642, #5433; lxc/incus#1322; NVIDIA driver README, device files",
    fix=(
        root("Make the device files.", "nvidia-modprobe", "-c", "0", "-u"),
        by_hand("Let nvidia-persistenced make them at each boot."),
    ),
    consent=Consent.ROUTINE,
    symptom="NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
)
REFUSED = Rule(
    id="driver.devices-refused",
    level=Level.ERROR,
    title="This container may not open the driver's device files",
    why="Its device rules forbid it. A container loses them when systemd reloads on the outer "
    "machine.",
    source="NVIDIA/nvidia-container-toolkit#48; NVIDIA/nvidia-docker#1671; "
    "pve.proxmox.com/wiki/Linux_Container",
    symptom="Failed to initialize NVML: Unknown Error",
)


def borrowed(facts: HostFacts, smi: Smi) -> Finding | None:
    """Why a driver of an outer machine shows no GPU here; None if that is not known."""
    cases = (
        (smi.code == OTHERS, _not_given),
        (smi.code == 18 or "version mismatch" in smi.said, _mismatch),
        (without_files(facts), _no_files),
        (smi.code in {4, 255} and "Unknown Error" in smi.said, _refused),
        (any(node.refused for node in facts.driver.nodes or ()), _refused),
        (smi.code == 9, _not_loaded),
    )
    return next((finding(facts, smi) for applies, finding in cases if applies), None)


def without_files(facts: HostFacts) -> bool:
    """Whether /dev was read and has no device file of a GPU; WSL2 and Jetson have others."""
    nodes = facts.driver.nodes if facts.platform is Platform.LINUX else None
    return nodes is not None and not any(_is_card(node.path) for node in nodes)


def _is_card(path: str) -> bool:
    return path.removeprefix("/dev/nvidia").isdigit() or path == "/dev/nvidiactl"


def _by_place(facts: HostFacts, in_lxc: str, in_container: str) -> tuple[Step, ...]:
    return (by_hand(in_lxc if kinds.is_whole_system(facts) else in_container),)


def _not_given(facts: HostFacts, _smi: Smi) -> Finding:
    version = facts.driver_version or "the version that runs on the outer machine"
    text = f"the outer machine runs driver {version}, " if facts.driver_version else ""
    text += "this container has neither nvidia-smi nor the driver's libraries"
    steps = _by_place(
        facts,
        f"Install libraries of exactly {version} in it: NVIDIA's installer with "
        "--no-kernel-modules, or the distribution's packages without dkms.",
        "Ask for a GPU where the container is started: --gpus all, or in Kubernetes the limit "
        "nvidia.com/gpu. Install no driver in it.",
    )
    return rules.MISSING.found(text, "no nvidia-smi", steps)


def _mismatch(facts: HostFacts, smi: Smi) -> Finding:
    module = facts.driver.module_version or "another version"
    text = f"the outer machine runs driver {module}, this container's libraries are of "
    text += smi.library_version or "another version"
    steps = _by_place(
        facts,
        f"Install libraries of exactly {module} in it (with --no-kernel-modules); a restart of "
        "this container changes nothing.",
        "Start the container again: it gets the libraries of the outer machine's driver.",
    )
    return rules.MISMATCH.found(text, smi.said, steps)


FILES = "/dev/nvidia0, /dev/nvidiactl and /dev/nvidia-uvm"


def _no_files(facts: HostFacts, smi: Smi) -> Finding:
    steps = _by_place(
        facts,
        f"On the outer machine give it {FILES} (Proxmox: dev0: /dev/nvidia0 …; Incus and LXD: "
        "config device add NAME gpu gpu), and restart it.",
        "Ask for a GPU where the container is started: --gpus all, or in Kubernetes the limit "
        "nvidia.com/gpu.",
    )
    return NO_FILES.found("this container has no device file of a GPU", smi.said, steps)


def _refused(facts: HostFacts, smi: Smi) -> Finding:
    steps = _by_place(
        facts,
        "On the outer machine allow its devices (lxc.cgroup2.devices.allow: c 195:* rwm, and the "
        "number of nvidia-uvm in /proc/devices), and restart it.",
        "Start the container again; with Docker 29.2 and CDI it keeps its GPU.",
    )
    return REFUSED.found("this container may not open the GPU's device files", smi.said, steps)


def _not_loaded(_facts: HostFacts, smi: Smi) -> Finding:
    steps = (by_hand("Load or repair the driver on the outer machine; nothing helps in here."),)
    return rules.NOT_LOADED.found("the outer machine's driver does not answer", smi.said, steps)
