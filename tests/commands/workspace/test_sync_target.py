"""Where a workspace lies: read from devcontainer.json and the answers, or refused."""

import json
from pathlib import Path

import pytest

from scaffold.commands.sync.volume_image import images_of
from scaffold.commands.workspace.location import sync_target_of
from scaffold.errors import InputError
from scaffold.sync.target import SyncTarget

DOCKERFILE = "FROM python:3.11-slim\nRUN useradd --no-log-init --uid 1500 --gid 1600 -m dev\n"

MOUNTS = {
    "a volume": (
        "source=work,target=/w,type=volume",
        "gpu01",
        SyncTarget(host="gpu01", volume="work"),
    ),
    "a volume here": (
        "source=work,target=/w,type=volume",
        None,
        SyncTarget(host="", volume="work"),
    ),
    "a volume, unsaid": ("src=work,target=/w", "gpu01", SyncTarget(host="gpu01", volume="work")),
    "a path": (
        "type=bind,source=/srv/a b/,target=/w",
        "gpu01",
        SyncTarget(host="gpu01", path="/srv/a b"),
    ),
}


def write(root: Path, mount: str | None, dockerfile: str = "") -> None:
    folder = root / ".devcontainer"
    folder.mkdir()
    settings = {"workspaceMount": mount} if mount else {}
    (folder / "devcontainer.json").write_text(f"// a comment\n{json.dumps(settings)}")
    (folder / "Dockerfile").write_text(dockerfile)


@pytest.mark.parametrize(("mount", "host", "expected"), MOUNTS.values(), ids=MOUNTS)
def test_the_mount_says_where(mount, host, expected, tmp_path: Path):
    write(tmp_path, mount)
    assert sync_target_of(tmp_path, host) == expected


def test_the_containers_user_owns_the_files(tmp_path: Path):
    write(tmp_path, "source=work,target=/w,type=volume", DOCKERFILE)
    found = sync_target_of(tmp_path, "gpu01")
    assert (found.uid, found.gid) == (1500, 1600)


def test_user_id_that_no_system_has_is_none(tmp_path: Path):
    digits = "9" * 5000
    write(tmp_path, "source=work,target=/w,type=volume", DOCKERFILE.replace("1500", digits))
    found = sync_target_of(tmp_path, "gpu01")
    assert (found.uid, found.gid) == (None, 1600)


REFUSED = {
    "no configuration": (None, None),
    "a path here": ("type=bind,source=/srv/x,target=/w", None),
    "a path of this machine": ("type=bind,source=${localWorkspaceFolder},target=/w", "gpu01"),
    "an unnamed volume": ("type=volume,target=/w", "gpu01"),
}


@pytest.mark.parametrize(("mount", "host"), REFUSED.values(), ids=REFUSED)
def test_what_says_no_place_is_refused(mount, host, tmp_path: Path):
    if mount:
        write(tmp_path, mount)
    with pytest.raises(InputError):
        sync_target_of(tmp_path, host)


def test_a_host_that_is_none_is_refused(tmp_path: Path):
    write(tmp_path, "source=work,target=/w,type=volume")
    with pytest.raises(InputError, match="not a host"):
        sync_target_of(tmp_path, "-oProxyCommand=id")


def test_the_answered_path_is_the_place_with_remote_ssh(tmp_path: Path, monkeypatch):
    import scaffold.commands.workspace.location as module
    from scaffold.adapters.local.answers_file import Record

    answers = {"host": "gpu01", "files": "remote-ssh", "workspace": "/home/ada/proj"}
    monkeypatch.setattr(module, "read_record", lambda *_words: Record(answers=answers))
    write(tmp_path, "source=work,target=/w,type=volume")
    assert sync_target_of(tmp_path) == SyncTarget(host="gpu01", path="/home/ada/proj")
    assert sync_target_of(tmp_path, "gpu02").host == "gpu02"


IMAGES = {
    "an image": ('{"image": "a/b:1"}', "", ("a/b:1",)),
    "a Dockerfile": (
        '{"build": {"dockerfile": "Dockerfile"}}',
        "ARG V=1\nFROM --platform=linux/amd64 base:2 AS one\nFROM one\nFROM x:${V}\nFROM scratch\n",
        ("base:2",),
    ),
    "broken": ("{", "", ()),
}


@pytest.mark.parametrize(("config", "dockerfile", "expected"), IMAGES.values(), ids=IMAGES)
def test_images_that_a_workspace_names(config, dockerfile, expected, tmp_path: Path):
    write(tmp_path, None, dockerfile)
    (tmp_path / ".devcontainer/devcontainer.json").write_text(config)
    assert images_of(tmp_path) == expected


def test_without_a_configuration_no_image_is_named(tmp_path: Path):
    assert images_of(tmp_path) == ()
