"""What comes next in a folder: from no project to a running dev container."""

import shutil
from pathlib import Path

from scaffold.adapters.devcontainer.config import find_config
from scaffold.adapters.docker.contexts import contexts
from scaffold.adapters.docker.engine import docker_engine
from scaffold.commands.workspace.location import locate, recorded_host
from scaffold.commands.workspace.standing import identity_of, standing
from scaffold.container.engine_json import name_of, table
from scaffold.errors import InputError, ScaffoldError
from scaffold.records import dataclass

PROJECT_FILES = ("*.py", "*.ipynb", "*.toml", "requirements*.txt", "environment*.y*ml", "*/*.py")
"""Any of these makes a folder a project; of others init can make an empty container."""

UP = ("scaffold up", "start the dev container and test its GPU")
DOCTOR = ("scaffold doctor", "check this computer")


@dataclass(frozen=True, slots=True)
class NextSteps:
    """Where the user stands in one line, and commands with what each does, the first one first."""

    state: str
    steps: tuple[tuple[str, str], ...]


def next_steps(root: Path) -> NextSteps:
    """The state of a folder and its next commands. Contacts no server."""
    try:
        config = find_config(root)
    except InputError as error:
        return NextSteps(error.message, (("scaffold up --config NAME", "start one of them"),))
    if config is None:
        return _without_config(root)
    recorded = recorded_host(root)
    if recorded:
        return _on_server(recorded.host)
    return _missing() or _on_this_computer(root)


def _without_config(root: Path) -> NextSteps:
    servers = [one.name for one in contexts() if one.is_ours]
    on_server = [(f"scaffold init --host {name}", f"for the server {name}") for name in servers[:3]]
    setup = ("scaffold host setup USER@SERVER --name gpu01", "prepare a GPU server first")
    if root == Path.home() or not any(any(root.glob(one)) for one in PROJECT_FILES):
        return NextSteps(
            "There is no Python project in this folder.",
            (
                ("cd PROJECT", "go to your project, then run scaffold again"),
                ("scaffold start GIT-URL", "clone a project, and start it"),
                ("scaffold init", "write a dev container for an empty folder"),
                DOCTOR,
            ),
        )
    return NextSteps(
        "This project has no dev container configuration.",
        (*on_server, ("scaffold init", "for this computer"), *(() if on_server else (setup,))),
    )


def _on_server(host: str) -> NextSteps:
    return NextSteps(
        f"This project is configured for the server {host}.",
        (
            ("scaffold up", f"upload changes, start the container on {host}, test its GPU"),
            ("scaffold open", "open it in the editor"),
            ("scaffold status", "see what is running"),
        ),
    )


def missing_programs() -> list[str]:
    """What `up` needs on this computer and does not find."""
    lacks = [] if shutil.which("docker") else ["Docker"]
    if not any(shutil.which(one) for one in ("devcontainer", "npx")):
        lacks.append("the Dev Containers CLI")
    return lacks


def _missing() -> NextSteps | None:
    lacks = missing_programs()
    if not lacks:
        return None
    verb = "is" if len(lacks) == 1 else "are"
    state = f"This project is configured, but {' and '.join(lacks)} {verb} not installed."
    return NextSteps(state, (("scaffold doctor", "print how to install it"),))


def _on_this_computer(root: Path) -> NextSteps:
    try:
        identity = identity_of(root, locate(root, None))
        with docker_engine() as engine:
            found = standing(engine, identity).own
    except ScaffoldError as error:
        state = f"This project is configured, but {error.message}."
        fix = error.hint.partition(";")[0]
        return NextSteps(state, (*(((fix, "fix it"),) if fix else ()), DOCTOR))
    if not found:
        return NextSteps("This project is configured; it has no container yet.", (UP,))
    running = [one for one in found if table(one, "State").get("Status") == "running"]
    if not running:
        return NextSteps(f"The dev container {name_of(found[0])} is stopped.", (UP,))
    return NextSteps(
        f"The dev container {name_of(running[0])} is running.",
        (
            ("scaffold open", "open it in the editor"),
            ("scaffold verify", "test its GPU"),
            ("scaffold tunnel", "reach its ports, such as Jupyter's"),
            ("scaffold down", "stop it"),
        ),
    )
