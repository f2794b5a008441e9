"""Installing Docker, by distribution.

Source: docs.docker.com/engine/install, its pages for CentOS, Fedora, RHEL and the convenience
script, which knows neither Rocky nor AlmaLinux; openSUSE and SLES bring their own package.
"""

from scaffold.checks.host.docker_rules import INSTALL
from scaffold.checks.topics import install
from scaffold.facts import HostFacts
from scaffold.findings import Step, root

SITE = "https://download.docker.com/linux"
REPOSITORIES = {
    "fedora": "fedora",
    "rhel": "rhel",
    "centos": "centos",
    "rocky": "centos",
    "almalinux": "centos",
}
REPO_FILE = "/etc/yum.repos.d/docker-ce.repo"
PACKAGES = ("docker-ce", "docker-ce-cli", "containerd.io", "docker-buildx-plugin")
START = root("Start it, now and after each reboot.", "systemctl", "enable", "--now", "docker")


def install_docker(facts: HostFacts) -> tuple[Step, ...]:
    """Steps from nothing to a running engine."""
    if facts.system.package_manager == "zypper":
        return (install(facts, "Install the distribution's Docker.", "docker"), START)
    repository = REPOSITORIES.get(facts.system.distribution or "")
    if not repository:
        return (INSTALL,)
    add = root(
        "Add Docker's repository.",
        *("curl", "-fsSL", "-o", REPO_FILE, f"{SITE}/{repository}/docker-ce.repo"),
        undo=("rm", REPO_FILE),
    )
    return (add, install(facts, "Install Docker Engine.", *PACKAGES), START)
