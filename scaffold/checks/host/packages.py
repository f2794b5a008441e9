"""One table of package managers: every package, service and boot command of a fix comes from it.

If a host's manager is unknown, or its system is built as a whole (NixOS, Container-Optimized
OS, Unraid), a step is words instead of a command.
"""

import shlex

from scaffold.checks.host.package_managers import (
    MANAGERS,
    RELEASE,
    WHOLE,
    PackageCommands,
    is_like,
    layered,
    manager,
    whole_system,
)
from scaffold.facts import HostFacts
from scaffold.findings import Interrupts, Step, by_hand, root
from scaffold.parsing.untrusted.numbers import leading_version

SUSE_MODULE = "nvidia-open-driver-G06-signed-kmp-default"
"""SUSE's own packages hold a ready module; en.opensuse.org/SDB:NVIDIA_drivers."""


def _in_words(facts: HostFacts, why: str, what: str) -> Step:
    where = WHOLE.get(whole_system(facts), "Use the distribution's own package manager")
    return by_hand(f"{why.rstrip('.')}: {what}. {where}.")


def install(facts: HostFacts, why: str, *packages: str, undo: bool = False) -> Step:
    """A step that installs packages with the host's own package manager."""
    found = manager(facts)
    if found is None:
        return _in_words(facts, why, ", ".join(packages))
    back = (*found.remove, *packages) if undo else ()
    return root(why, *found.install, *packages, undo=back)


def upgrade(facts: HostFacts, why: str, *packages: str) -> Step:
    """A step that upgrades packages."""
    found = manager(facts)
    if found is None:
        return _in_words(facts, why, ", ".join(packages))
    names = () if found.upgrade[-1] == "upgrade" or found.upgrade[:1] == ("pacman",) else packages
    return root(why, *found.upgrade, *names)


def refresh(facts: HostFacts) -> tuple[Step, ...]:
    """A step that reads the package lists, if that is a separate command."""
    found = manager(facts)
    return (root("Read the package lists.", *found.refresh),) if found and found.refresh else ()


def then(facts: HostFacts, *steps: Step) -> tuple[Step, ...]:
    """What follows an installation: `steps`, or a restart before them on Silverblue and MicroOS.

    Their packages are installed into the next boot, and a routine fix restarts no machine. Where
    a person installs the packages, the steps are for that person too.
    """
    if manager(facts) is None:
        return tuple(by_hand(f"{step.why.rstrip('.')}: {_typed(step)}.") for step in steps)
    if not layered(facts):
        return steps
    text = "Restart the machine, which has the packages from its next boot on; then run this again."
    return (by_hand(text),)


def _typed(step: Step) -> str:
    return ("sudo " if step.sudo else "") + shlex.join(step.argv)


def rebuild_initramfs(facts: HostFacts) -> Step:
    """A step that rebuilds the image that the kernel boots with."""
    found = manager(facts)
    if found is None:
        return _in_words(facts, "Rebuild the initramfs", "the image that the kernel boots with")
    return root("Rebuild the initramfs.", *found.initramfs)


def build_module(facts: HostFacts, release: str = "") -> tuple[Step, ...]:
    """Steps that build and load the driver's module: dkms, or akmods on Fedora.

    With the `release` of another installed kernel the module is built for it and not loaded.
    """
    found = manager(facts)
    load = () if release else (root("Load it.", "modprobe", "nvidia"),)
    if found is None:
        what = f"the NVIDIA module for kernel {release or facts.system.kernel}"
        return (_in_words(facts, "Build the driver's module", what),)
    if found is MANAGERS["rpm-ostree"]:
        why = "Build the module with a new deployment of the system."
        return (root(why, *found.upgrade), reboot())
    if found is MANAGERS["transactional-update"]:
        why = "Install the driver's module for the newest kernel."
        return (root(why, *found.install, SUSE_MODULE), reboot())
    if found is MANAGERS["zypper"] and not uses_dkms(facts):
        why = "Install the driver's module again, of the running kernel's flavour."
        return (root(why, *found.install, "--force", SUSE_MODULE), *load)
    if facts.system.package_manager == "pacman" and not uses_dkms(facts):
        return (
            root("Upgrade kernel and module together.", *found.upgrade),
            by_hand("Or install nvidia-open-dkms, which builds for every kernel."),
            *load,
        )
    return (*_built(facts, found, release), *load)


def _built(facts: HostFacts, found: PackageCommands, release: str) -> tuple[Step, ...]:
    kernel = shlex.quote(release) if release else RELEASE
    why = (
        f"Build the module for kernel {release}."
        if release
        else "Build the module for this kernel."
    )
    packages = headers(facts, found, release).replace(RELEASE, kernel)
    if uses_akmods(facts):
        return (
            _headers(found, packages),
            root(why, "sh", "-c", f"akmods --force --kernels {kernel}"),
            by_hand("If akmods builds nothing: dnf reinstall akmod-nvidia."),
        )
    only = ("-k", release) if release else ()
    built = (_headers(found, f"dkms {packages}"), root(why, "dkms", "autoinstall", *only))
    return (*built, *_ready_modules(facts, kernel))


PROXMOX_HEADERS = (6, 5)
"""Kernel from which Proxmox calls its packages proxmox-headers instead of pve-headers."""
FLAVOURS = ("lts", "zen", "hardened", "rt-lts", "rt", "cachyos", "xanmod")
"""Kernels of Arch and its relatives, each with headers of its own."""


def headers(facts: HostFacts, found: PackageCommands, release: str = "") -> str:
    """The package of the kernel's headers, which differs by the kernel's flavour."""
    kernel = release or facts.system.kernel or ""
    words = kernel.split("-")
    if found is MANAGERS["apt-get"] and words[-1] == "pve":
        new = (leading_version(kernel) or PROXMOX_HEADERS) >= PROXMOX_HEADERS
        return f"{'proxmox' if new else 'pve'}-headers-{RELEASE}"
    if found is MANAGERS["pacman"]:
        flavour = next((one for one in FLAVOURS if f"-{one}" in kernel), "")
        return f"linux-{flavour}-headers" if flavour else found.headers
    if found is MANAGERS["zypper"] and len(words) > 1:
        return f"kernel-{shlex.quote(words[-1])}-devel"
    if found is MANAGERS["apk"] and words[-1] == "virt":
        return "linux-virt-dev"
    return found.headers


def _ready_modules(facts: HostFacts, kernel: str) -> tuple[Step, ...]:
    """Ubuntu's modules that are built and signed already, for who has no dkms."""
    if facts.system.programs is None or uses_dkms(facts) or not is_like(facts, "ubuntu"):
        return ()
    package = f"linux-modules-nvidia-N-{kernel}"
    number = "N as in: dpkg -l 'nvidia-driver-*'"
    return (by_hand(f"If the driver uses Ubuntu's ready modules: install {package}, {number}."),)


def _headers(found: PackageCommands, packages: str) -> Step:
    command = f"{' '.join(found.install)} {packages}"
    return root("Install the kernel's headers.", "sh", "-c", command)


def uses_akmods(facts: HostFacts) -> bool:
    """Whether RPM Fusion's akmods build the module: the default of Fedora, unless dkms is
    installed.
    """
    programs = facts.system.programs
    if programs is not None and ("akmods" in programs or "dkms" in programs):
        return "akmods" in programs
    return facts.system.distribution == "fedora"


def uses_dkms(facts: HostFacts) -> bool:
    """Whether dkms was found."""
    return "dkms" in (facts.system.programs or ())


def _no_systemd(facts: HostFacts) -> bool:
    return facts.system.services is None and facts.system.init != "systemd"


def start_service(facts: HostFacts, why: str, unit: str, *, undo: bool = False) -> Step:
    """A step that starts a service now and after each reboot."""
    if "rc-service" in (facts.system.programs or ()) and _no_systemd(facts):
        return root(why, "sh", "-c", f"rc-update add {unit} default && rc-service {unit} start")
    if _no_systemd(facts):
        return root(why, "service", unit, "start")
    back = ("systemctl", "disable", "--now", unit) if undo else ()
    return root(why, "systemctl", "enable", "--now", unit, undo=back)


def restart_docker(facts: HostFacts) -> Step:
    """A step that restarts Docker; running containers stop."""
    why = "Restart Docker; running containers stop."
    argv: tuple[str, ...] = ("systemctl", "restart", "docker")
    if own := OWN_RESTARTS.get(whole_system(facts)):
        argv = own
    elif "rc-service" in (facts.system.programs or ()) and _no_systemd(facts):
        argv = ("rc-service", "docker", "restart")
    elif _no_systemd(facts):
        argv = ("service", "docker", "restart")
    return root(why, *argv, interrupts=Interrupts.CONTAINERS)


OWN_RESTARTS = {
    "synology": ("/usr/syno/bin/synopkg", "restart", "ContainerManager"),
    "unraid": ("/etc/rc.d/rc.docker", "restart"),
}
"""Systems whose Docker is no service of systemd's or OpenRC's."""


def reboot() -> Step:
    """A step that restarts the machine."""
    return root(
        "Restart the machine; running programs end.", "reboot", interrupts=Interrupts.MACHINE
    )
