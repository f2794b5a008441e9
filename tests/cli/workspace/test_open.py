"""`scaffold open`; a program that writes down its arguments stands in for the editor."""

import json
from pathlib import Path

import pytest


@pytest.fixture
def project(tmp_path):
    """A project whose path is not plain, with a devcontainer.json in it."""
    folder = tmp_path / "my prüject"
    (folder / ".devcontainer").mkdir(parents=True)
    (folder / ".devcontainer" / "devcontainer.json").write_text("{} // none of it decides\n")
    return folder


@pytest.fixture
def editor(tmp_path, monkeypatch):
    """`editor(name)`: the only editor on PATH; what it was called with, one argument a line."""
    programs, log = tmp_path / "programs", tmp_path / "called"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))

    def be(name: str, code: int = 0) -> Path:
        program = programs / name
        program.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" >'{log}'\nexit {code}\n")
        program.chmod(0o755)
        return log

    return be


def container_uri(folder: object, inside: str) -> str:
    return f"vscode-remote://dev-container+{str(folder).encode().hex()}{inside}"


INSIDE = "/workspaces/my%20pr%C3%BCject"


@pytest.mark.parametrize("name", ["code", "cursor", "codium"])
def test_editor_that_is_there_gets_the_address_as_one_argument(scaffold, project, editor, name):
    called = editor(name)
    done = scaffold("open", project)
    assert (done.code, done.out) == (0, ""), done
    uri = container_uri(project, INSIDE)
    assert called.read_text().splitlines() == ["--folder-uri", uri]
    assert f"--folder-uri {uri}" in done.err
    assert "Dev Containers: Reopen in Container" in done.err


def test_here_is_the_default(scaffold, project, monkeypatch):
    monkeypatch.chdir(project)
    assert scaffold("open", "--print").out == container_uri(project, INSIDE) + "\n"


def test_part_of_a_repository_lies_under_its_root(scaffold, project):
    (project.parent / ".git").mkdir()
    expected = f"/workspaces/{project.parent.name}/my%20pr%C3%BCject"
    assert scaffold("open", project, "--print").out.strip().endswith(expected)


def test_print_starts_nothing_and_its_output_is_the_address_alone(scaffold, editor):
    called = editor("code")
    done = scaffold("open", "/home/ada/my p", "--host=gpu01", "--print")
    folder = b"/home/ada/my p".hex()
    uri = f"vscode-remote://dev-container+{folder}@ssh-remote+gpu01/workspaces/my%20p\n"
    assert (done.code, done.out) == (0, uri)
    assert "1. Remote-SSH: Connect to Host…, gpu01" in done.err
    assert "2. File: Open Folder…, /home/ada/my p" in done.err
    assert not called.exists()


def test_folder_of_a_host_and_of_this_machine(scaffold, project):
    done = scaffold("open", "/srv/p/", "--host=ada@gpu01:2222", "--folder", "--json")
    host = json.dumps({"hostName": "gpu01", "user": "ada", "port": 2222}, separators=(",", ":"))
    document = json.loads(done.out)
    assert document["uri"] == f"vscode-remote://ssh-remote+{host.encode().hex()}/srv/p"
    assert len(document["steps"]) == 2
    assert document["schema"] == 1
    local = scaffold("open", project, "--folder", "--print").out
    assert (local.startswith("file:///"), local.endswith("my%20pr%C3%BCject\n")) == (True, True)


def test_running_container_is_attached_to(scaffold):
    name = json.dumps({"containerName": "/trainer"}, separators=(",", ":")).encode().hex()
    done = scaffold("open", "--container=trainer", "--print")
    assert done.out == f"vscode-remote://attached-container+{name}/\n"
    done = scaffold("open", "--container=trainer", "--host=gpu01", "--inside=/my w", "--print")
    assert done.out == f"vscode-remote://attached-container+{name}@ssh-remote+gpu01/my%20w\n"
    assert "Attach to Running Container" in done.err


def test_without_an_editor_the_steps_are_shown_all_the_same(scaffold, project, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    done = scaffold("open", project)
    assert (done.code, "no editor found" in done.err) == (1, True)
    assert f"1. File: Open Folder…, {project}" in done.err
    done = scaffold("open", project, "--editor=cursor")
    assert (done.code, "cursor is not on PATH" in done.err) == (2, True)
    assert "Install 'cursor' command" in done.err
    assert "1. File: Open Folder" in done.err


def test_editor_that_is_asked_for_is_taken(scaffold, project, editor):
    editor("code")
    called = editor("cursor")
    assert scaffold("open", project, "--editor=cursor").code == 0
    assert called.exists()


def test_editor_that_fails_is_told(scaffold, project, editor):
    editor("code", code=3)
    done = scaffold("open", project)
    assert (done.code, "code failed with exit code 3" in done.err) == (1, True)


def test_what_cannot_be_opened_is_the_users_to_correct(scaffold, tmp_path):
    done = scaffold("open", tmp_path)
    assert (done.code, "--folder opens the folder" in done.err) == (2, True)
    assert scaffold("open", tmp_path / "gone").code == 2
    done = scaffold("open", "p", "--host=gpu01")
    assert (done.code, "which folder on gpu01?" in done.err) == (2, True)
    assert scaffold("open", "--host=gpu01").code == 2
