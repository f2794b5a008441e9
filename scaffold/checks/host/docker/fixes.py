"""Installing, upgrading and starting Docker, by distribution.

Source: docs.docker.com/engine/install, its pages for Debian, Ubuntu, CentOS, Fedora and RHEL.
The convenience script (get.docker.com) refuses every distribution that it has no packages for.
openSUSE, SLES (its Containers Module), Amazon Linux, Arch and Alpine bring their own package.
"""

from scaffold.checks.host.package_managers import WHOLE, is_like, manager, whole_system
from scaffold.checks.host.packages import (
    install,
    refresh,
    start_service,
    then,
    upgrade,
)
from scaffold.facts import HostFacts
from scaffold.findings import Step, by_hand, root, run

SITE = "https://download.docker.com/linux"
DEB = ("debian", "ubuntu")
RPM = {
    "fedora": "fedora",
    "rhel": "rhel",
    "centos": "centos",
    "rocky": "centos",
    "almalinux": "centos",
}
RPM_LIKE = (("fedora", "fedora"), ("rhel", "centos"), ("centos", "centos"))
"""Docker's repository for a distribution that is built on another one (Oracle Linux)."""
OWN_PACKAGES = {
    "pacman": ("docker", "docker-buildx"),
    "apk": ("docker", "docker-cli-buildx"),
    "zypper": ("docker", "docker-buildx"),
}
OWN_DISTRIBUTIONS = {
    "amzn": ("docker",),
    **dict.fromkeys(
        ("kali", "parrot", "deepin", "uos", "devuan", "pureos"),
        ("docker.io", "docker-cli", "docker-buildx"),
    ),
    **dict.fromkeys(("openEuler", "anolis", "kylin"), ("docker",)),
    "photon": ("docker",),
    "azurelinux": ("moby-engine", "docker-cli", "docker-buildx"),
}
SCRIPT = ("raspbian",)
"""Distributions that get.docker.com supports and Docker's other repositories do not."""
RPM_FILE = "/etc/yum.repos.d/docker-ce.repo"
DEB_FILE = "/etc/apt/sources.list.d/docker.list"
KEYRINGS = "/etc/apt/keyrings"
KEY = f"{KEYRINGS}/docker.asc"
PACKAGES = ("docker-ce", "docker-ce-cli", "containerd.io", "docker-buildx-plugin")
UPDATE = root("Read the package lists.", "apt-get", "update")


def install_docker(facts: HostFacts) -> tuple[Step, ...]:
    """Steps from nothing to a running engine; a description if the distribution is unknown."""
    start = start_docker(facts)
    if name := whole_system(facts):
        option = "virtualisation.docker.enable = true" if name == "nixos" else "Docker Engine"
        return (by_hand(f"Add {option}. {WHOLE[name]}."),)
    own = _own_packages(facts)
    if own:
        why = "Install the distribution's Docker."
        return (*refresh(facts), install(facts, why, *own), *then(facts, start))
    if facts.system.distribution in SCRIPT:
        script = ("sh", "-c", "curl -fsSL https://get.docker.com | sh")
        return (root("Install Docker Engine by Docker's own script.", *script), start)
    added = _repository(facts)
    if added:
        package = install(facts, "Install Docker Engine.", *PACKAGES)
        return (*added, package, *then(facts, start))
    return (by_hand("Install Docker Engine as docs.docker.com/engine/install describes."), start)


def _own_packages(facts: HostFacts) -> tuple[str, ...]:
    by_name: tuple[str, ...] = OWN_DISTRIBUTIONS.get(facts.system.distribution or "", ())
    return by_name or OWN_PACKAGES.get(facts.system.package_manager or "", ())


def _repository(facts: HostFacts) -> tuple[Step, ...]:
    """Steps that add Docker's repository, none if it has no packages for the distribution."""
    name = facts.system.distribution or ""
    if facts.system.package_manager == "apt-get":
        base = next((one for one in ("ubuntu", "debian") if is_like(facts, one)), "")
        return _deb_repository(name if name in DEB else base) if base else ()
    base = RPM.get(name) or next((repo for one, repo in RPM_LIKE if is_like(facts, one)), "")
    return (_rpm_repository(base),) if base and facts.system.package_manager else ()


def start_docker(facts: HostFacts) -> Step:
    """A step that starts the system's engine, now and after each reboot."""
    return start_service(facts, "Start it, now and after each reboot.", "docker")


def upgrade_docker(facts: HostFacts) -> tuple[Step, ...]:
    """Steps to a current engine: Docker's packages replace an old one of the distribution."""
    own = _own_packages(facts)
    if own and not whole_system(facts):
        return (*refresh(facts), upgrade(facts, "Upgrade the distribution's Docker.", *own))
    return install_docker(facts)


def upgrade_client(facts: HostFacts) -> tuple[Step, ...]:
    """Steps to a docker command that the engine accepts; the engine itself stays."""
    own = _own_packages(facts)
    if own or not _repository(facts):
        names = own[:1] or ("docker-ce-cli",)
        return (*refresh(facts), upgrade(facts, "Upgrade the docker command.", *names))
    why = "Install the current docker command."
    return (*_repository(facts), install(facts, why, "docker-ce-cli", "docker-buildx-plugin"))


def install_buildx(facts: HostFacts) -> Step:
    """A step that adds docker buildx, from the source that Docker itself came from."""
    why = "Install docker buildx."
    if facts.system.package_manager == "apt-get" and manager(facts):
        names = ("docker-buildx-plugin", "docker-buildx")
        there, back = (
            " || ".join(f"apt-get {verb} -y {name}" for name in names)
            for verb in ("install", "remove")
        )
        return root(why, "sh", "-c", there, undo=("sh", "-c", back))
    own = next((name for name in _own_packages(facts) if name.endswith("buildx")), "")
    return install(facts, why, own or "docker-buildx-plugin", undo=True)


def start_rootless(user: str) -> tuple[Step, ...]:
    """Steps that start the user's own engine and keep it after logout."""
    return (
        run("Start your Docker.", "systemctl", "--user", "start", "docker"),
        linger(user),
        by_hand("If that unit does not exist, run: dockerd-rootless-setuptool.sh install"),
    )


def linger(user: str) -> Step:
    """A step that keeps a user's services after their last logout."""
    return run(
        "Keep your services running after logout (an admin may have to run this).",
        *("loginctl", "enable-linger", user),
        undo=("loginctl", "disable-linger", user),
    )


def use_default_context(before: str) -> Step:
    """A step that makes the system's engine the current one."""
    return run(
        "Use the system's engine.",
        *("docker", "context", "use", "default"),
        undo=("docker", "context", "use", before),
    )


def apt_tools(*packages: str) -> Step:
    """A step that installs what fetches keys and lists, which small Debian systems lack."""
    return root(
        "Install the tools that fetch and check packages.",
        *("apt-get", "install", "-y", "--no-install-recommends"),
        *("ca-certificates", "curl", *packages),
    )


def _deb_repository(name: str) -> tuple[Step, ...]:
    fetch = f"install -m 0755 -d {KEYRINGS} && curl -fsSL -o {KEY} {SITE}/{name}/gpg"
    # Derivatives name the release that they are built on.
    release = f'"${{{name.upper()}_CODENAME:-$VERSION_CODENAME}}"'
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
