"""What is wrong with the user's own computer, and the fix for its system."""

import pytest

from scaffold.checks.computer import TOPICS, check_computer
from scaffold.checks.computer.programs import install
from scaffold.checks.verdict import Verdict, verdict
from scaffold.cli.outcomes import command_line
from scaffold.facts.computer import (
    AgentState,
    ComputerFacts,
    EngineState,
    InstalledProgram,
    OwnSystem,
)

CONTAINERS, SSH = "ms-vscode-remote.remote-containers", "ms-vscode-remote.remote-ssh"


def programs(**versions: tuple[int, ...] | None) -> dict[str, InstalledProgram]:
    found = {
        "ssh": (9, 2),
        "docker": (28, 2),
        "node": (22, 1),
        "npx": (10, 9),
        "devcontainer": (0, 89),
        "rsync": (3, 2),
        "git": (2, 47),
        "code": (1, 105),
        **versions,
    }
    return {name: InstalledProgram(f"/usr/bin/{name}", one) for name, one in found.items() if one}


def computer(**changes) -> ComputerFacts:
    good = {
        "manager": "apt-get",
        "programs": programs(),
        "agent": AgentState.KEYS,
        "engine": EngineState.RUNNING,
        "engine_version": (28, 2, 2),
        "buildx": True,
        "extensions": {"code": frozenset({CONTAINERS, SSH})},
        "free": 100 << 30,
    }
    return ComputerFacts(**{**good, **changes})


GPU01 = {"gpu01": "ssh://gpu01"}
DOWN = {"engine": EngineState.DOWN, "engine_version": None}

SITUATIONS = {
    "nothing is wrong": ({}, {}),
    "no ssh": ({"programs": programs(ssh=None)}, {"ssh.missing": "openssh-client"}),
    "an old ssh": ({"programs": programs(ssh=(7, 2))}, {"ssh.old": "openssh-client"}),
    "no agent": ({"agent": AgentState.MISSING}, {"ssh.agent-missing": "ssh-add"}),
    "an agent without keys": ({"agent": AgentState.EMPTY}, {"ssh.agent-empty": "ssh-add"}),
    "an agent that ended": ({"agent": AgentState.DEAD}, {"ssh.agent-dead": "ssh-agent"}),
    "no docker": (
        {"programs": programs(docker=None), "engine": None, "buildx": None},
        {"docker.missing": "docs.docker.com/engine/install"},
    ),
    "an old docker without buildx": (
        {"programs": programs(docker=(20, 10)), "buildx": False},
        {"docker.old": "docs.docker.com", "docker.no-buildx": "docker-buildx-plugin"},
    ),
    "Docker is stopped on Linux": (DOWN, {"docker.down": "systemctl enable --now docker"}),
    "Docker is stopped on macOS": (
        {**DOWN, "system": OwnSystem.MACOS},
        {"docker.down": "open -a Docker"},
    ),
    "Docker is stopped on Windows": (
        {**DOWN, "system": OwnSystem.WSL2},
        {"docker.down": "Docker Desktop on Windows"},
    ),
    "Docker may not be used": ({"engine": EngineState.DENIED}, {"docker.denied": "usermod"}),
    "DOCKER_HOST does not answer": (
        {**DOWN, "docker_host": "tcp://x:1", "contexts": GPU01},
        {"docker.down": "DOCKER_HOST", "contexts.docker-host": "unset DOCKER_HOST"},
    ),
    "the current context's server does not answer": (
        {**DOWN, "context": "gpu01", "contexts": GPU01},
        {"docker.down": "scaffold host check gpu01"},
    ),
    "the current context does not exist": (
        {"context": "gone"},
        {"contexts.unknown": "docker context use default"},
    ),
    "no Dev Containers CLI and no Node.js": (
        {"programs": programs(devcontainer=None, npx=None, node=None)},
        {"cli.missing": "npm install -g @devcontainers/cli"},
    ),
    "only npx": (
        {"programs": programs(devcontainer=None)},
        {"cli.npx": "npm install -g @devcontainers/cli"},
    ),
    "an old Node.js": ({"programs": programs(node=(18, 19))}, {"cli.old-node": "nodejs.org"}),
    "no editor": (
        {"programs": programs(code=None), "extensions": {}},
        {"editor.missing": "code.visualstudio.com"},
    ),
    "an editor without an extension": (
        {"extensions": {"code": frozenset({SSH})}},
        {"editor.no-extension": f"code --install-extension {CONTAINERS}"},
    ),
    "no git and an old rsync": (
        {"programs": programs(git=None, rsync=(2, 6, 9))},
        {"files.no-git": "apt-get install -y git", "files.no-rsync": "apt-get install -y rsync"},
    ),
    "a full disk": ({"free": 1 << 20}, {"disk.full": "Delete files"}),
    "little space": ({"free": 5 << 30}, {"disk.low": "build on a server"}),
    "unknown space": ({"free": None}, {"probe.no-proof": ""}),
    "a server that does not answer": (
        {"servers": {"gpu01": "Connection refused", "gpu02": ""}},
        {"servers.no-answer": "scaffold host check gpu01"},
    ),
}


@pytest.mark.parametrize(("changes", "expected"), SITUATIONS.values(), ids=SITUATIONS)
def test_finding_and_fix(changes, expected):
    found = {
        one.id: one for outcome in check_computer(computer(**changes)) for one in outcome.findings
    }
    assert found.keys() == expected.keys()
    for name, fix in expected.items():
        lines = [f"{step.why} {command_line(step)}" for step in found[name].fix]
        assert fix in "\n".join(lines)


def test_every_rule_has_a_situation():
    met = {name for _, expected in SITUATIONS.values() for name in expected}
    assert {rule.id for topic in TOPICS for rule in topic.rules} <= met


def test_every_topic_says_what_it_saw():
    told = {outcome.topic.name: outcome.summary for outcome in check_computer(computer())}
    assert told["docker"] == "docker 28.2, engine 28.2.2"
    assert told["contexts"] == "none besides the default one; current: default"
    assert told["disk"].endswith("free")
    told = {outcome.topic.name: outcome.summary for outcome in check_computer(ComputerFacts())}
    assert told["ssh"] == "not installed"
    assert told["disk"] == "unknown"


def test_those_who_work_on_servers_need_no_docker_of_their_own():
    findings = [
        one
        for outcome in check_computer(computer(**DOWN, contexts=GPU01))
        for one in outcome.findings
    ]
    assert verdict(findings) is Verdict.READY_WITH_WARNINGS


@pytest.mark.parametrize("system", OwnSystem)
@pytest.mark.parametrize("manager", ["", "apt-get", "dnf", "yum", "zypper", "pacman", "brew"])
@pytest.mark.parametrize("program", ["ssh", "rsync", "git", "node", "buildx", "docker", "vscode"])
def test_every_program_has_a_fix_on_every_system(system, manager, program):
    facts = ComputerFacts(system=system, manager=manager)
    (step,) = install(facts, program)
    assert step.why.startswith(("Install", "In "))
    assert step.sudo == bool(step.argv and manager != "brew")
