"""Which containers a command takes for the user's own, and when it asks."""

import os
from contextlib import contextmanager
from pathlib import Path

import pytest

from scaffold.commands.container import account as account_module
from scaffold.commands.container.account import account_on
from scaffold.commands.workspace import standing as use_case
from scaffold.commands.workspace.location import WorkspaceLocation, locate
from scaffold.commands.workspace.standing import chosen, described, identity_of, require_own
from scaffold.commands.workspace.verify import config_for, find_container
from scaffold.errors import InputError
from scaffold.workspace.identity import Identity
from scaffold.workspace.sides import HostPath
from tests.container.raw_container import inspect

ME = Identity(account="ada", workspace="/srv/ada/p", folders=frozenset({"/p"}), is_local=False)


class Engine:
    """An engine with some containers."""

    def __init__(self, *containers, is_local=False):
        self.containers_, self.is_local = containers, is_local

    def containers(self):
        return [{"Id": one["Id"], **one["Config"]} for one in self.containers_]

    def inspect(self, name, *, size=False):
        return next((one for one in self.containers_ if one["Id"] == name), None)


def container(name, owner="", workspace="", state="running", **more):
    labels = {"devcontainer.local_folder": "/p"}
    if owner:
        labels |= {"io.gpu-scaffold.owner": owner, "io.gpu-scaffold.workspace": workspace}
    return inspect(name, config={"Labels": labels}, state={"Status": state}, Id=name, **more)


OWN = container("mine", "ada", "/srv/ada/p")
OTHERS = container("theirs", "bob", "/srv/bob/p", SizeRw=5_000_000)


def test_own_ones_are_taken_without_a_question():
    assert chosen(Engine(OTHERS, OWN), ME) == (OWN,)
    assert find_container(Engine(OTHERS, OWN), ME, "/p") == OWN


def test_others_are_named_and_need_consent():
    with pytest.raises(InputError, match=r"theirs belongs to bob \(running, created") as raised:
        chosen(Engine(OTHERS), ME)
    assert "--take-over" in raised.value.hint
    asked = []
    assert chosen(Engine(OTHERS), ME, asked.append) == (OTHERS,)
    assert "5 MB of changed files outside volumes" in asked[0]


def test_what_is_not_running_or_not_one_is_said():
    with pytest.raises(InputError, match="does not exist yet"):
        find_container(Engine(), ME, "/p")
    with pytest.raises(InputError, match="is exited"):
        find_container(Engine(container("m", "ada", "/srv/ada/p", "exited")), ME, "/p")
    with pytest.raises(InputError, match="several dev containers of /p are running: mine, m"):
        find_container(Engine(OWN, container("m", "ada", "/srv/ada/p")), ME, "/p")


NAMED = [
    (OWN, False, False),
    (OTHERS, False, True),
    (container("unknown"), False, False),
    (container("unknown"), True, True),
]


@pytest.mark.parametrize(("one", "strict", "asks"), NAMED)
def test_named_container(one, strict, asks):
    asked = []
    require_own(one, ME, asked.append, strict=strict)
    assert bool(asked) is asks


def test_whose_it_is_in_words():
    assert described(container("x"), "ada").startswith("x may be another person's than ada's")
    mounts = [{"Type": "bind", "Source": "/home/ada/old", "Destination": "/w"}]
    assert described(container("x", mounts=mounts), "ada") == (
        "x is yours, but for other files (/home/ada/old)"
    )
    never = container("x", "bob", Created="")
    assert described(never, "ada") == "x belongs to bob (running)"


def test_identity_of_a_place(tmp_path, monkeypatch):
    monkeypatch.setattr(use_case, "default_address", lambda: "")
    config = tmp_path / "ssh"
    config.write_text("Host gpu01\n  User eve\n")
    remote = WorkspaceLocation(HostPath("/home/eve//p"), "gpu01")
    found = identity_of(tmp_path, remote, config)
    assert (found.account, found.workspace, found.is_local) == ("eve", "/home/eve/p", False)
    unrecorded = identity_of(tmp_path, WorkspaceLocation(tmp_path, "gpu01"), config)
    assert (unrecorded.account, unrecorded.workspace) == ("eve", "")
    (tmp_path / ".devcontainer").mkdir()
    (tmp_path / ".devcontainer" / "devcontainer.json").write_text(
        '{"workspaceMount": "type=volume,source=work,target=/w"}'
    )
    by_volume = identity_of(tmp_path, WorkspaceLocation(tmp_path, "gpu01"), config)
    assert by_volume.workspace == "work"
    here = identity_of(tmp_path, WorkspaceLocation(tmp_path))
    assert (here.workspace, here.is_local) == (str(tmp_path.resolve()), True)


def test_account_of_the_default_engine(monkeypatch):
    def settings(address):
        def answer():
            if address is None:
                raise InputError("there is no Docker context")
            return {"base_url": address}

        return answer

    monkeypatch.setattr(account_module, "engine_settings", settings("ssh://kim@192.0.2.9"))
    assert account_on(None) == "kim"
    monkeypatch.setattr(account_module, "engine_settings", settings(None))
    monkeypatch.setattr(account_module.os, "geteuid", lambda: 4_000_000)
    assert account_on(None) == "4000000"


@contextmanager
def nobody():
    """The rights of an ordinary account."""
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs an account that may not read")
def test_a_remote_path_in_a_label_opens_no_local_file(tmp_path):
    """`verify` after `up` with a login as root, from an account that may not read /root."""
    closed = tmp_path / "root"
    closed.mkdir(mode=0o700)
    path = closed / ".devcontainer" / "devcontainer.json"
    labels = {"devcontainer.config_file": str(path)}
    of_root = inspect(config={"Labels": labels})
    with nobody():
        assert locate(closed / "p", "gpu01") == WorkspaceLocation(closed / "p", "gpu01")
        assert config_for(Engine(), of_root, closed / "p") is None
        assert config_for(Engine(is_local=True), of_root, None) is None


def test_configuration_is_read_on_its_own_side(tmp_path):
    folder = tmp_path / "project" / ".devcontainer"
    folder.mkdir(parents=True)
    (folder / "devcontainer.json").write_text('{"name": "local"}')
    root = folder.parent
    labels = {"devcontainer.config_file": str(folder / "devcontainer.json")}
    known = inspect(config={"Labels": labels})
    remote = inspect(
        config={"Labels": {"devcontainer.config_file": "/srv/p/.devcontainer/devcontainer.json"}}
    )
    assert config_for(Engine(is_local=True), known, None) == {"name": "local"}
    assert config_for(Engine(), known, None) is None
    assert config_for(Engine(), remote, root) == {"name": "local"}
    assert config_for(Engine(), remote, Path("/gone")) is None
    for name in ("a", "b"):
        (folder / name).mkdir()
        (folder / name / "devcontainer.json").write_text("{}")
    (folder / "devcontainer.json").unlink()
    assert config_for(Engine(), remote, root) is None
    assert config_for(Engine(), remote, root, "a") == {}
