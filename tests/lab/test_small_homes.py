"""Homes that are full, under a quota, or closed to root: said before sending, or why it fails."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.lab.support.devcontainer import cli
from tests.lab.support.engine import Engine
from tests.lab.support.host_view import REAL, Changes, Program
from tests.lab.support.people import ALIAS, Person, people
from tests.lab.support.rows import with_long
from tests.lab.support.squash import squashed
from tests.lab.support.sshd import Keys
from tests.lab.test_three_people import project
from tests.lab.test_up import far

NETWORK: Changes = {
    "/usr/bin/stat": Program(f'case $1 in -f) echo nfs ;; *) exec {REAL}/bin/stat "$@" ;; esac')
}
"""A host whose home folders are on a network file system."""
# Two of three MiB are used: blocks, soft limit, hard limit, and the same of files.
QUOTA: Changes = {"/usr/bin/quota": Program("echo '  2048  3072  3072  0  9  0  0 0'")}


@pytest.fixture
def ada(engine: Engine, keys: Keys) -> Iterator[Callable[[Changes], Person]]:
    """Ada and her laptop, with these changes of the host."""
    with ExitStack() as held:

        def on(changes: Changes) -> Person:
            found = people(engine, keys, lambda engine, home: {**far(engine, home), **changes})
            person = held.enter_context(found)["ada"]
            person.laptop.env["PATH"] = f"{cli().parent}:{person.laptop.env['PATH']}"
            return person

        yield on
        ids = engine.docker("ps", "--all", "--quiet").stdout.split()
        engine.docker("rm", "--force", "--volumes", *ids) if ids else None


def test_a_quota_is_said_before_anything_is_sent(ada: Callable[[Changes], Person]):
    person = ada(QUOTA)
    project(person, "remote-ssh")
    (person.project / "data.bin").write_bytes(b"x" * (2 << 20))
    dry = person.scaffold("up", "--dry-run", "--trust", code=1)
    assert "has 1.049 MB left" in dry, dry
    assert "--workspace PATH" in dry
    for words in (("up",), ("sync",)):
        said = person.scaffold(*words, "--trust", code=1)
        assert "in your quota" in said, said
        assert "nothing was uploaded" in said
    assert not (person.remote / "proj" / "data.bin").exists()
    (person.project / "data.bin").write_bytes(b"x" * 1000)
    person.scaffold("sync", "--trust")
    assert (person.remote / "proj" / "data.bin").stat().st_size == 1000


def test_a_server_without_the_cli_is_said_with_what_needs_less(ada: Callable[[Changes], Person]):
    person = ada({"/usr/bin/devcontainer": None, "/usr/bin/node": None})
    init = ("init", "--dry-run", "--yes", "--host", ALIAS, "--gpu", "none", "--files")
    lacks = "gpu01 has no Dev Containers CLI"
    said = person.scaffold(*init, "remote-ssh")
    assert lacks in said and "--files context" in said, said
    assert lacks not in person.scaffold(*init, "context")
    project(person, "remote-ssh")
    dry = person.scaffold("up", "--dry-run", "--trust", code=1)
    assert "Dev Containers CLI" in dry and "--files context" in dry, dry
    assert not (person.remote / "proj").exists()


@pytest.mark.parametrize(
    "files", with_long([(way, way) for way in ("context", "remote-ssh")], {"context"})
)
def test_a_home_that_root_may_not_enter(ada: Callable[[Changes], Person], engine: Engine, files):
    person = ada(NETWORK)
    project(person, files)
    person.remote.chmod(0o700)
    with squashed(person.remote):
        dry = person.scaffold("up", "--dry-run", "--trust", code=1)
        assert f"{person.remote} on gpu01 is a network folder that only you may enter" in dry, dry
        said = person.scaffold("up", "--trust", code=1)
        assert "may not enter" in said, said
        assert "--workspace" in said
    # Files go there all the same, and an opened folder is all that Docker needs.
    assert json.loads((person.remote / "proj/.devcontainer/devcontainer.json").read_text())
