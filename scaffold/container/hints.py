"""Commands in hints, completed with the host of this run, so that they can be pasted."""

import re
import shlex
from pathlib import Path

_SCAFFOLD = re.compile(r"\bscaffold (?:container [a-z]+|tunnel)\b(?! --host)")
_DOCKER = re.compile(
    r"\bdocker (?=(?:builder|commit|context|image|logs|network|pull|rename|rm|run|start|stop"
    r"|system|top|unpause|volume) |(?:info|ps|version)\b)"
)


def for_host(text: str, host: str | None, ssh_config: Path | None = None) -> str:
    """The text with `--host` after each command of ours, and `-H` after each `docker`."""
    if not host:
        return text
    ours = f" --host {shlex.quote(host)}"
    if ssh_config:
        ours += f" --ssh-config {shlex.quote(str(ssh_config))}"
    text = _SCAFFOLD.sub(lambda match: match[0] + ours, text)
    return _DOCKER.sub(f"docker -H ssh://{shlex.quote(host)} ", text)
