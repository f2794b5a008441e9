"""Programs of a computer: their versions as text, and how each is installed."""

from scaffold.checks.host.package_managers import MANAGERS
from scaffold.facts.computer import ComputerFacts, OwnSystem
from scaffold.findings import Step, by_hand, root, run
from scaffold.versions import Version

PACKAGES: dict[str, dict[str, str]] = {
    "ssh": {
        "apt-get": "openssh-client",
        "dnf": "openssh-clients",
        "yum": "openssh-clients",
        "zypper": "openssh-clients",
        "pacman": "openssh",
        "brew": "openssh",
    },
    "rsync": dict.fromkeys((*MANAGERS, "brew"), "rsync"),
    "git": dict.fromkeys((*MANAGERS, "brew"), "git"),
    "node": {"brew": "node", "pacman": "nodejs"},
    "buildx": {"brew": "docker-buildx", "pacman": "docker-buildx"},
}
"""Program to its package; where it is missing, the package is too old or has another source."""

PAGES: dict[tuple[str, OwnSystem], str] = {
    ("docker", OwnSystem.LINUX): "Install Docker Engine: https://docs.docker.com/engine/install/",
    ("docker", OwnSystem.MACOS): "Install Docker Desktop: "
    "https://docs.docker.com/desktop/setup/install/mac-install/",
    ("docker", OwnSystem.WSL2): "Install Docker Desktop on Windows and turn on Settings > "
    "Resources > WSL integration for this distribution.",
    ("vscode", OwnSystem.LINUX): "Install VS Code: https://code.visualstudio.com/docs/setup/linux",
    ("vscode", OwnSystem.MACOS): "Install VS Code, then run from its palette: Shell Command: "
    "Install 'code' command in PATH.",
    ("vscode", OwnSystem.WSL2): "Install VS Code on Windows with its WSL extension, then open a "
    "new terminal here.",
}
"""What a person installs, where no command of a package manager does."""

OTHERS = {
    "node": "Install Node.js 20 or newer: https://nodejs.org/en/download",
    "buildx": "Install Docker's package docker-buildx-plugin, or Docker 23 or newer: "
    "https://docs.docker.com/engine/install/",
}


def install(facts: ComputerFacts, program: str) -> tuple[Step, ...]:
    """The step that installs or updates a program on this computer."""
    package = PACKAGES.get(program, {}).get(facts.manager, "")
    if package and facts.manager == "brew":
        return (run(f"Install {program}.", "brew", "install", package),)
    if package:
        return (root(f"Install {program}.", *MANAGERS[facts.manager].install, package),)
    page = PAGES.get((program, facts.system)) or OTHERS.get(program)
    return (by_hand(page or f"Install {program} with your package manager."),)


def dotted(version: Version | None) -> str:
    """A version as text."""
    return ".".join(map(str, version)) if version else "version unknown"


def told(facts: ComputerFacts, *names: str) -> str:
    """The programs that exist, with their versions."""
    found = [
        f"{name} {dotted(facts.programs[name].version)}" for name in names if name in facts.programs
    ]
    return ", ".join(found) or "not installed"


def is_older(facts: ComputerFacts, name: str, oldest: Version) -> bool:
    """Whether a program exists and is known to be older."""
    program = facts.programs.get(name)
    return bool(program and program.version and program.version < oldest)
