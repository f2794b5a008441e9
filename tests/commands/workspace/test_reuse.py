"""Which container `scaffold up` takes, makes or replaces."""

import json
from dataclasses import replace

import pytest

from scaffold.adapters.local.paths import state_folder
from scaffold.commands.sync.requests import PushResult
from scaffold.commands.workspace import reuse as use_case
from scaffold.commands.workspace import up_target
from scaffold.commands.workspace.recipes import recipe_now, recipe_then, record
from scaffold.commands.workspace.reuse import settle
from scaffold.commands.workspace.up_target import UpRequest, UpTarget, command_of, plan_up
from scaffold.errors import InputError
from scaffold.sync.target import SyncTarget
from scaffold.workspace.identity import Identity, labels_of
from scaffold.workspace.recipe import Recipe
from tests.commands.workspace.test_standing import Engine
from tests.container.raw_container import inspect

MAIN = ".devcontainer/devcontainer.json"


class Full(Engine):
    """An engine that lists mounts, and knows what runs and what was changed."""

    def containers(self):
        return [
            {"Id": one["Id"], "Names": [one["Name"]], "Mounts": one["Mounts"], **one["Config"]}
            for one in self.containers_
        ]

    @property
    def started(self):
        return self.__dict__.setdefault("_started", [])

    def start(self, name):
        self.started.append(name)

    @property
    def volumes(self):
        return self.__dict__.setdefault("_volumes", {"known": {"Name": "known"}})

    def volume(self, name):
        return self.volumes.get(name)

    def create_volume(self, name, labels):
        self.volumes[name] = {"Name": name, "Labels": labels}
        self.__dict__.setdefault("made", []).append((name, labels))

    def processes(self, name):
        return ("python train.py",)

    def changed_files(self, name):
        return ("/opt/x",)


@pytest.fixture
def target(tmp_path, monkeypatch):
    """A project of Ada's on gpu01, whose commands are only written down."""
    (tmp_path / ".devcontainer").mkdir()
    (tmp_path / MAIN).write_text('{"image": "x"}')
    monkeypatch.setattr(
        up_target, "local_up", lambda root, env, *words, verb: ([verb, *words], env)
    )
    identity = Identity(
        account="ada",
        workspace="/srv/ada/p",
        config=MAIN,
        folders=frozenset({str(tmp_path)}),
        is_local=False,
    )
    made = UpTarget(root=tmp_path, identity=identity, config=MAIN)
    return up_target.with_command(replace(made, labels=made.label_values))


def bound(source):
    return [{"Type": "bind", "Source": source, "Destination": "/workspaces/p"}]


def container(target, name, owner="", workspace="", **more):
    labels = dict(target.label_values)
    if owner:
        labels |= {"io.gpu-scaffold.owner": owner, "io.gpu-scaffold.workspace": workspace}
    else:
        labels = {k: v for k, v in labels.items() if k.startswith("devcontainer.")}
    return inspect(name, config={"Labels": labels}, Id=name, **more)


def test_new_one_gets_labels_of_its_owner(target):
    made = settle(Full(), target, None, rebuild=False)
    assert made.own is None
    assert "io.gpu-scaffold.owner=ada" in made.target.argv
    assert "io.gpu-scaffold.workspace=/srv/ada/p" in made.target.argv


def test_volumes_that_a_new_one_needs_get_its_owners_name(target):
    mounts = ["type=volume,source=data,target=/data", "source=known,target=/k,type=volume"]
    others = ["type=bind,source=/x,target=/x", "type=volume,source=${devcontainerId},target=/y"]
    run = ["-v", "cache:/cache", "--volume=/srv:/srv", "--mount", "type=tmpfs,target=/t"]
    settings = {"image": "x", "mounts": [*mounts, *others], "runArgs": run}
    (target.root / MAIN).write_text(json.dumps(settings))
    engine = Full()
    settle(engine, target, None, rebuild=False)
    owner = {"io.gpu-scaffold.owner": "ada"}
    assert engine.made == [("data", owner), ("cache", owner)]


def test_own_one_is_found_by_its_own_labels(target):
    own = container(target, "mine", mounts=bound("/srv/ada/p"))
    made = settle(Full(own), target, None, rebuild=False)
    assert made.own == own
    assert made.target.labels == labels_of(own)
    assert not [word for word in made.target.argv if "io.gpu-scaffold" in word]


FOLDERS = {
    "it was created again below a running container": (True, True, False, "mine"),
    "it is as it was": (False, True, False, ""),
    "a stopped container takes the new one": (True, False, False, ""),
    "the container is replaced": (True, True, True, ""),
}


@pytest.mark.parametrize("row", FOLDERS.values(), ids=FOLDERS)
def test_container_that_runs_in_a_folder_which_was_moved_is_named(target, row):
    created, running, rebuild, named = row
    own = container(target, "mine", "ada", "/srv/ada/p", state={"Running": running})
    sent = PushResult(target=SyncTarget(host="gpu01", path="/srv/ada/p"), created=created)
    made = settle(Full(own), target, None, rebuild=rebuild)
    assert (made.cut_off(sent), made.cut_off(None)) == (named, "")


def test_stopped_one_is_taken_after_a_running_one(target):
    off = container(target, "off", "ada", "/srv/ada/p", state={"Running": False})
    on = container(target, "on", "ada", "/srv/ada/p")
    assert settle(Full(off, on), target, None, rebuild=True).own == on


def test_one_without_an_owner_next_to_another_of_the_path_is_named_by_its_id(target):
    theirs = container(target, "theirs", "bob", "/srv/bob/p")
    for running in (True, False):
        state = {"Running": running}
        own = container(target, "mine", mounts=bound("/srv/ada/p"), state=state)
        engine = Full(theirs, own)
        made = settle(engine, target, None, rebuild=False)
        assert made.target.argv == ["run-user-commands", "--container-id", "mine"]
        assert engine.started == ([] if running else ["mine"])
    own = container(target, "mine", mounts=bound("/srv/ada/p"))
    made = settle(Full(theirs, own), target, None, rebuild=True)
    assert made.target.labels == target.label_values
    assert [one.name for one in made.replaced.containers] == ["mine"]
    assert made.loses


def test_workspace_that_another_one_uses_needs_consent(target):
    theirs = container(target, "theirs", "bob", "/srv/ada/p", mounts=bound("/srv/ada/p"))
    with pytest.raises(InputError, match="/srv/ada/p is in use: theirs belongs to bob"):
        settle(Full(theirs), target, None, rebuild=False)
    asked = []
    assert settle(Full(theirs), target, asked.append, rebuild=False).own is None
    assert len(asked) == 1


COMPOSES = {
    "name: theirs\n": "theirs-ada",
    "services: {}\n": "",
    "name: ${X}\n": "",
    "a: [": "",
    "- 1\n": "",
}


@pytest.mark.parametrize("owner", ["bob", "ada", ""])
def test_compose_project_that_another_person_just_took_is_left_alone(target, owner):
    (target.root / MAIN).write_text('{"dockerComposeFile": "compose.yaml", "service": "app"}')
    (target.root / ".devcontainer" / "compose.yaml").write_text("name: work\n")
    engine = Full()
    if owner:
        engine.create_volume("work_scaffold-owner", {"io.gpu-scaffold.owner": owner})
    made = settle(engine, target, None, rebuild=False)
    assert made.target.project == ("work-ada" if owner == "bob" else "")
    claimed = f"{made.target.project or 'work'}_scaffold-owner"
    assert engine.volumes[claimed]["Labels"] == {"io.gpu-scaffold.owner": "ada"}


def test_engine_of_this_computer_gets_no_claims(target):
    (target.root / MAIN).write_text('{"dockerComposeFile": "compose.yaml", "service": "app"}')
    (target.root / ".devcontainer" / "compose.yaml").write_text("name: work\n")
    engine = Full()
    own = replace(target, identity=replace(target.identity, is_local=True))
    assert settle(engine, own, None, rebuild=False).target.project == ""
    assert "work_scaffold-owner" not in engine.volumes


@pytest.mark.parametrize("text", COMPOSES)
def test_compose_project_of_another_is_left_alone(target, text):
    (target.root / MAIN).write_text('{"dockerComposeFile": "compose.yaml", "service": "app"}')
    (target.root / ".devcontainer" / "compose.yaml").write_text(text)
    labels = {"com.docker.compose.project": "theirs", "io.gpu-scaffold.owner": "bob"}
    theirs = inspect("theirs-app", config={"Labels": labels}, Id="1")
    made = settle(Full(theirs), target, None, rebuild=False)
    assert made.target.project == COMPOSES[text]
    assert made.target.environment.get("COMPOSE_PROJECT_NAME", "") == COMPOSES[text]


def test_compose_project_of_ones_own_stays(target):
    own = container(target, "mine", "ada", "/srv/ada/p")
    own["Config"]["Labels"]["com.docker.compose.project"] = "p-ada"
    assert settle(Full(own), target, None, rebuild=False).target.project == "p-ada"


def test_commands_of_a_host_and_a_second_configuration(tmp_path, monkeypatch):
    folder = tmp_path / ".devcontainer" / "gpu"
    folder.mkdir(parents=True)
    (folder / "devcontainer.json").write_text('{"dockerComposeFile": ["c.yaml"]}')
    record = {"host": "gpu01", "files": "remote-ssh", "workspace": "/home/ada/p"}
    lines = "".join(f"{key} = {json.dumps(text)}\n" for key, text in record.items())
    (folder / "scaffold.toml").write_text(f"[answers]\n{lines}")
    ssh = tmp_path / "ssh"
    ssh.write_text("Host gpu01\n  User ada\n")
    monkeypatch.setattr(
        up_target, "remote_up", lambda host, folder, *words, **more: [host, str(folder), *words]
    )
    target = plan_up(UpRequest(root=tmp_path, ssh_config=ssh, config="gpu"))
    path = "/home/ada/p/.devcontainer/gpu/devcontainer.json"
    assert target.argv[:4] == ["gpu01", "/home/ada/p", "--config", path]
    assert f"devcontainer.config_file={path}" in target.argv
    assert target.sync_target == SyncTarget(host="gpu01", path="/home/ada/p")
    argv, _ = command_of(target, "build")
    assert "--id-label" not in argv
    composed = use_case._composed(target)
    assert (composed.name, composed.by_path) == ("gpu", True)


def test_foreign_configuration_with_laptop_paths_is_refused(tmp_path, monkeypatch):
    folder = tmp_path / ".devcontainer"
    folder.mkdir()
    place = "type=bind,source=/srv/p,target=/w"
    mount = "type=bind,source=${localEnv:HOME}/data,target=/data"
    settings = {"image": "x", "workspaceMount": place, "mounts": [mount]}
    (folder / "devcontainer.json").write_text(json.dumps(settings))
    (folder / "scaffold.toml").write_text('[answers]\nhost = "gpu01"\nfiles = "context"\n')
    monkeypatch.setattr(up_target.contexts, "context", lambda name: name)
    with pytest.raises(InputError, match="would mount paths of this computer on gpu01") as raised:
        plan_up(UpRequest(root=tmp_path))
    assert mount in raised.value.message
    assert raised.value.hint.endswith("scaffold init --host gpu01 --config gpu")
    monkeypatch.setattr(
        up_target, "local_up", lambda root, env, *words, verb: ([verb, *words], env)
    )
    (folder / "devcontainer.json").write_text(json.dumps(settings | {"mounts": []}))
    target = plan_up(UpRequest(root=tmp_path))
    assert (target.identity.workspace, target.folder) == ("/srv/p", str(tmp_path))


@pytest.mark.parametrize("rebuild", [None, False, True])
def test_container_is_replaced_if_its_user_changed_unless_it_is_to_stay(target, rebuild):
    own = container(target, "mine", "ada", "/srv/ada/p")
    record("mine", Recipe(base="python:3.12", user="root"))
    (target.root / MAIN).write_text('{"image": "python:3.12", "remoteUser": "dev"}')
    made = settle(Full(own), target, None, rebuild=rebuild)
    assert (made.replaced is None) == (rebuild is False)
    assert made.changes == (() if rebuild else ("user root, now dev",))


def test_container_stays_if_another_file_changed(target):
    own = container(target, "mine", "ada", "/srv/ada/p")
    (target.root / MAIN).write_text('{"image": "python:3.12", "remoteUser": "dev"}')
    record("mine", replace(recipe_now(target), digest="older"))
    made = settle(Full(own), target, None, rebuild=None)
    assert (made.replaced, made.changes) == (None, ())


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff"])
def test_broken_record_of_a_container_is_none(target, content):
    record("mine", Recipe())
    place = next((state_folder() / "up").glob("mine.recipe.json"))
    place.write_bytes(content)
    assert recipe_then("mine") is None


def test_record_names_what_the_files_hold(target):
    (target.root / ".devcontainer" / "Own.Dockerfile").write_text("FROM debian:12\n")
    (target.root / MAIN).write_text('{"build": {"dockerfile": "Own.Dockerfile"}}')
    record("mine", recipe_now(target))
    assert (recipe_then("mine") or Recipe()).base == "debian:12"
