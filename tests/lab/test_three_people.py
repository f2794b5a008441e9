"""Three people on one host and one engine, with the same local paths: nobody touches another's."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.lab.support.container_options import IMAGE
from tests.lab.support.devcontainer import cli
from tests.lab.support.engine import Engine
from tests.lab.support.people import ALIAS, Person, people
from tests.lab.support.rows import with_long
from tests.lab.support.sshd import Keys
from tests.lab.test_up import far

PEOPLE = ("ada", "bob", "cleo")
INSIDE = "/workspaces/proj"


@pytest.fixture
def us(engine: Engine, keys: Keys) -> Iterator[dict[str, Person]]:
    with people(engine, keys, far) as found:
        for one in found.values():
            one.laptop.env["PATH"] = f"{cli().parent}:{one.laptop.env['PATH']}"
        yield found
        ids = engine.docker("ps", "--all", "--quiet").stdout.split()
        if ids:
            engine.docker("rm", "--force", "--volumes", *ids)


def project(person: Person, files: str, **settings: object) -> None:
    """The project as `scaffold init` records it, with an image that needs no build."""
    place = f"{person.remote}/proj"
    mount = {"workspaceMount": f"type=bind,source={place},target={INSIDE}"}
    settings = {
        "image": IMAGE,
        "runArgs": ["--network=none"],
        "workspaceFolder": INSIDE,
        "updateRemoteUserUID": False,
        **(mount if files == "context" else {"workspaceMount": mount["workspaceMount"]}),
        **settings,
    }
    folder = person.project / ".devcontainer"
    (folder / "devcontainer.json").write_text(json.dumps(settings))
    answers = f'[answers]\nhost = "{ALIAS}"\nfiles = "{files}"\nworkspace = "{place}"\n'
    (folder / "scaffold.toml").write_text(answers)


def up(person: Person, *argv: str) -> dict[str, Any]:
    said = person.laptop.scaffold("up", "--json", "--trust", *argv)
    assert said.returncode == 0, said.stdout + said.stderr
    found: dict[str, Any] = json.loads(said.stdout)["container"]
    return found


def running(engine: Engine) -> set[str]:
    return set(engine.docker("ps", "--quiet", "--no-trunc").stdout.split())


def broken_rebuild_keeps_the_container(ada: Person, engine: Engine, identity: str) -> None:
    """The changes are named and agreed to; then the image does not build."""
    path = ada.project / ".devcontainer" / "devcontainer.json"
    good = path.read_text()
    settings = {key: value for key, value in json.loads(good).items() if key != "image"}
    path.write_text(json.dumps(settings | {"build": {"dockerfile": "Dockerfile"}}))
    path.with_name("Dockerfile").write_text(f"FROM {IMAGE}\nRUN false\n")
    engine.docker("exec", identity, "touch", "/opt/work")
    said = ada.scaffold("up", "--rebuild", "--trust", code=2)
    assert "of changed files outside volumes" in said
    said = ada.scaffold("up", "--rebuild", "--trust", "--yes", code=1)
    assert "the image does not build, so the old container stays" in said
    assert identity in running(engine)
    path.write_text(good)


@pytest.mark.parametrize(
    "files", with_long([(way, way) for way in ("context", "remote-ssh")], {"context"})
)
def test_nobodys_container_is_met_or_stopped_by_another(us, engine, files):
    for one in us.values():
        project(one, files)
    ada, bob, cleo = us.values()
    # Cleo's was created by an earlier version, which wrote no owner.
    place = cleo.laptop.home / "proj" if files == "context" else cleo.remote / "proj"
    cleo.scaffold("sync", "--trust")
    labels = {
        "devcontainer.local_folder": place,
        "devcontainer.config_file": place / ".devcontainer" / "devcontainer.json",
    }
    label = [f"--label={name}={text}" for name, text in labels.items()]
    mount = f"--mount=type=bind,source={cleo.remote}/proj,target={INSIDE}"
    made = engine.docker("run", "--detach", "--init", *label, mount, IMAGE, "sleep", "1000")
    first, second, third = up(ada), up(bob), up(cleo)
    assert third["id"] == made.stdout.strip()
    assert len({one["id"] for one in (first, second, third)}) == 3
    assert up(ada)["id"] == first["id"]

    shown = bob.scaffold("status", f"--host={ALIAS}")
    assert second["name"] in shown
    assert first["name"] not in shown
    assert "more of ada" in shown
    assert first["name"] in bob.scaffold("status", f"--host={ALIAS}", "--all")
    listed = bob.scaffold("container", "list", f"--host={ALIAS}", "--no-sizes")
    assert (second["name"] in listed, first["name"] in listed) == (True, False)

    for words in (("verify",), ("tunnel", "8888"), ("down",)):
        said = bob.scaffold(*words, f"--container={first['name']}", f"--host={ALIAS}", code=2)
        assert f"{first['name']} belongs to ada (running, created" in said
        assert "--take-over" in said
    bob.scaffold("down")
    assert running(engine) == {first["id"], third["id"]}
    bob.scaffold("down", "--remove", "--yes")
    assert running(engine) == {first["id"], third["id"]}
    if files == "context":
        broken_rebuild_keeps_the_container(ada, engine, first["id"])
    rebuilt = up(ada, "--rebuild", "--yes")
    assert running(engine) == {rebuilt["id"], third["id"]}
    assert rebuilt["id"] != first["id"]
    taken = ("down", f"--container={rebuilt['name']}", f"--host={ALIAS}", "--take-over")
    assert "belongs to ada" in bob.scaffold(*taken)
    assert running(engine) == {third["id"]}


def test_neither_the_account_nor_the_workspace_alone_makes_a_container_ones_own(us, engine):
    ada, bob, _ = us.values()
    project(ada, "context")
    first = up(ada)
    project(replace(bob, remote=ada.remote), "context")
    said = bob.scaffold("up", "--no-sync", "--trust", code=2)
    assert f"{ada.remote}/proj is in use: {first['name']} belongs to ada (running" in said
    project(replace(ada, remote=ada.remote / "other"), "context")
    second = up(ada)
    assert second["id"] != first["id"]
    assert running(engine) == {first["id"], second["id"]}
    ada.scaffold("down")
    assert running(engine) == {first["id"]}
