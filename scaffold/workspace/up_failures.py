"""Errors of the Dev Containers CLI and Docker when a container does not start, with their fixes."""

import re

NETWORK_HOME = (
    "Docker may not enter {0} on {host}, as on a network home that refuses root: "
    "scaffold init --host {host} --workspace PATH on a local disk, or chmod o+x"
)

KNOWN: tuple[tuple[str, str], ...] = (
    (
        r"(?m)bind source path does not exist: (.+?)\.?\s*$",
        "create the folder {0} on the machine where Docker runs",
    ),
    (
        r"(?:source path|error mounting|statfs|mkdir|lstat) \S*?(/[^'\": ]+).*permission denied",
        NETWORK_HOME,
    ),
    (r"could not select device driver|unknown or invalid runtime", "scaffold host check {host}"),
    (r"[Cc]annot connect to the Docker daemon", "scaffold host check {host}"),
    (r"permission denied while trying to connect", "scaffold host check {host}"),
    (
        r"no space left on device",
        "free disk space on {host}: docker system df shows what can be removed",
    ),
    (r"executable file not found.*docker|spawn docker ENOENT", "scaffold host check {host}"),
    (r"invalid mount config", "check mounts and workspaceMount in devcontainer.json"),
    (
        r'container name "/?([^"]+)" is already in use',
        "choose another --name in runArgs; scaffold container list --all shows whose {0} is",
    ),
    (
        r"Bind for \S*?:(\d+) failed: port is already allocated|\S*:(\d+): bind: address already",
        "another program uses the port on {host}: publish another one, or use scaffold tunnel",
    ),
    (r"failed to resolve source metadata for (\S+?):? ", "check that the image {0} still exists"),
    (r"the --mount option requires BuildKit", "set DOCKER_BUILDKIT=1, or use Docker 23 or newer"),
)
"""Docker's own messages to their fix; `{host}` is the host's name."""

_REASONS = (
    re.compile(r"Error response from daemon|failed to solve"),
    re.compile(r"(?i)\berror\b|denied|cannot"),
)

GENERAL = re.compile(r"An error occurred|Command failed")
"""Messages of the CLI (0.89) that give no reason."""

_NOISE = re.compile(r"^\[\d+ ms\] |^\[[\d-]+T[\d:.]+Z\] |\x1b\[[0-9;?]*[A-Za-z]")


def plain(line: str) -> str:
    """A line of the CLI's log without times and colours."""
    text = _NOISE.sub("", line)
    return "".join(char for char in _NOISE.sub("", text) if char.isprintable()).strip()


def hint_for(log: str, host: str) -> str:
    """The fix of the first known failure, or an empty text."""
    for pattern, hint in KNOWN:
        if match := re.search(pattern, log):
            return hint.format(*match.groups(), host=host or "local")
    return ""


def reason(log: str) -> str:
    """The most likely reason in the log: Docker's own messages before others."""
    lines = [text for line in log.splitlines() if (text := plain(line))]
    for words in _REASONS:
        if found := next((text for text in reversed(lines) if words.search(text)), ""):
            return found
    return lines[-1] if lines else "no output"
