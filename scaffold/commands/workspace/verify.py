"""`scaffold verify`: find the dev container, run the check inside it, and judge the result."""

import secrets
import shlex
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffold.adapters.devcontainer.config import read_config
from scaffold.adapters.docker.engine import DockerEngine
from scaffold.adapters.docker.exec import ContainerProgram
from scaffold.adapters.local.quoting import first_line
from scaffold.adapters.probe.inside import check_script
from scaffold.adapters.probe.local import GRACE_S, Receiver
from scaffold.answers.choices import GpuNeed
from scaffold.checks.container import CheckedContainer, check_container
from scaffold.checks.topics import SERIOUS, TopicOutcome, worst
from scaffold.commands.workspace.location import folders_of
from scaffold.container.engine_json import is_running, name_of
from scaffold.errors import InputError, TargetError
from scaffold.findings import Finding
from scaffold.parsing.inside import read_inside
from scaffold.parsing.recording import Recording
from scaffold.workspace.devcontainer import CONFIG, label, made_for, remote_environment, remote_user
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
    engine: DockerEngine, workspace: Path, config: str | None = None
) -> Mapping[str, Any]:
    """The inspect of the running dev container of a workspace.

    Raises InputError if there is none, or more than one.
    """
    folders = folders_of(workspace)
    found = [row for row in engine.containers() if made_for(row, folders)]
    if config:
        found = [
            row for row in found if label(row, CONFIG).endswith(f"/{config}/devcontainer.json")
        ]
    running = [row for row in found if row.get("State") == "running"]
    if len(running) > 1:
        names = [str(row["Names"][0]).removeprefix("/") for row in running]
        raise InputError(
            f"several dev containers of {workspace} are running: {', '.join(names)}",
            hint=f"choose one: --container {names[0]}",
        )
    inspect = engine.inspect(running[0]["Id"]) if running else None
    if inspect is None:
        state = f"is {found[0].get('State')}" if found else "does not exist yet"
        raise InputError(
            f"the dev container of {workspace} {state}",
            hint=f"{START}{shlex.quote(str(workspace))}",
        )
    return inspect


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
    seconds: int = SECONDS,
) -> Verified:
    """Run the check and judge it. Raises TargetError if no program runs in the container."""
    requested = read_request(inspect, config_of(inspect), need)
    recording = run_check(engine, inspect, requested.paths, seconds)
    seen = CheckedContainer(read_inside(recording, requested.paths), requested)
    return Verified(seen, check_container(seen, host or "local"))


def config_of(inspect: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The configuration that the container was created from, if it is on this computer."""
    path = label(inspect, CONFIG)
    if not path or not Path(path).is_file():
        return None
    return read_config(Path(path))


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
