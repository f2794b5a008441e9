"""Installing Docker, by distribution.

Source: docs.docker.com/engine/install, its pages for Debian, Ubuntu, CentOS, Fedora and RHEL, and
the convenience script, which knows neither Rocky nor AlmaLinux. openSUSE, SLES (its Containers
Module) and Amazon Linux bring their own package.
"""

from scaffold.checks.host.docker_rules import INSTALL
from scaffold.checks.topics import install
from scaffold.facts import HostFacts
from scaffold.findings import Step, root

SITE = "https://download.docker.com/linux"
DEB = ("debian", "ubuntu")
RPM = {
    "fedora": "fedora",
    "rhel": "rhel",
    "centos": "centos",
    "rocky": "centos",
    "almalinux": "centos",
}
OWN_PACKAGE = ("amzn", "opensuse-leap", "opensuse-tumbleweed", "sles")
RPM_FILE = "/etc/yum.repos.d/docker-ce.repo"
DEB_FILE = "/etc/apt/sources.list.d/docker.list"
KEYRINGS = "/etc/apt/keyrings"
KEY = f"{KEYRINGS}/docker.asc"
PACKAGES = ("docker-ce", "docker-ce-cli", "containerd.io", "docker-buildx-plugin")
START = root("Start it, now and after each reboot.", "systemctl", "enable", "--now", "docker")
UPDATE = root("Read the package lists.", "apt-get", "update")


def install_docker(facts: HostFacts) -> tuple[Step, ...]:
    """Steps from nothing to a running engine."""
    name = facts.system.distribution or ""
    if name in OWN_PACKAGE or facts.system.package_manager == "zypper":
        return (install(facts, "Install the distribution's Docker.", "docker"), START)
    if name in DEB:
        added = _deb_repository(name)
    elif name in RPM:
        added = (_rpm_repository(RPM[name]),)
    else:
        return (INSTALL, START)
    return (*added, install(facts, "Install Docker Engine.", *PACKAGES), START)


def apt_tools(*packages: str) -> Step:
    """What fetches keys and lists of packages, which small installations of Debian lack."""
    return root(
        "Have what fetches and checks packages.",
        *("apt-get", "install", "-y", "--no-install-recommends"),
        *("ca-certificates", "curl", *packages),
    )


def _deb_repository(name: str) -> tuple[Step, ...]:
    fetch = f"install -m 0755 -d {KEYRINGS} && curl -fsSL -o {KEY} {SITE}/{name}/gpg"
    # Derivatives of Ubuntu name the release that they are built on.
    release = '"${UBUNTU_CODENAME:-$VERSION_CODENAME}"'
    line = f"deb [signed-by={KEY}] {SITE}/{name} %s stable\\n"
    return (
        UPDATE,
        apt_tools(),
        root(
            "Trust the key of Docker's packages.",
            *("sh", "-c", f"{fetch} && chmod a+r {KEY}"),
            undo=("rm", KEY),
        ),
        root(
            "Add Docker's repository.",
            *("sh", "-c", f". /etc/os-release && printf '{line}' {release} >{DEB_FILE}"),
            undo=("rm", DEB_FILE),
        ),
        UPDATE,
    )


def _rpm_repository(name: str) -> Step:
    return root(
        "Add Docker's repository.",
        *("curl", "-fsSL", "-o", RPM_FILE, f"{SITE}/{name}/docker-ce.repo"),
        undo=("rm", RPM_FILE),
    )
