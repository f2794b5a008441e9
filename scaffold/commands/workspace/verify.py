"""`scaffold verify`: find the dev container, run the check inside it, and judge the result."""

import os
import secrets
import shlex
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scaffold.adapters.devcontainer.config import find_config, read_config
from scaffold.adapters.docker.engine import DockerEngine
from scaffold.adapters.docker.exec import ContainerProgram
from scaffold.adapters.local.quoting import first_line
from scaffold.adapters.probe.inside import check_script
from scaffold.adapters.probe.local import GRACE_S, Receiver
from scaffold.answers.choices import GpuNeed
from scaffold.checks.container import CheckedContainer, check_container
from scaffold.checks.topics import SERIOUS, TopicOutcome, worst
from scaffold.commands.workspace.location import is_folder
from scaffold.commands.workspace.standing import AgreeToOther, chosen
from scaffold.container.engine_json import is_running, name_of, table
from scaffold.errors import InputError, TargetError
from scaffold.findings import Finding
from scaffold.parsing.inside import read_inside
from scaffold.parsing.recording import Recording
from scaffold.records import dataclass
from scaffold.workspace.devcontainer import CONFIG, label, remote_environment, remote_user
from scaffold.workspace.identity import Identity, config_name
from scaffold.workspace.request import read_request

SECONDS = 240
"""Seconds for the whole check; importing a framework from a cold disk takes up to a minute."""

START = "open it in the editor (Reopen in Container), or run: scaffold up "


@dataclass(frozen=True, slots=True)
class Verified:
    """One container: what was found, what was requested, and the findings."""

    seen: CheckedContainer
    outcomes: tuple[TopicOutcome, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, in the order of cause before effect."""
        return tuple(finding for outcome in self.outcomes for finding in outcome.findings)

    @property
    def status(self) -> str:
        """The worst level."""
        return worst(self.findings).value

    @property
    def exit_code(self) -> int:
        """1 if something is wrong or unknown."""
        return int(any(finding.level in SERIOUS for finding in self.findings))


def find_container(
    engine: DockerEngine, identity: Identity, workspace: str, agree: AgreeToOther | None = None
) -> Mapping[str, Any]:
    """The inspect of the running dev container of a workspace.

    Raises InputError if there is none or more than one, or it is another person's and the user
    does not `agree`.
    """
    found = chosen(engine, identity, agree)
    running = [one for one in found if table(one, "State").get("Status") == "running"]
    if len(running) > 1:
        names = [name_of(one) for one in running]
        raise InputError(
            f"several dev containers of {workspace} are running: {', '.join(names)}",
            hint=f"choose one: --container {names[0]}",
        )
    if not running:
        state = f"is {table(found[0], 'State').get('Status')}" if found else "does not exist yet"
        raise InputError(
            f"the dev container of {workspace} {state}", hint=f"{START}{shlex.quote(workspace)}"
        )
    return running[0]


def named_container(engine: DockerEngine, name: str) -> Mapping[str, Any]:
    """The inspect of a running container. Raises InputError if it is not running."""
    inspect = engine.inspect(name)
    if inspect is None:
        raise InputError(f"the container {name} does not exist", hint="scaffold container list")
    if not is_running(inspect):
        raise InputError(f"{name} is not running", hint=f"docker start {name_of(inspect)}")
    return inspect


def verify(
    engine: DockerEngine,
    inspect: Mapping[str, Any],
    need: GpuNeed | None = None,
    *,
    host: str | None = None,
    config: Mapping[str, Any] | None = None,
    seconds: int = SECONDS,
) -> Verified:
    """Run the check and judge it by `config`. Raises TargetError if no program runs inside."""
    requested = read_request(inspect, config, need)
    recording = run_check(engine, inspect, requested.paths, seconds)
    seen = CheckedContainer(read_inside(recording, requested.paths), requested)
    return Verified(seen, check_container(seen, host or "local"))


def config_for(
    engine: DockerEngine, inspect: Mapping[str, Any], root: Path | None, name: str | None = None
) -> Mapping[str, Any] | None:
    """The configuration of a container, None if it is not on this computer.

    Its own label counts only where the engine shares this computer's paths; otherwise the file
    in the project folder `root` does.
    """
    if engine.is_local and (found := _labelled_config(inspect)) is not None:
        return found
    if root is None or not is_folder(root):
        return None
    try:
        path = find_config(root, name or config_name(label(inspect, CONFIG)))
    except InputError:
        return None
    return read_config(path) if path else None


def _labelled_config(inspect: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """None if the file is not readable: another account may have created the container."""
    path = label(inspect, CONFIG)
    try:
        readable = bool(path) and Path(path).is_file() and os.access(path, os.R_OK)
    except OSError:
        return None
    return read_config(Path(path)) if readable else None


def run_check(
    engine: DockerEngine, inspect: Mapping[str, Any], paths: Sequence[str], seconds: int
) -> Recording:
    """Run the check as the user of the editor's programs, and return its output."""
    receiver = Receiver(nonce=secrets.token_hex(8))
    program = ContainerProgram(
        ("sh", "-s", "--", "--parts", receiver.nonce, str(seconds), *paths),
        check_script(),
        remote_user(inspect),
        remote_environment(inspect),
    )
    name, clock = name_of(inspect), time.time()
    engine.run(str(inspect["Id"]), program, receiver.feed, seconds + GRACE_S)
    if not receiver.begun:
        said = first_line(receiver.output() or bytes(receiver.errors))
        raise TargetError(
            f"{name} does not run the check" + (f": {said}" if said else ""),
            hint=f"it needs a shell, and the user {program.user or 'root'!r}: docker exec "
            f"{name} sh -c id",
        )
    return receiver.recording(name, clock)
