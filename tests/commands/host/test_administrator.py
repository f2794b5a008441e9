"""What the administrator is asked for at once, though the account cannot see all of it."""

from dataclasses import replace

import pytest

from scaffold.commands.host.administrator import foreseen
from scaffold.facts import (
    ClientFacts,
    DaemonFile,
    DockerFacts,
    HostFacts,
    LoginFacts,
    SystemFacts,
    ToolkitFacts,
)
from scaffold.findings import Finding, Level

FORBIDDEN = Finding(
    id="docker.permission", level=Level.ERROR, topic="docker", message="may not use the socket"
)
BARE = HostFacts(
    system=SystemFacts(distribution="ubuntu", package_manager="apt-get"),
    login=LoginFacts(user="ada"),
    client=ClientFacts(error="permission denied"),
)
INSTALLED = replace(BARE, toolkit=ToolkitFacts(version="1.20.0", hook="/usr/bin/x"))


def daemon(text: str | None) -> ClientFacts:
    return replace(BARE.client, daemon_files=(DaemonFile("/etc/docker/daemon.json", text),))


SITUATIONS = {
    "no toolkit": (BARE, (FORBIDDEN,), {"toolkit.missing"}),
    "a toolkit that Docker was not told of": (
        INSTALLED,
        (FORBIDDEN,),
        {"toolkit.not-configured"},
    ),
    "a toolkit that Docker was told of": (
        replace(INSTALLED, client=daemon('{"runtimes": {"nvidia": {"path": "x"}}}')),
        (FORBIDDEN,),
        set(),
    ),
    "a CDI specification": (
        replace(INSTALLED, toolkit=replace(INSTALLED.toolkit, cdi_files=("/etc/cdi/x.yaml",))),
        (FORBIDDEN,),
        set(),
    ),
    "an engine that answers": (replace(BARE, docker=DockerFacts()), (FORBIDDEN,), set()),
    "nothing that hides": (BARE, (), set()),
    "no facts": (None, (FORBIDDEN,), set()),
}


@pytest.mark.parametrize(("facts", "found", "more"), SITUATIONS.values(), ids=SITUATIONS)
def test_the_toolkits_faults_are_foreseen(facts, found, more):
    assert {one.id for one in foreseen(facts, found)} == more
