"""Packages of the driver by distribution: legacy branches, libraries, removal in WSL2.

Sources: packages.ubuntu.com, packages.debian.org, rpmfusion.org/Howto/NVIDIA,
wiki.archlinux.org/title/NVIDIA, en.opensuse.org/SDB:NVIDIA_drivers, NVIDIA's driver
installation guide (package streams of RHEL and its rebuilds).
"""

from scaffold.checks.host.package_managers import family, manager
from scaffold.checks.host.packages import install, reboot
from scaffold.facts import HostFacts
from scaffold.findings import Step, by_hand, root
from scaffold.parsing.untrusted.numbers import leading_version

_ARCH = "packages of the AUR, by a helper such as yay: {name}-dkms, {name}-utils"
_NIX = "hardware.nvidia.package = config.boot.kernelPackages.nvidiaPackages"
LEGACY: dict[tuple[str, int], tuple[str, ...] | str] = {
    ("ubuntu", 580): ("nvidia-driver-580",),
    ("ubuntu", 470): ("nvidia-driver-470",),
    ("ubuntu", 390): "R390 is in Ubuntu up to 22.04 only: nvidia-driver-390",
    ("debian", 580): "NVIDIA's own packages, pinned: nvidia-driver-pinning-580, then cuda-drivers",
    ("debian", 470): ("nvidia-tesla-470-driver",),
    ("fedora", 580): ("akmod-nvidia-580xx", "xorg-x11-drv-nvidia-580xx-cuda"),
    ("fedora", 470): ("akmod-nvidia-470xx", "xorg-x11-drv-nvidia-470xx-cuda"),
    ("rhel", 580): "NVIDIA's stream: dnf module enable nvidia-driver:580-dkms, then cuda-drivers",
    ("rhel", 470): "NVIDIA's stream: dnf module enable nvidia-driver:470-dkms, then cuda-drivers",
    ("arch", 580): _ARCH.format(name="nvidia-580xx"),
    ("arch", 470): _ARCH.format(name="nvidia-470xx"),
    ("arch", 390): _ARCH.format(name="nvidia-390xx"),
    ("suse", 580): "NVIDIA's repository: nvidia-driver-G06-kmp-default, locked at 580",
    ("suse", 470): ("nvidia-gfxG05-kmp-default",),
    ("nixos", 580): f"{_NIX}.legacy_580",
    ("nixos", 470): f"{_NIX}.legacy_470",
}
"""The last branch that knows a card: packages to install, or a description if more is needed."""

LIBRARIES = {
    "ubuntu": "libnvidia-compute-{branch}",
    "debian": "libnvidia-ml1",
    "fedora": "xorg-x11-drv-nvidia-cuda-libs",
    "rhel": "nvidia-driver-cuda-libs",
    "arch": "nvidia-utils",
    "suse": "nvidia-compute-utils-G06",
}
"""The package of libnvidia-ml.so and libcuda.so."""
UTILITIES = {
    "ubuntu": "nvidia-utils-{branch}",
    "debian": "nvidia-smi",
    "fedora": "xorg-x11-drv-nvidia-cuda",
    "rhel": "nvidia-driver-cuda",
    "arch": "nvidia-utils",
    "suse": "nvidia-compute-utils-G06",
}
"""The package of nvidia-smi."""
SIGNING_KEYS = {
    "fedora": "/etc/pki/akmods/certs/public_key.der",
    "ubuntu": "/var/lib/shim-signed/mok/MOK.der",
    "debian": "/var/lib/dkms/mok.pub",
}
"""The key that modules are signed with when they are built: of akmods, of shim, of dkms."""
SAME = {
    **dict.fromkeys(("rocky", "almalinux", "centos", "ol", "amzn"), "rhel"),
    **dict.fromkeys(("sles", "opensuse-leap", "opensuse-tumbleweed", "opensuse"), "suse"),
    **dict.fromkeys(("pop", "linuxmint", "elementary", "zorin"), "ubuntu"),
    **dict.fromkeys(("manjaro", "endeavouros", "cachyos"), "arch"),
}
"""Distributions whose driver packages have the names of another one's."""


def _known(facts: HostFacts) -> tuple[str, ...]:
    return tuple(SAME.get(name, name) for name in family(facts))


DEBIANS_LAST = (12, 470)
"""The last Debian that has R470: packages.debian.org, nvidia-tesla-470-driver."""


def _debian(facts: HostFacts) -> int:
    """The release of Debian, 0 for other distributions."""
    release = leading_version(facts.system.distribution_version) or (0,)
    return release[0] if facts.system.distribution == "debian" else 0


def legacy_driver(facts: HostFacts, branch: int) -> tuple[Step, ...]:
    """Steps to the last branch that knows a card; a description if the distribution is unknown."""
    rows = (LEGACY.get((name, branch)) for name in _known(facts))
    found = next((row for row in rows if row), None)
    if branch == DEBIANS_LAST[1] and _debian(facts) > DEBIANS_LAST[0]:
        found = "Debian has it up to 12 only; use NVIDIA's own installer of 470.256.02"
    keep = by_hand("Hold these packages, so that upgrades do not replace them.")
    why = f"Install R{branch}, the last branch for this card"
    if isinstance(found, tuple) and manager(facts):
        return (install(facts, f"{why}.", *found), keep, reboot())
    words = found or "its packages are named in the distribution's documentation"
    return (by_hand(f"{why}: {words}."), keep)


def libraries(facts: HostFacts) -> tuple[Step, ...]:
    """Steps that bring the driver's user-space libraries back."""
    cache = root("Refresh the linker's cache.", "ldconfig")
    return (_of(facts, LIBRARIES, "Install the driver's libraries again"), cache)


def utilities(facts: HostFacts) -> tuple[Step, ...]:
    """Steps that bring nvidia-smi of the loaded version."""
    return (_of(facts, UTILITIES, "Install nvidia-smi of the loaded version"),)


def _of(facts: HostFacts, table: dict[str, str], why: str) -> Step:
    name = next((table[name] for name in _known(facts) if name in table), "")
    version = facts.driver_version or facts.driver.installed_version or ""
    branch = version.partition(".")[0]
    if not name or ("{branch}" in name and not branch):
        return by_hand(
            f"{why}: version {version or 'of the module'}, from the same source as the driver."
        )
    return install(facts, f"{why}.", name.format(branch=branch))


def remove_linux_driver(facts: HostFacts) -> tuple[Step, ...]:
    """Steps that remove a Linux driver from WSL2."""
    if facts.system.package_manager == "apt-get":
        return (root("Remove it.", "sh", "-c", "apt-get purge -y '^nvidia-.*' '^libnvidia-.*'"),)
    return (by_hand("Remove every package of the Linux driver; keep the container toolkit."),)


def enrol_key(facts: HostFacts) -> tuple[Step, ...]:
    """Steps after which Secure Boot accepts the driver's module."""
    names = (SIGNING_KEYS.get(name) for name in _known(facts))
    key = next(filter(None, names), SIGNING_KEYS["debian"])
    make = (root("Create a signing key.", "kmodgenca", "-a"),) if "akmods" in key else ()
    return (
        *make,
        root(
            "Enrol the key that signs the module; it asks for a password of your choice.",
            *("mokutil", "--import", key),
            undo=("mokutil", "--revoke-import"),
        ),
        by_hand("Reboot, and choose Enroll MOK on the machine's own screen."),
        by_hand("Or install the distribution's signed modules, or switch Secure Boot off."),
    )
