"""A workspace in a named volume: the same rules, and the files belong to the container's user."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scaffold.commands.sync.pull import pull
from scaffold.commands.sync.push import push
from scaffold.commands.sync.requests import PullRequest, PushRequest
from scaffold.commands.sync.ui import SilentSyncUi
from scaffold.errors import InputError, TargetError
from scaffold.sync.target import SyncTarget
from tests.lab.support.engine import Engine
from tests.lab.support.host_view import REAL, Link, Socket
from tests.lab.support.images import PYTHON_IMAGE
from tests.lab.support.syncing import VIEW, desk_on, write
from tests.lab.test_recreate_full_disk import tiny_image

PLACE = SyncTarget(host="", volume="sync-work", uid=1234, gid=1235)
SOCKET = "/var/run/docker.sock"


@pytest.fixture
def root(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A workspace that names the lab's image, beside an engine without the volume."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("DOCKER_HOST", engine.socket)
    root = tmp_path / "work"
    write(root, {".devcontainer/devcontainer.json": json.dumps({"image": PYTHON_IMAGE})})
    yield root
    assert "scaffold-sync" not in engine.docker("ps", "-a", "--format={{.Names}}").stdout
    engine.docker("volume", "rm", "--force", PLACE.volume)


def inside(engine: Engine, command: str) -> str:
    """What a command says as the container's user, in the volume."""
    mount = ("--volume", f"{PLACE.volume}:/w", "--workdir=/w", "--user=1234:1235")
    return engine.docker(
        "run", "--rm", "--network=none", *mount, PYTHON_IMAGE, "sh", "-c", command
    ).stdout


def test_files_in_a_volume_belong_to_the_containers_user(engine: Engine, root: Path):
    write(root, {"src/a b.py": "1", "run.sh": "#!", "gone": "x"})
    (root / "run.sh").chmod(0o755)
    (root / "link").symlink_to("run.sh")
    assert push(root, PLACE, PushRequest(dry_run=True), SilentSyncUi()).files
    assert PLACE.volume not in engine.docker("volume", "ls", "-q").stdout
    sent = push(root, PLACE, PushRequest(), SilentSyncUi())
    assert sent.method == "tar"
    owners = inside(engine, "find . -printf '%U:%G %m %p\\n' | sort -k3")
    assert {line.split()[0] for line in owners.splitlines()} == {"1234:1235"}
    assert "1234:1235 755 ./run.sh" in owners
    inside(engine, "echo edited >'src/a b.py'; mkdir runs; echo best >runs/best; echo n >new")
    (root / "gone").unlink()
    write(root, {"run.sh": "#!/bin/sh"})
    again = push(root, PLACE, PushRequest(delete=True), SilentSyncUi(agreed=True))
    assert (again.files, again.deleted) == (("run.sh",), ("gone",))
    assert [one.path for one in again.skipped] == ["src/a b.py"]
    assert inside(engine, "cat 'src/a b.py' run.sh") == "edited\n#!/bin/sh"
    assert inside(engine, "ls").split() == ["link", "new", "run.sh", "runs", "src"]
    pulled = pull(root, PLACE, ["runs", "src/a b.py"], PullRequest(), SilentSyncUi())
    assert pulled.files == ("runs/best", "src/a b.py")
    assert (root / "src/a b.py").read_text() == "edited\n"


def test_a_volume_of_a_host_is_reached_over_ssh_and_has_one_holder(
    engine: Engine, root: Path, tmp_path, keys, monkeypatch
):
    monkeypatch.delenv("DOCKER_HOST")
    (engine.folder / "docker.sock").chmod(0o666)
    docker = {
        "/usr/bin/docker": Link(f"{REAL}/bin/docker"),
        SOCKET: Socket(str(engine.folder / "docker.sock")),
    }
    folder = tmp_path / "ssh"
    folder.mkdir()
    with desk_on({**VIEW, **docker}, folder, keys, monkeypatch) as desk:
        place = replace(PLACE, host="gpu01")
        request = PushRequest(ssh_config=desk.client.config)
        write(root, {"a": "1"})
        assert "a" in push(root, place, request, SilentSyncUi()).files
        write(desk.root, {"a": "2", ".devcontainer.json": json.dumps({"image": PYTHON_IMAGE})})
        with pytest.raises(InputError, match=f"volume sync-work on gpu01 is owned by .*{root}"):
            push(desk.root, place, request, SilentSyncUi())
        assert inside(engine, "cat a") == "1"
        assert (
            pull(
                root, place, ["a"], PullRequest(ssh_config=desk.client.config), SilentSyncUi()
            ).files
            == ()
        )


def test_a_killed_helper_is_removed_by_the_next_run(engine: Engine, root: Path):
    label = f"--label=dev.gpu-scaffold.sync={PLACE.volume}"
    engine.docker("run", "-d", "--name=scaffold-sync-old", label, PYTHON_IMAGE, "sleep", "1000")
    push(root, PLACE, PushRequest(), SilentSyncUi())
    assert "scaffold-sync-old" not in engine.docker("ps", "-a", "--format={{.Names}}").stdout


def test_an_image_without_a_shell_or_tools_is_told(engine: Engine, root: Path, tmp_path: Path):
    archive = tmp_path / "tiny.tar"
    archive.write_bytes(tiny_image())
    engine.docker("import", str(archive), "lab/tiny")
    write(root, {".devcontainer/devcontainer.json": json.dumps({"image": "lab/tiny"})})
    with pytest.raises(TargetError):
        push(root, PLACE, PushRequest(), SilentSyncUi())


def test_without_any_image_the_way_out_is_named(engine: Engine, root: Path):
    write(root, {".devcontainer/devcontainer.json": json.dumps({"image": "no/such:image"})})
    with pytest.raises(TargetError, match="no image for the helper") as told:
        push(root, PLACE, PushRequest(), SilentSyncUi())
    assert "busybox" in told.value.hint
