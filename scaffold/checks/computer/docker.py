"""The docker command, the engine that it reaches, and its contexts."""

from collections.abc import Iterator

from scaffold.checks.computer.programs import dotted, install, is_older, told
from scaffold.checks.topics import Topic
from scaffold.facts.computer import ComputerFacts, EngineState, OwnSystem
from scaffold.findings import Finding, Level, Rule, Step, by_hand, root, run, see

OLDEST_DOCKER = (23,)
DEFAULT = "default"
BUILT_IN = (DEFAULT, "desktop-linux", "rootless", "orbstack", "colima")
"""Contexts that lead to an engine of this computer."""

NO_DOCKER = Rule(
    id="docker.missing",
    level=Level.ERROR,
    title="The docker command is not installed",
    why="scaffold up and VS Code start this computer's containers through it. A project that "
    "runs on a server (scaffold init --host NAME) needs it there alone.",
    source="https://containers.dev/supporting",
)
OLD_DOCKER = Rule(
    id="docker.old",
    level=Level.WARN,
    title="The docker command is old",
    why="Docker before 23 has no BuildKit by default, which the Dockerfile needs.",
    source="https://docs.docker.com/engine/release-notes/23.0/",
)
NO_BUILDX = Rule(
    id="docker.no-buildx",
    level=Level.WARN,
    title="Docker has no buildx plugin",
    why="The Dev Containers CLI builds with it; scaffold up works around that.",
    source="https://docs.docker.com/build/buildkit/",
)
DOWN = Rule(
    id="docker.down",
    level=Level.ERROR,
    title="Docker does not answer",
    why="No container starts before it does.",
    source="https://docs.docker.com/engine/daemon/troubleshoot/",
)
DENIED = Rule(
    id="docker.denied",
    level=Level.ERROR,
    title="Your account may not use Docker",
    why="The docker command cannot open Docker's socket.",
    source="https://docs.docker.com/engine/install/linux-postinstall/",
    fix=(by_hand("Join the group docker, then log in again: sudo usermod -aG docker $USER"),),
)
UNKNOWN_CONTEXT = Rule(
    id="contexts.unknown",
    level=Level.ERROR,
    title="The current Docker context does not exist",
    why="Every docker command fails.",
    source="https://docs.docker.com/engine/manage-resources/contexts/",
    fix=(run("Use this computer's Docker.", "docker", "context", "use", DEFAULT),),
)
OVERRIDDEN = Rule(
    id="contexts.docker-host",
    level=Level.WARN,
    title="DOCKER_HOST overrides Docker contexts",
    why="The docker command and VS Code use it whatever context is current.",
    source="https://docs.docker.com/engine/manage-resources/contexts/",
    fix=(by_hand("Remove DOCKER_HOST from your shell's startup files, then: unset DOCKER_HOST"),),
)
STARTS = {
    OwnSystem.LINUX: root("Start Docker.", "systemctl", "enable", "--now", "docker"),
    OwnSystem.MACOS: run("Start Docker Desktop.", "open", "-a", "Docker"),
    OwnSystem.WSL2: by_hand("Start Docker Desktop on Windows, with WSL integration on."),
}


def _docker(facts: ComputerFacts) -> Iterator[Finding]:
    if "docker" not in facts.programs:
        yield NO_DOCKER.found("the docker command is not on PATH", fix=install(facts, "docker"))
        return
    if is_older(facts, "docker", OLDEST_DOCKER):
        text = f"docker {dotted(facts.programs['docker'].version)} is older than 23"
        yield OLD_DOCKER.found(text, fix=install(facts, "docker"))
    if facts.buildx is False:
        yield NO_BUILDX.found("docker buildx is not installed", fix=install(facts, "buildx"))
    yield from _engine(facts)


def _engine(facts: ComputerFacts) -> Iterator[Finding]:
    # Who works on servers needs no Docker of their own.
    level = Level.WARN if facts.over_ssh and _is_local(facts) else Level.ERROR
    if facts.engine is EngineState.DENIED:
        yield DENIED.found("your account may not use Docker", facts.engine_said, level=level)
    if facts.engine is EngineState.DOWN:
        text = f"Docker does not answer{_by(facts)}"
        yield DOWN.found(text, facts.engine_said, _start(facts), level=level)


def _start(facts: ComputerFacts) -> tuple[Step, ...]:
    if facts.docker_host:
        return (by_hand("Correct DOCKER_HOST, or unset it."),)
    if _is_local(facts):
        return (STARTS[facts.system],)
    return (see("Check the server.", "scaffold", "host", "check", facts.context),)


def _by(facts: ComputerFacts) -> str:
    if facts.docker_host:
        return f" at {facts.docker_host} (DOCKER_HOST)"
    return "" if _is_local(facts) else f" on {facts.context} (the current context)"


def _is_local(facts: ComputerFacts) -> bool:
    """Whether the docker command talks to an engine of this computer."""
    return not facts.docker_host and facts.context not in facts.over_ssh


def _contexts(facts: ComputerFacts) -> Iterator[Finding]:
    if facts.docker_host and facts.contexts:
        names = ", ".join(facts.contexts)
        yield OVERRIDDEN.found(f"DOCKER_HOST={facts.docker_host} overrides {names}")
    if facts.context not in {*facts.contexts, *BUILT_IN}:
        yield UNKNOWN_CONTEXT.found(f"the current context {facts.context} does not exist")


def _summary(facts: ComputerFacts) -> str:
    engine = f", engine {dotted(facts.engine_version)}" if facts.engine_version else ""
    return told(facts, "docker") + engine


def _listed(facts: ComputerFacts) -> str:
    names = ", ".join(facts.contexts) or "none besides the default one"
    return f"{names}; current: {facts.context}"


DOCKER: Topic[ComputerFacts] = Topic(
    name="docker",
    title="Docker",
    rules=(NO_DOCKER, OLD_DOCKER, NO_BUILDX, DENIED, DOWN),
    checks=(_docker,),
    summary=_summary,
)
CONTEXTS: Topic[ComputerFacts] = Topic(
    name="contexts",
    title="Docker contexts",
    rules=(OVERRIDDEN, UNKNOWN_CONTEXT),
    checks=(_contexts,),
    summary=_listed,
)
