"""A path of the server is never looked up on this computer, and one of this computer not there."""

import json

import pytest

from tests.lab.support.engine import Engine
from tests.lab.support.people import Person
from tests.lab.test_three_people import INSIDE, project, up, us

__all__ = ["us"]


@pytest.fixture
def ada(us: dict[str, Person]) -> Person:
    return us["ada"]


def test_verify_reads_the_file_of_the_project_and_not_that_of_the_servers_path(ada: Person):
    project(ada, "remote-ssh")
    ada.scaffold("up", "--trust")
    # The lab's server shares this machine's disk: its path exists here, and says something else.
    there = ada.remote / "proj/.devcontainer/devcontainer.json"
    settings = json.loads(there.read_text())
    there.write_text(json.dumps(settings | {"hostRequirements": {"gpu": True}}))
    ada.scaffold("verify")
    there.write_text("{ broken")
    ada.scaffold("verify")


FOREIGN = {
    "no mount of the workspace": {},
    "a mount of this computer's home": {
        "workspaceMount": "type=bind,source=/srv/p,target=/p",
        "workspaceFolder": "/p",
        "mounts": ["type=bind,source=${localEnv:HOME}/data,target=/data"],
    },
}


@pytest.mark.parametrize("more", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_configuration_that_would_bind_paths_of_this_computer_is_refused(
    ada: Person, engine: Engine, more: dict[str, object]
):
    project(ada, "context")
    path = ada.project / ".devcontainer/devcontainer.json"
    path.write_text(json.dumps({"image": json.loads(path.read_text())["image"], **more}))
    said = ada.scaffold("up", "--trust", code=2)
    assert "would mount paths of this computer on gpu01" in said
    assert "scaffold init --host gpu01 --config gpu" in said
    assert engine.docker("ps", "--all", "--quiet").stdout == ""
    assert not (ada.remote / "proj").exists()


@pytest.mark.parametrize("files", ["context", "remote-ssh"])
def test_what_git_ignores_of_the_configuration_is_named_before_anything_is_sent(
    ada: Person, files: str
):
    project(ada, files, postCreateCommand="sh .devcontainer/post-create.sh")
    (ada.project / ".devcontainer/post-create.sh").write_text("echo done >/opt/created\n")
    (ada.project / ".gitignore").write_text(".devcontainer/\n")
    ada.laptop.run("git", "init", "--quiet")
    said = ada.scaffold("up", "--trust", code=2)
    assert "is excluded by an ignore rule, and the server needs it" in said
    assert not (ada.remote / "proj/.gitignore").exists()
    printed = said.partition("uploads: ")[2].strip()
    assert ada.laptop.run("sh", "-c", printed).returncode == 0
    ada.scaffold("up", "--trust")


@pytest.mark.parametrize("files", ["context", "remote-ssh"])
def test_a_folder_that_was_moved_on_the_server_is_named_while_a_container_runs_in_it(
    ada: Person, engine: Engine, files: str
):
    project(ada, files)
    (ada.project / "notes").write_text("first")
    container = up(ada)["id"]
    (ada.remote / "proj").rename(ada.remote / "moved")
    (ada.project / "notes").write_text("second")
    said = ada.scaffold("up", "--trust")
    assert "still uses a folder that was moved or deleted" in said
    assert engine.docker("exec", container, "cat", f"{INSIDE}/notes").stdout == "first"
    ada.scaffold("down")
    ada.scaffold("up", "--trust")
    assert engine.docker("exec", container, "cat", f"{INSIDE}/notes").stdout == "second"
    assert (ada.remote / "moved/notes").read_text() == "first"
