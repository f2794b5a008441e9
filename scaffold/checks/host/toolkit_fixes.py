"""Installing and configuring the NVIDIA Container Toolkit, by package manager.

Source: NVIDIA cloud-native docs, container-toolkit/install-guide.md.
"""

from scaffold.checks.host.docker_fixes import UPDATE, apt_tools
from scaffold.checks.topics import install, upgrade
from scaffold.facts import HostFacts
from scaffold.findings import Step, by_hand, root, run

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
# As `zypper addrepo` does, which fails where the repository is there already.
_ZYPPER = (
    _rpm_repository(ZYPP_FOLDER),
    root("Trust its key.", "zypper", "--non-interactive", "--gpg-auto-import-keys", "refresh"),
)
SOURCES = {"apt-get": _APT, "dnf": _RPM, "yum": _RPM, "zypper": _ZYPPER}

RESTART = root("Restart Docker; running containers stop.", "systemctl", "restart", "docker")
RESTART_ROOTLESS = run("Restart your Docker.", "systemctl", "--user", "restart", "docker")


def install_toolkit(facts: HostFacts) -> tuple[Step, ...]:
    """Steps from nothing to a Docker that gives GPUs to containers."""
    manager = facts.system.package_manager
    if manager not in SOURCES:
        guide = "docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide"
        return (by_hand(f"Install the toolkit as {guide} says."), *configure(facts))
    package = install(facts, "Install the toolkit.", "nvidia-container-toolkit")
    return (*SOURCES[manager], package, *configure(facts))


def upgrade_toolkit(facts: HostFacts) -> tuple[Step, ...]:
    """Steps to the newest packages; the four of one release must match since 1.18."""
    names = ("nvidia-container-toolkit", "nvidia-container-toolkit-base")
    libraries = ("libnvidia-container-tools", "libnvidia-container1")
    fresh = (UPDATE,) if facts.system.package_manager == "apt-get" else ()
    new = upgrade(facts, "Upgrade its four packages together.", *names, *libraries)
    return (*fresh, new, RESTART)


def configure(facts: HostFacts) -> tuple[Step, ...]:
    """Steps that tell Docker of the toolkit's runtime."""
    if facts.docker and facts.docker.rootless:
        tell = f"nvidia-ctk runtime configure --runtime=docker --config={USER_FILE}"
        return (run("Tell your Docker of the runtime.", "sh", "-c", tell), RESTART_ROOTLESS)
    argv = ("nvidia-ctk", "runtime", "configure", "--runtime=docker")
    return (root("Tell Docker of NVIDIA's runtime.", *argv), RESTART)
