"""The command that reconnects to a container, by its state."""

import shlex

from scaffold.container.editor_uri import attached
from scaffold.container.facts import ContainerFacts
from scaffold.container.names import RecreateRole

SHELLS = ("bash", "zsh", "fish", "sh", "ash", "dash")


def reconnect_command(container: ContainerFacts, host: str | None = None) -> str:
    """The command to type. It starts nothing but the container's own program."""
    docker = ["docker", *(("-H", f"ssh://{host}") if host else ())]
    if container.role and container.role.part is not RecreateRole.BEFORE:
        reach = f" --host {shlex.quote(host)}" if host else ""
        return f"scaffold container recreate {shlex.quote(container.role.name)}{reach}"
    return " && ".join(shlex.join([*docker, *step]) for step in _steps(container))


def _steps(container: ContainerFacts) -> list[list[str]]:
    name, shell = container.name, ["exec", "-it", container.name, _shell(container)]
    match container.state:
        case "running":
            return [shell]
        case "paused":
            return [["unpause", name], shell]
        case "restarting" | "dead" | "removing":
            return [["logs", "--tail", "50", name]]
        case _ if container.interactive:
            return [["start", "-ai", name]]
        case _:
            return [["start", name], shell]


def _shell(container: ContainerFacts) -> str:
    """The shell that the container was started with, else bash, which nearly all ML images have."""
    for word in container.command:
        if word.rpartition("/")[2] in SHELLS:
            return word
    return "bash"


def attach_uri(container: ContainerFacts) -> str:
    """What VS Code opens on this machine: `code --folder-uri URI`.

    Not documented (microsoft/vscode-remote-release#5867): the palette's "Dev Containers: Attach
    to Running Container…" does the same.
    """
    return attached(container.name)
