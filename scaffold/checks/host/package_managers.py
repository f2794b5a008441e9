"""The package managers of hosts, and which one a host has."""

from scaffold.facts import HostFacts
from scaffold.records import dataclass

RELEASE = "$(uname -r)"


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
    "tdnf": PackageCommands(
        install=("tdnf", "install", "-y"),
        upgrade=("tdnf", "update", "-y"),
        remove=("tdnf", "remove", "-y"),
        headers=f"kernel-devel-{RELEASE}",
        initramfs=_RPM_INITRAMFS,
    ),
    "transactional-update": PackageCommands(
        install=("transactional-update", "--non-interactive", "pkg", "install"),
        upgrade=("transactional-update", "--non-interactive", "pkg", "update"),
        remove=("transactional-update", "--non-interactive", "pkg", "remove"),
        headers="kernel-default-devel",
        initramfs=("transactional-update", "initrd"),
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
    "qnap": "QTS has no package manager for this; use its App Center",
    "talos": "Talos has no package manager; add a system extension to its image",
    "bottlerocket": "Bottlerocket has no package manager; choose its NVIDIA variant",
    "truenas": "TrueNAS switches apt off; use its Apps settings, which install NVIDIA's driver",
}
"""Systems that are built or updated as a whole, and how each is changed."""

_MARKS = {
    "/etc/synoinfo.conf": "synology",
    "/etc/unraid-version": "unraid",
    "/etc/config/qpkg.conf": "qnap",
    "/usr/bin/midclt": "truenas",
}
LAYERED = ("rpm-ostree", "transactional-update")
"""Managers whose packages are there after the next boot."""


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
    if name := layered(facts):
        return MANAGERS[name]
    return MANAGERS.get(facts.system.package_manager or "")


def layered(facts: HostFacts) -> str:
    """The manager of a system that installs into its next boot, empty for any other."""
    programs = facts.system.programs or ()
    return next((name for name in LAYERED if name in programs), "")


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
