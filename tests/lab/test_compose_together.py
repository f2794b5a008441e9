"""Three people start the same Compose project for the first time, at the same moment.

Compose 1 is the one of the tests' machine, Compose 2 that of a newer Debian.
"""

import shlex
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.lab.support.devcontainer import cli
from tests.lab.support.engine import Engine
from tests.lab.support.host_view import Changes, Program, Shared
from tests.lab.support.newer import LIBRARIES, LOADER, program, root_of
from tests.lab.support.people import Person, people
from tests.lab.support.sshd import Keys
from tests.lab.test_interleaved import Member, kept, members, with_compose
from tests.lab.test_up import far

__all__ = ["members"]

pytestmark = pytest.mark.long

SUITE, COMPOSE = "trixie", "/usr/libexec/docker/cli-plugins/docker-compose"
WAYS = [(files, version) for files in ("context", "remote-ssh") for version in (1, 2)]


@pytest.fixture(params=WAYS, ids=[f"{files}, Compose {version}" for files, version in WAYS])
def way(request: pytest.FixtureRequest) -> tuple[str, int]:
    found: tuple[str, int] = request.param
    return found


@pytest.fixture
def us(engine: Engine, keys: Keys, way: tuple[str, int]) -> Iterator[dict[str, Person]]:
    changes = second() if way[1] == 2 else {}
    with people(engine, keys, lambda engine, home: {**far(engine, home), **changes}) as found:
        for one in found.values():
            one.laptop.env["PATH"] = f"{cli().parent}:{one.laptop.env['PATH']}"
            with_compose(one, way[0])
            if way[1] == 2:
                ours = one.laptop.own / "bin/docker-compose"
                ours.write_text(f'#!/bin/sh\nexec {shlex.join(program(SUITE, COMPOSE))} "$@"\n')
        yield found


def second() -> Changes:
    """Compose 2 in place of the host's."""
    root = "/opt/release"
    run = f"{root}{LOADER} --library-path {root}{LIBRARIES} {root}{COMPOSE}"
    return {
        root: Shared(str(root_of(SUITE)), read_only=True),
        "/usr/bin/docker-compose": Program(f'exec {run} "$@"'),
    }


def test_each_gets_containers_and_volumes_of_their_own(
    members: dict[str, Member], engine: Engine, way: tuple[str, int]
):
    def up(member: Member) -> str:
        member.edit()
        return str(member.scaffold("up", "--trust")["container"]["id"])

    everybody = list(members.values())
    with ThreadPoolExecutor() as pool:
        first = list(pool.map(up, everybody))
    assert len({*first}) == len(everybody)
    for member, one in zip(everybody, first, strict=True):
        inspect = engine.inspect(one)
        labels = inspect["Config"]["Labels"]
        assert (labels["whose"], labels["io.gpu-scaffold.owner"]) == (member.name, member.name)
        assert labels["com.docker.compose.version"].startswith(f"{way[1]}.")
        engine.docker("exec", one, "sh", "-c", f"echo >/data/{member.name}")
        own = engine.docker("ps", "--quiet", f"--filter=label=whose={member.name}")
        assert len(own.stdout.split()) == 2
    data = [mounted(engine, one) for one in first]
    assert len({*data}) == len(everybody), data
    with ThreadPoolExecutor() as pool:
        assert list(pool.map(up, everybody)) == first
    everybody[1].scaffold("down", "--remove", "--yes")
    left = set(engine.docker("ps", "--quiet", "--no-trunc").stdout.split())
    assert left & {*first} == {first[0], first[2]} and len(left) == 4
    assert sorted(kept(engine)) == sorted(members)


def mounted(engine: Engine, container: str) -> str:
    """The volume that a container has at /data."""
    mounts = engine.inspect(container)["Mounts"]
    return next(str(one["Name"]) for one in mounts if one["Destination"] == "/data")
