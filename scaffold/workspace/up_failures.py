"""What the Dev Containers CLI and Docker say when a container does not start, and what mends it."""

import re

KNOWN: tuple[tuple[str, str], ...] = (
    (
        r"(?m)bind source path does not exist: (.+?)\.?\s*$",
        "make the folder {0} where the engine runs",
    ),
    (r"could not select device driver|unknown or invalid runtime", "scaffold host check {host}"),
    (r"[Cc]annot connect to the Docker daemon", "scaffold host check {host}"),
    (r"permission denied while trying to connect", "scaffold host check {host}"),
    (r"no space left on device", "docker system df shows what can go: {host}"),
    (r"executable file not found.*docker|spawn docker ENOENT", "scaffold host check {host}"),
    (r"invalid mount config", "look at mounts and workspaceMount in devcontainer.json"),
    (r"failed to resolve source metadata for (\S+?):? ", "is the image {0} still there?"),
    (r"the --mount option requires BuildKit", "DOCKER_BUILDKIT=1, or Docker 23 and newer"),
)
"""Words of Docker's own messages to what is to be done; `{host}` is the host's name."""

_REASONS = (
    re.compile(r"Error response from daemon|failed to solve"),
    re.compile(r"(?i)\berror\b|denied|cannot"),
)

GENERAL = re.compile(r"An error occurred|Command failed")
"""Words of the CLI (0.89) that say no more than that something failed."""

_NOISE = re.compile(r"^\[\d+ ms\] |^\[[\d-]+T[\d:.]+Z\] |\x1b\[[0-9;?]*[A-Za-z]")


def plain(line: str) -> str:
    """A line of the CLI's log without its times and colours."""
    text = _NOISE.sub("", line)
    return "".join(char for char in _NOISE.sub("", text) if char.isprintable()).strip()


def hint_for(log: str, host: str) -> str:
    """What mends the first failure that is known, or an empty text."""
    for pattern, hint in KNOWN:
        if match := re.search(pattern, log):
            return hint.format(*match.groups(), host=host or "local")
    return ""


def reason(log: str) -> str:
    """The line of the log that is most likely the reason: Docker's own words before others."""
    lines = [text for line in log.splitlines() if (text := plain(line))]
    for words in _REASONS:
        if found := next((text for text in reversed(lines) if words.search(text)), ""):
            return found
    return lines[-1] if lines else "it said nothing"
