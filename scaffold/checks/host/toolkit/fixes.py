"""Installing and configuring the NVIDIA Container Toolkit, by package manager.

Source: NVIDIA cloud-native docs, container-toolkit/install-guide.md; Arch has the package in
its own repositories; pop-os/pop#1708 for the pin.
"""

from scaffold.checks.host.docker.fixes import UPDATE, apt_tools
from scaffold.checks.host.kinds import is_operator_node
from scaffold.checks.host.package_managers import WHOLE, manager, whole_system
from scaffold.checks.host.packages import (
    install,
    refresh,
    restart_docker,
    then,
    upgrade,
)
from scaffold.facts import HostFacts
from scaffold.findings import Interrupts, Step, by_hand, root, run
from scaffold.parsing.untrusted.numbers import whole

REPOSITORY = "https://nvidia.github.io/libnvidia-container"
KEYRING = "/usr/share/keyrings/nvidia-container-toolkit-keyring.gpg"
APT_LIST = "/etc/apt/sources.list.d/nvidia-container-toolkit.list"
YUM_FOLDER, ZYPP_FOLDER = "/etc/yum.repos.d", "/etc/zypp/repos.d"
REPO = "nvidia-container-toolkit.repo"
RPM_URL = f"{REPOSITORY}/stable/rpm/{REPO}"
USER_FILE = "$HOME/.config/docker/daemon.json"

_SIGNED = f"s#deb https://#deb [signed-by={KEYRING}] https://#"
_APT = (
    UPDATE,
    apt_tools("gnupg2"),
    root(
        "Trust the key of NVIDIA's packages.",
        *("sh", "-c", f"curl -fsSL {REPOSITORY}/gpgkey | gpg --dearmor --yes -o {KEYRING}"),
        undo=("rm", KEYRING),
    ),
    # Fetched whole before the file is written: an empty list would pass for one.
    root(
        "Add NVIDIA's repository.",
        *("sh", "-c"),
        f"list=$(curl -fsSL {REPOSITORY}/stable/deb/nvidia-container-toolkit.list) && "
        f"echo \"$list\" | sed '{_SIGNED}' >{APT_LIST}",
        undo=("rm", APT_LIST),
    ),
    UPDATE,
)


def _rpm_repository(folder: str) -> Step:
    return root(
        "Add NVIDIA's repository.",
        *("curl", "-fsSL", "-o", f"{folder}/{REPO}", RPM_URL),
        undo=("rm", f"{folder}/{REPO}"),
    )


_RPM = (_rpm_repository(YUM_FOLDER),)
# As `zypper addrepo` does, which fails if the repository exists already.
_ZYPPER = (
    _rpm_repository(ZYPP_FOLDER),
    root("Trust its key.", "zypper", "--non-interactive", "--gpg-auto-import-keys", "refresh"),
)
SOURCES = {"apt-get": _APT, "dnf": _RPM, "yum": _RPM, "tdnf": _RPM, "zypper": _ZYPPER}

PIN_FILE = "/etc/apt/preferences.d/nvidia-container-toolkit"
_PIN = (
    "Package: nvidia-container-toolkit* libnvidia-container*\\n"
    "Pin: origin nvidia.github.io\\nPin-Priority: 1002\\n"
)
PIN = root(
    "Prefer NVIDIA's packages to those of the distribution's own archive.",
    *("sh", "-c", f"printf '{_PIN}' >{PIN_FILE}"),
    undo=("rm", PIN_FILE),
)
RESTART_ROOTLESS = run(
    "Restart your Docker; running containers stop.",
    *("systemctl", "--user", "restart", "docker"),
    interrupts=Interrupts.CONTAINERS,
)
IN_WORDS = {
    "nixos": "hardware.nvidia-container-toolkit.enable = true",
    "cos": "Containers get the GPU by --device /dev/nvidia0 --device /dev/nvidia-uvm "
    "--device /dev/nvidiactl and the driver by --volume /var/lib/nvidia/lib64:"
    "/usr/local/nvidia/lib64 --volume /var/lib/nvidia/bin:/usr/local/nvidia/bin",
    "unraid": "The NVIDIA Driver plugin brings the toolkit",
    "truenas": "Switch on NVIDIA drivers in the Apps settings, which bring the toolkit too",
    "flatcar": "The system extension nvidia-runtime brings the toolkit",
    "qnap": "The app NVIDIA GPU Driver brings the libraries, Container Station the runtime",
    "synology": "The package NVIDIA Runtime Library brings the libraries",
}
"""Systems without packages, and what takes the toolkit's place."""


def outranked(facts: HostFacts) -> bool:
    """Whether apt prefers another archive to NVIDIA's, as Pop!_OS does with priority 1001."""
    package, pin = "", ""
    for row in facts.toolkit.apt_pins:
        key, _, value = row.partition(" ")
        if key == "Package":
            package = value
        elif key == "Pin":
            pin = value
        elif _is_high(value) and "nvidia.github.io" not in pin and _names_toolkit(package):
            return True
    return facts.system.distribution == "pop" and not facts.toolkit.apt_pins


def _is_high(priority: str) -> bool:
    return (whole(priority) or 0) > USUAL_PRIORITY


USUAL_PRIORITY = 500
"""Of an archive without a pin, as NVIDIA's is."""


def _names_toolkit(package: str) -> bool:
    return "*" in package.split() or "nvidia" in package


def install_toolkit(facts: HostFacts) -> tuple[Step, ...]:
    """Steps from nothing to a Docker that gives GPUs to containers."""
    name = facts.system.package_manager
    if is_operator_node(facts):
        text = "The GPU operator of this Kubernetes cluster brings the toolkit; ask its admins."
        return (by_hand(text),)
    if system := whole_system(facts):
        words = IN_WORDS.get(system, "Add the NVIDIA Container Toolkit")
        return (by_hand(f"{words}. {WHOLE[system]}."),)
    if name == "apk":
        return (by_hand("Alpine has no toolkit, which needs glibc: use a host with glibc."),)
    if name == "pacman":
        package = install(facts, "Install the toolkit.", "nvidia-container-toolkit", undo=True)
        return (package, *configure(facts))
    if name not in SOURCES or manager(facts) is None:
        guide = "docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide"
        return (
            by_hand(f"Install the toolkit as {guide} describes."),
            *then(facts, *configure(facts)),
        )
    pin = (PIN,) if name == "apt-get" and outranked(facts) else ()
    package = install(facts, "Install the toolkit.", "nvidia-container-toolkit")
    return (*pin, *SOURCES[name], package, *then(facts, *configure(facts)))


def upgrade_toolkit(facts: HostFacts) -> tuple[Step, ...]:
    """Steps to the newest packages; the four of one release must match since 1.18."""
    libraries = ("libnvidia-container-tools", "libnvidia-container1")
    names = ("nvidia-container-toolkit", "nvidia-container-toolkit-base", *libraries)
    pin = (PIN,) if facts.system.package_manager == "apt-get" and outranked(facts) else ()
    new = upgrade(facts, "Upgrade its packages together.", *names)
    return (*pin, *refresh(facts), new, *then(facts, restart(facts)))


def restart(facts: HostFacts) -> Step:
    """A step that restarts this host's engine, the user's own one without root."""
    rootless = facts.docker and facts.docker.rootless
    return RESTART_ROOTLESS if rootless else restart_docker(facts)


def configure(facts: HostFacts) -> tuple[Step, ...]:
    """Steps that add NVIDIA's runtime to Docker's settings."""
    if facts.docker and facts.docker.rootless:
        tell = f"nvidia-ctk runtime configure --runtime=docker --config={USER_FILE}"
        return (run("Add NVIDIA's runtime to your Docker.", "sh", "-c", tell), RESTART_ROOTLESS)
    argv = ("nvidia-ctk", "runtime", "configure", "--runtime=docker")
    return (root("Add NVIDIA's runtime to Docker's settings.", *argv), restart_docker(facts))


SPECIFICATION = "/var/run/cdi/nvidia.yaml"


def renew_cdi(facts: HostFacts) -> tuple[Step, ...]:
    """Steps that write the CDI specification again; files of before are moved aside."""
    old = [file for file in facts.toolkit.cdi_files or () if file != SPECIFICATION]
    aside = (_aside(file) for file in old if file.rpartition("/")[2].startswith("nvidia"))
    write = root(
        "Write the CDI specification again.",
        *("nvidia-ctk", "cdi", "generate", f"--output={SPECIFICATION}"),
        undo=("rm", "-f", SPECIFICATION),
    )
    return (*aside, write)


def one_of_cdi(facts: HostFacts) -> tuple[Step, ...]:
    """Steps that leave one of several specifications: the toolkit's own, else the last."""
    doubles = facts.toolkit.cdi_doubles
    kept = next((file for file in doubles if file.endswith("/nvidia.yaml")), doubles[-1])
    return (*[_aside(file) for file in doubles if file != kept], restart(facts))


def _aside(file: str) -> Step:
    return root(
        f"Move {file} aside, which was written before.",
        *("mv", file, f"{file}.before-scaffold"),
        undo=("mv", f"{file}.before-scaffold", file),
    )


def set_config(why: str, key: str, value: str, before: str) -> Step:
    """A step that sets one value of config.toml."""
    set_to = ("nvidia-ctk", "config", "--in-place", "--set")
    return root(why, *set_to, f"{key}={value}", undo=(*set_to, f"{key}={before}"))
