"""What `host check` reads of newer Docker engines, with the GPU given as a CDI device."""

import json
from pathlib import Path

import pytest

from scaffold.checks.host import check_host
from scaffold.parsing.host import read_host
from tests.lab.hosts.healthy import HEALTHY
from tests.lab.hosts.pieces_docker import library
from tests.lab.hosts.pieces_system import sshd
from tests.lab.hosts.row import REAL_DOCKER
from tests.lab.support.container_options import SUITES
from tests.lab.support.engine import DOCKER, Flavour, running_engine
from tests.lab.support.host_view import Program, Shared, Socket
from tests.lab.support.newer import LIBRARIES, LOADER, root_of
from tests.lab.support.sshd import running_host

pytestmark = pytest.mark.long

PLACE = "/run/other/docker.sock"
SPECIFICATION = {
    "cdiVersion": "0.5.0",
    "kind": "nvidia.com/gpu",
    "devices": [{"name": "all", "containerEdits": {"deviceNodes": [{"path": "/dev/null"}]}}],
}


@pytest.fixture(scope="module", params=SUITES)
def engine(request, lab_can_run):
    """Without NVIDIA's runtime: these devices are its only way to a GPU."""
    folder = root_of(request.param) / "etc/cdi"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nvidia.json").write_text(json.dumps(SPECIFICATION))
    flavour = Flavour(request.param, gpu=False, number=4, suite=request.param)
    with running_engine(flavour, features={"cdi": True}) as started:
        yield started


COMMANDS = {
    "of its own release": Program(
        f"exec /opt/release{LOADER} --library-path /opt/release{LIBRARIES}"
        f' /opt/release{DOCKER} "$@"'
    ),
    "from before CDI": REAL_DOCKER["/usr/bin/docker"],
}
SEEN = {
    "of its own release": ["toolkit.cdi-only"],
    "from before CDI": ["toolkit.cdi-hidden"],
}
"""What is found of the toolkit with each docker command: the engine has no runtime for GPUs."""


@pytest.mark.parametrize("command", COMMANDS)
def test_engine_that_gives_gpus_by_cdi_is_told_from_one_that_cannot_be_read(
    command, engine, keys, client
):
    socket = engine.socket.removeprefix("unix://")
    Path(socket).chmod(0o666)
    changes = {
        "/usr/bin/docker": COMMANDS[command],
        **sshd(f"SetEnv DOCKER_HOST=unix://{PLACE}"),
        PLACE: Socket(socket),
        "/opt/release": Shared(str(root_of(engine.flavour.suite)), read_only=True),
        library(): "",
    }
    with running_host(HEALTHY | changes, keys) as host:
        client.reaches(host.port)
        client.trusts(host.port)
        facts = read_host(client.probe())
    found = [one.id for outcome in check_host(facts) for one in outcome.findings]
    assert facts.docker is not None, facts.client
    assert facts.docker.server_version.startswith(SUITES[engine.flavour.suite])
    assert [one for one in found if one.startswith("toolkit.")] == SEEN[command], found
