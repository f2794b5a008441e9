"""A rebuild while the package index does not answer: what was downloaded before may be enough."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.lab.support.images import provide_for
from tests.lab.support.relay import relaying
from tests.lab.test_rendered import scaffold

TAG = "lab/offline"
FLAGS = ("--target", "cpu", "--python", "3.11")

Rebuild = Callable[[str], str]
"""Builds the image with another list while the index is away; returns what failed, or nothing."""


@pytest.fixture
def rebuild(engine, index, tmp_path: Path, request) -> Iterator[Rebuild]:
    """After builds with the index that had `six`, and then `tabulate` too."""
    wanted = tmp_path / "requirements.txt"
    words = ("--network=host", "--tag", TAG, "--file", str(tmp_path / ".devcontainer/Dockerfile"))

    def build(packages: str) -> str:
        wanted.write_text(packages)
        done = engine.docker("build", *words, str(tmp_path), check=False)
        return done.stdout + done.stderr if done.returncode else ""

    with relaying(int(index.address.rpartition(":")[2])) as relay:
        wanted.write_text("six\n")
        mirrors = ("--mirror", f"pip=http://127.0.0.1:{relay.port}/simple", *index.flags("apt"))
        done = scaffold(
            "init", "--yes", *FLAGS, "--installer", request.param, *mirrors, cwd=tmp_path
        )
        assert done.returncode == 0, done.stdout + done.stderr
        provide_for(engine, (tmp_path / ".devcontainer/Dockerfile").read_text())
        assert (build("six\n"), build("six\ntabulate\n")) == ("", "")
        relay.go_down()
        yield build
    engine.docker("image", "rm", "--force", TAG, check=False)


@pytest.mark.long
@pytest.mark.parametrize("rebuild", ["uv"], indirect=True)
def test_what_other_builds_downloaded_serves_one_without_an_index(rebuild: Rebuild, engine):
    assert rebuild("# offline\ntabulate\nsix\n") == ""
    told = engine.docker("run", "--rm", TAG, "python", "-c", "import six, tabulate; print('ok')")
    assert told.stdout.strip() == "ok"
    assert "prettytable" in rebuild("six\nprettytable\n")


@pytest.mark.long
@pytest.mark.parametrize("rebuild", ["pip"], indirect=True)
def test_pip_asks_its_index_each_time_and_names_the_package(rebuild: Rebuild):
    assert "No matching distribution found for six" in rebuild("# offline\nsix\ntabulate\n")
