"""What was observed of the user's own computer. `None` means unknown."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from scaffold.facts.system import ProbeFacts
from scaffold.records import dataclass
from scaffold.versions import Version


class OwnSystem(StrEnum):
    """The kinds of computers, whose fixes differ."""

    LINUX = "linux"
    MACOS = "macos"
    WSL2 = "wsl2"


class AgentState(StrEnum):
    """What the ssh-agent answers."""

    MISSING = "missing"
    DEAD = "dead"
    EMPTY = "empty"
    KEYS = "keys"


class EngineState(StrEnum):
    """What the docker command says of the engine that it would use."""

    RUNNING = "running"
    DENIED = "denied"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class InstalledProgram:
    """A program on PATH; the version is None if its output holds none."""

    path: str
    version: Version | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputerFacts:
    """Programs by name, Docker's settings, editors with their extensions, and free space.

    `manager` is the package manager, empty if none is known. `contexts` are Docker contexts by
    name with their endpoints. `servers` has the error of each server that was asked (empty: it
    answered), and is None if none was.
    """

    system: OwnSystem = OwnSystem.LINUX
    manager: str = ""
    programs: Mapping[str, InstalledProgram] = field(default_factory=dict)
    agent: AgentState = AgentState.MISSING
    docker_host: str = ""
    context: str = "default"
    contexts: Mapping[str, str] = field(default_factory=dict)
    engine: EngineState | None = None
    engine_said: str = ""
    engine_version: Version | None = None
    buildx: bool | None = None
    extensions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    free: int | None = None
    servers: Mapping[str, str] | None = None
    probe: ProbeFacts = field(default_factory=ProbeFacts)

    @property
    def over_ssh(self) -> tuple[str, ...]:
        """Docker contexts that lead to a server."""
        return tuple(name for name, end in self.contexts.items() if end.startswith("ssh://"))
