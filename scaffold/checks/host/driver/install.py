"""Installing the driver, by distribution.

Source: NVIDIA driver installation guide (docs.nvidia.com/datacenter/tesla), its chapters for
Debian, Ubuntu, RHEL and its rebuilds, Fedora, Amazon Linux and SUSE, with the network repository
and the open kernel modules, which need Turing or newer.
"""

from scaffold.checks.host.driver.chips import architecture
from scaffold.checks.host.driver.packages import enrol_key, legacy_driver
from scaffold.checks.host.driver.rules import GUIDE
from scaffold.checks.host.kinds import is_dgx, is_operator_node
from scaffold.checks.host.package_managers import (
    MANAGERS,
    WHOLE,
    is_like,
    layered,
    whole_system,
)
from scaffold.checks.host.packages import headers, install, reboot
from scaffold.facts import HostFacts
from scaffold.findings import Step, by_hand, root

SITE = "https://developer.download.nvidia.com/compute/cuda/repos"
FOLDERS = {
    "ubuntu": "ubuntu{both}",
    "debian": "debian{major}",
    "rhel": "rhel{major}",
    "rocky": "rhel{major}",
    "almalinux": "rhel{major}",
    "centos": "rhel{major}",
    "ol": "rhel{major}",
    "azurelinux": "azl{major}",
    "fedora": "fedora{major}",
    "amzn": "amzn{major}",
    "sles": "sles{major}",
    "opensuse-leap": "opensuse{major}",
}
"""Folder of the repository by distribution (24.04: `both` is 2404, `major` is 24)."""
REBUILDS = ("rocky", "almalinux", "centos")
ARCHITECTURES = {"x86_64": "x86_64", "aarch64": "sbsa"}
KEYRING = "/tmp/cuda-keyring.deb"  # noqa: S108 (of the host, written and read by root)
PACKAGE = "nvidia-open"
DGX = "docs.nvidia.com/dgx, DGX OS user guide, upgrading the GPU driver"
LAYERS = "rpmfusion.org/Howto/NVIDIA (OSTree), or en.opensuse.org/SDB:NVIDIA_drivers (MicroOS)"


def install_driver(facts: HostFacts) -> tuple[Step, ...]:
    """Exact steps from nothing to a driver after a reboot; words if they are not known."""
    cards = [architecture(device) for device in facts.pci or () if device.is_gpu]
    old = next((card for card in cards if card and card.open_module == "no"), None)
    folder = _folder(facts)
    if is_operator_node(facts):
        text = "The GPU operator of this Kubernetes cluster installs the driver; ask its admins."
        return (by_hand(text),)
    if old:
        last = f"Install the last branch for {old.name}, and reboot: {GUIDE}."
        return legacy_driver(facts, old.last_branch) if old.last_branch else (by_hand(last),)
    if own := _own_packages(facts):
        return own
    if not folder or not cards or None in cards:
        return (by_hand(f"Install the driver, and reboot: {GUIDE}."),)
    ways = {"apt-get": _deb, "dnf": _rpm, "yum": _rpm, "tdnf": _rpm, "zypper": _suse}
    steps = ways[facts.system.package_manager or ""](facts, folder)
    return (*steps, *_signing(facts), reboot())


def _signing(facts: HostFacts) -> tuple[Step, ...]:
    """What Secure Boot asks for before it accepts a module that this machine builds."""
    built = facts.system.package_manager != "zypper"
    return enrol_key(facts) if facts.driver.secure_boot and built else ()


def _own_packages(facts: HostFacts) -> tuple[Step, ...]:
    """Steps of distributions that bring the driver themselves."""
    if words := _in_words(facts):
        return (by_hand(words),)
    why = "Install the driver, open kernel modules."
    names: tuple[str, ...] = ()
    if facts.system.package_manager == "pacman":
        names = ("nvidia-open-dkms", headers(facts, MANAGERS["pacman"]))
    elif facts.system.distribution == "pop":
        names = ("system76-driver-nvidia",)
    elif is_like(facts, "ubuntu") and not _is_long_term(facts):
        names = ("nvidia-driver-580-open",)
    if not names:
        return ()
    return (install(facts, why, *names, undo=True), *_signing(facts), reboot())


def _is_long_term(facts: HostFacts) -> bool:
    """Whether it is Ubuntu with long support: NVIDIA's repository has no other."""
    year, _, month = (facts.system.distribution_version or "").partition(".")
    even = year.isdigit() and int(year) % 2 == 0
    return facts.system.distribution == "ubuntu" and even and month == "04"


def _in_words(facts: HostFacts) -> str:
    """What to do where no package of a usual repository is the right one."""
    if name := whole_system(facts):
        return f"Install NVIDIA's driver. {WHOLE[name]}."
    if is_dgx(facts):
        return f"Install nvidia-driver-580-open from DGX OS's own repositories, and reboot: {DGX}."
    if layered(facts):
        return f"Install NVIDIA's driver for this image-based system: {LAYERS}."
    return ""


def _folder(facts: HostFacts) -> str:
    """The folder of NVIDIA's repository for this host, empty if there is none."""
    system = facts.system
    pattern = FOLDERS.get(system.distribution or "")
    kind = ARCHITECTURES.get(facts.architecture or "")
    version = (system.distribution_version or "").split(".")
    if not (pattern and kind and version[0].isdigit()) or system.package_manager not in {
        *("apt-get", "dnf", "yum", "tdnf", "zypper"),
    }:
        return ""
    name = pattern.format(major=version[0], both="".join(version[:2]))
    return f"{SITE}/{name}/{kind}"


def _deb(facts: HostFacts, folder: str) -> tuple[Step, ...]:
    keyring = f"{folder}/cuda-keyring_1.1-1_all.deb"
    tools = f"apt-get install -y curl {headers(facts, MANAGERS['apt-get'])}"
    first = f"apt-get update && {tools}"
    return (
        root("Install the kernel's headers, which the module is built with.", "sh", "-c", first),
        root(
            "Trust NVIDIA's key and add its repository.",
            *("sh", "-c", f"curl -fsSL -o {KEYRING} {keyring} && dpkg -i {KEYRING}"),
            undo=("dpkg", "--purge", "cuda-keyring"),
        ),
        root("Read the package lists.", "apt-get", "update"),
        root(
            "Install the driver, open kernel modules.",
            *("apt-get", "install", "-y", PACKAGE),
            undo=("apt-get", "remove", "-y", PACKAGE),
        ),
    )


def _rpm(facts: HostFacts, folder: str) -> tuple[Step, ...]:
    manager = facts.system.package_manager or "dnf"
    name = folder.removeprefix(f"{SITE}/").partition("/")[0]
    file = f"/etc/yum.repos.d/cuda-{name}.repo"
    extra = "epel-release" if facts.system.distribution in REBUILDS else ""
    # dkms comes from EPEL; RHEL itself has no package that adds it.
    epel = (root("Add EPEL, where dkms is.", manager, "install", "-y", extra),) if extra else ()
    return (
        *epel,
        root(
            "Install the kernel's headers, which the module is built with.",
            *("sh", "-c", f"{manager} install -y kernel-devel-$(uname -r) kernel-headers"),
        ),
        root(
            "Add NVIDIA's repository.",
            *("curl", "-fsSL", "-o", file, f"{folder}/cuda-{name}.repo"),
            undo=("rm", file),
        ),
        root(
            "Install the driver, open kernel modules.",
            *(manager, "install", "-y", PACKAGE),
            undo=(manager, "remove", "-y", PACKAGE),
        ),
        *((FUSION,) if facts.system.distribution == "fedora" else ()),
    )


FUSION = by_hand(
    "If NVIDIA has no repository for this Fedora yet (error 404), install akmod-nvidia and "
    "xorg-x11-drv-nvidia-cuda from RPM Fusion: rpmfusion.org/Howto/NVIDIA."
)
"""NVIDIA's repositories follow Fedora's releases by months: ollama/ollama#1993, #2020."""


def _suse(_facts: HostFacts, folder: str) -> tuple[Step, ...]:
    name = folder.removeprefix(f"{SITE}/").partition("/")[0]
    file = f"/etc/zypp/repos.d/cuda-{name}.repo"
    zypper = ("zypper", "--non-interactive")
    return (
        root(
            "Add NVIDIA's repository.",
            *("curl", "-fsSL", "-o", file, f"{folder}/cuda-{name}.repo"),
            undo=("rm", file),
        ),
        root("Trust its key.", *zypper, "--gpg-auto-import-keys", "refresh"),
        root(
            "Install the driver, open kernel modules.",
            *(*zypper, "install", PACKAGE),
            undo=(*zypper, "remove", PACKAGE),
        ),
    )
