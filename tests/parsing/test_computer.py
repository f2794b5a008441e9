"""Output of programs on the user's own computer."""

import pytest

from scaffold.facts.computer import AgentState, EngineState
from scaffold.parsing.computer import (
    agent_state,
    engine_state,
    extensions_in,
    last_said,
    version_in,
)


@pytest.mark.parametrize(
    ("output", "version"),
    [
        ("OpenSSH_9.2p1 Debian-2+deb12u7, OpenSSL 3.0.17", (9, 2)),
        ("OpenSSH_for_Windows_9.5p1, LibreSSL 3.8.2", (9, 5)),
        ("Docker version 28.2.2, build e6534b4", (28, 2, 2)),
        ("v20.20.2\n", (20, 20, 2)),
        ("0.89.0\n", (0, 89, 0)),
        ("rsync  version 3.2.7  protocol version 31", (3, 2, 7)),
        ("openrsync: protocol version 29, rsync version 2.6.9 compatible", (2, 6, 9)),
        ("git version 2.39.5 (Apple Git-154)", (2, 39, 5)),
        ("1.105.1\n7d842fb85a0275a4a8e4d7e040d2625abbf7f084\nx64", (1, 105, 1)),
        ("command not found", None),
        ("", None),
    ],
)
def test_version_is_the_first_dotted_number(output, version):
    assert version_in(output) == version


@pytest.mark.parametrize(
    ("socket", "code", "state"),
    [
        ("", 0, AgentState.MISSING),
        ("/run/agent", 0, AgentState.KEYS),
        ("/run/agent", 1, AgentState.EMPTY),
        ("/run/agent", 2, AgentState.DEAD),
        ("/run/agent", None, AgentState.DEAD),
    ],
)
def test_agent(socket, code, state):
    assert agent_state(socket, code) is state


def test_engine():
    assert engine_state(0, "") is EngineState.RUNNING
    assert engine_state(1, "Permission denied while trying") is EngineState.DENIED
    assert engine_state(1, "Cannot connect") is EngineState.DOWN


def test_extensions_are_ids_only():
    text = "Extensions installed on WSL: Ubuntu:\nms-python.python\nMS-vscode-remote.remote-ssh\n"
    assert extensions_in(text) == {"ms-python.python", "ms-vscode-remote.remote-ssh"}


def test_last_line_of_errors_cannot_drive_a_terminal():
    assert last_said("a\n\x1b[2Jno\n\n") == "\\x1b[2Jno"
    assert last_said(" \n") == ""
