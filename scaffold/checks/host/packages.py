"""One table of package managers: every package, service and boot command of a fix comes from it.

If a host's manager is unknown, or its system is built as a whole (NixOS, Container-Optimized
OS, Unraid), a step is words instead of a command.
"""

from dataclasses import dataclass

from scaffold.facts import HostFacts
from scaffold.findings import Interrupts, Step, by_hand, root

RELEASE = "$(uname -r)"
SUSE_MODULE = "nvidia-open-driver-G06-signed-kmp-default"
"""SUSE's own packages hold a ready module; en.opensuse.org/SDB:NVIDIA_drivers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageCommands:
    """Commands of one package manager; `headers` is a package name for a shell."""

    install: tuple[str, ...]
    upgrade: tuple[str, ...]
    remove: tuple[str, ...]
    refresh: tuple[str, ...] = ()
    headers: str
    initramfs: tuple[str, ...]


_RPM_INITRAMFS = ("dracut", "--force")
MANAGERS = {
    "apt-get": PackageCommands(
        install=("apt-get", "install", "-y"),
        upgrade=("apt-get", "install", "-y", "--only-upgrade"),
        remove=("apt-get", "remove", "-y"),
        refresh=("apt-get", "update"),
        headers=f"linux-headers-{RELEASE}",
        initramfs=("update-initramfs", "-u"),
    ),
    "dnf": PackageCommands(
        install=("dnf", "install", "-y"),
        upgrade=("dnf", "upgrade", "-y"),
        remove=("dnf", "remove", "-y"),
        headers=f"kernel-devel-{RELEASE}",
        initramfs=_RPM_INITRAMFS,
    ),
    "yum": PackageCommands(
        install=("yum", "install", "-y"),
        upgrade=("yum", "update", "-y"),
        remove=("yum", "remove", "-y"),
        headers=f"kernel-devel-{RELEASE}",
        initramfs=_RPM_INITRAMFS,
    ),
    "zypper": PackageCommands(
        install=("zypper", "--non-interactive", "install"),
        upgrade=("zypper", "--non-interactive", "update"),
        remove=("zypper", "--non-interactive", "remove"),
        headers="kernel-default-devel",
        initramfs=_RPM_INITRAMFS,
    ),
    "pacman": PackageCommands(
        install=("pacman", "-S", "--noconfirm"),
        # A partial upgrade breaks Arch: its packages are built against each other's newest.
        upgrade=("pacman", "-Syu", "--noconfirm"),
        remove=("pacman", "-R", "--noconfirm"),
        headers="linux-headers",
        initramfs=("mkinitcpio", "-P"),
    ),
    "apk": PackageCommands(
        install=("apk", "add"),
        upgrade=("apk", "add", "--upgrade"),
        remove=("apk", "del"),
        headers="linux-lts-dev",
        initramfs=("mkinitfs",),
    ),
    "rpm-ostree": PackageCommands(
        install=("rpm-ostree", "install", "-y"),
        upgrade=("rpm-ostree", "upgrade"),
        remove=("rpm-ostree", "uninstall", "-y"),
        headers="kernel-devel",
        initramfs=("rpm-ostree", "initramfs", "--enable"),
    ),
}

WHOLE = {
    "nixos": "In configuration.nix, then run nixos-rebuild switch",
    "cos": "Container-Optimized OS has no package manager; use its own tools (cos-extensions)",
    "flatcar": "Flatcar has no package manager; add it by Butane or a system extension",
    "unraid": "Unraid has no package manager; use Community Applications",
    "synology": "DSM has no package manager for this; use its Package Center",
    "talos": "Talos has no package manager; add a system extension to its image",
    "bottlerocket": "Bottlerocket has no package manager; choose its NVIDIA variant",
}
"""Systems that are built or updated as a whole, and where a change goes."""
_MARKS = {"/etc/synoinfo.conf": "synology", "/etc/unraid-version": "unraid"}


def whole_system(facts: HostFacts) -> str:
    """The name of a system in WHOLE, empty for a system with packages."""
    system = facts.system
    marked = next((_MARKS[mark] for mark in system.marks or () if mark in _MARKS), "")
    name = system.distribution or ""
    # Unraid is built on Slackware and calls itself so in older releases.
    if name == "slackware" and "unraid" in (system.pretty_name or "").lower():
        return "unraid"
    return marked or (name if name in WHOLE else "")


def manager(facts: HostFacts) -> PackageCommands | None:
    """The host's package manager, None if it has none or an unknown one."""
    if whole_system(facts):
        return None
    if "rpm-ostree" in (facts.system.programs or ()):
        return MANAGERS["rpm-ostree"]
    return MANAGERS.get(facts.system.package_manager or "")


BUILT_ON = {
    **dict.fromkeys(("linuxmint", "pop", "elementary", "zorin", "neon", "tuxedo"), "ubuntu"),
    **dict.fromkeys(("manjaro", "endeavouros", "cachyos", "garuda"), "arch"),
    **dict.fromkeys(("rocky", "almalinux", "ol", "scientific", "eurolinux"), "rhel"),
    **dict.fromkeys(("nobara", "bazzite", "ultramarine"), "fedora"),
    **dict.fromkeys(("kali", "raspbian", "proxmox", "devuan", "pureos"), "debian"),
}
"""What a distribution is built on, if its os-release does not say so."""


def family(facts: HostFacts) -> tuple[str, ...]:
    """The distribution's id, then those that it is built on."""
    name = facts.system.distribution or ""
    like = facts.system.like or (BUILT_ON.get(name, ""),)
    return tuple(filter(None, (name, *like)))


def is_like(facts: HostFacts, *names: str) -> bool:
    """Whether the distribution is one of `names` or built on one."""
    return any(name in names for name in family(facts))


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
    """A step that reads the package lists, where that is a command of its own."""
    found = manager(facts)
    return (root("Read the package lists.", *found.refresh),) if found and found.refresh else ()


def rebuild_initramfs(facts: HostFacts) -> Step:
    """A step that rebuilds the image that the kernel boots with."""
    found = manager(facts)
    if found is None:
        return _in_words(facts, "Rebuild the initramfs", "the image that the kernel boots with")
    return root("Rebuild the initramfs.", *found.initramfs)


def build_module(facts: HostFacts) -> tuple[Step, ...]:
    """Steps that build the driver's module for the running kernel: dkms, or akmods on Fedora."""
    found = manager(facts)
    load = root("Load it.", "modprobe", "nvidia")
    if found is None:
        what = f"the NVIDIA module for kernel {facts.system.kernel}"
        return (_in_words(facts, "Build the driver's module", what),)
    if found is MANAGERS["rpm-ostree"]:
        why = "Build the module with a new deployment of the system."
        return (root(why, *found.upgrade), reboot())
    if found is MANAGERS["zypper"] and not uses_dkms(facts):
        why = "Install the driver's module again, of the running kernel's flavour."
        return (root(why, *found.install, "--force", SUSE_MODULE), load)
    headers = root("Install the kernel's headers.", "sh", "-c", _headers(facts, found))
    if uses_akmods(facts):
        build = root(
            "Build the module for this kernel.", "sh", "-c", f"akmods --force --kernels {RELEASE}"
        )
        again = by_hand("If akmods builds nothing: dnf reinstall akmod-nvidia.")
        return (headers, build, load, again)
    if facts.system.package_manager == "pacman" and not uses_dkms(facts):
        return (
            root("Upgrade kernel and module together.", *found.upgrade),
            by_hand("Or install nvidia-open-dkms, which builds for every kernel."),
            load,
        )
    build = root("Build the module for this kernel.", "dkms", "autoinstall")
    return (headers, build, load)


def _headers(facts: HostFacts, found: PackageCommands) -> str:
    packages = found.headers if uses_akmods(facts) else f"dkms {found.headers}"
    return f"{' '.join(found.install)} {packages}"


def uses_akmods(facts: HostFacts) -> bool:
    """Whether RPM Fusion's akmods build the module: Fedora's usual way, unless dkms is there."""
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
    argv = ("systemctl", "restart", "docker")
    if "rc-service" in (facts.system.programs or ()) and _no_systemd(facts):
        argv = ("rc-service", "docker", "restart")
    elif _no_systemd(facts):
        argv = ("service", "docker", "restart")
    return root(why, *argv, interrupts=Interrupts.CONTAINERS)


def reboot() -> Step:
    """A step that restarts the machine."""
    return root(
        "Restart the machine; running programs end.", "reboot", interrupts=Interrupts.MACHINE
    )
