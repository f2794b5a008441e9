"""Output of programs on the user's own computer -> facts."""

import re

from scaffold.facts.computer import AgentState, EngineState
from scaffold.parsing.untrusted.printable import printable

_VERSION = re.compile(r"(?<![a-zA-Z0-9.])v?(\d{1,6}(?:\.\d{1,6}){1,3})")
_DENIED = "permission denied"
_AGENT = {0: AgentState.KEYS, 1: AgentState.EMPTY}
"""Exit codes of ssh-add -l (ssh-add(1)); any other means that it cannot ask the agent."""


def version_in(output: str) -> tuple[int, ...] | None:
    """The first dotted number of what a program prints for its version."""
    found = _VERSION.search(output[:1000])
    return tuple(int(part) for part in found[1].split(".")) if found else None


def agent_state(socket: str, code: int | None) -> AgentState:
    """The agent's state from its address and the exit code of `ssh-add -l`; None: not run."""
    if not socket:
        return AgentState.MISSING
    return _AGENT.get(code if code is not None else -1, AgentState.DEAD)


def engine_state(code: int, errors: str) -> EngineState:
    """Whether an engine answered `docker version`."""
    if code == 0:
        return EngineState.RUNNING
    return EngineState.DENIED if _DENIED in errors.lower() else EngineState.DOWN


def extensions_in(output: str) -> frozenset[str]:
    """The ids that an editor lists, in lower case."""
    lines = (line.strip().lower() for line in output.splitlines())
    return frozenset(line for line in lines if re.fullmatch(r"[\w.-]+\.[\w.-]+", line))


def last_said(errors: str) -> str:
    """The last line of error output, as it can be printed."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    return printable(lines[-1][:300]) if lines else ""
