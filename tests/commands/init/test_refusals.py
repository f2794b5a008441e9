"""Folders and projects that `init` refuses, and what makes up for it."""

from pathlib import Path

import pytest

from scaffold.commands.init.refusals import check_place, check_project
from scaffold.errors import InputError
from scaffold.project.facts import Evidence, ProjectFacts
from scaffold.project.framework import Framework

BROKEN = "pyproject.toml:1: not valid TOML: Expected ']'"
TORCH = ProjectFacts(
    framework=Framework.PYTORCH,
    framework_spec=">=2.0,<1.0",
    evidence=(Evidence("framework", "requirements.txt:1", "torch>=2.0,<1.0"),),
)

REFUSED = {
    "a contradiction": (TORCH, "requirements.txt:1: no version of torch can be >=2.0,<1.0"),
    "metadata that cannot be read": (ProjectFacts(problems=("x: odd", BROKEN)), BROKEN),
}
TAKEN = {
    "a range": (ProjectFacts(framework=Framework.PYTORCH, framework_spec=">=2.0,<3"), {}),
    "an answer for a contradiction": (TORCH, {"framework": "torch"}),
    "an answer for unread metadata": (ProjectFacts(problems=(BROKEN,)), {"framework": "none"}),
    "another file names the framework": (
        ProjectFacts(framework=Framework.PYTORCH, problems=(BROKEN,)),
        {},
    ),
    "a part of the repository": (ProjectFacts(problems=(f"tools/{BROKEN}",)), {}),
    "one line of a list": (ProjectFacts(problems=("requirements.txt:3: no requirement",)), {}),
}


@pytest.mark.parametrize(("project", "told"), REFUSED.values(), ids=REFUSED)
def test_project_that_decides_nothing_is_refused(project, told):
    with pytest.raises(InputError) as error:
        check_project(project, {})
    assert str(error.value) == told
    assert "scaffold init --framework" in error.value.hint


@pytest.mark.parametrize(("project", "answered"), TAKEN.values(), ids=TAKEN)
def test_project_is_taken(project, answered):
    check_project(project, answered)


def test_root_of_the_file_system_is_refused():
    with pytest.raises(InputError, match="the root of the file system"):
        check_place(Path("/"))


@pytest.mark.parametrize(
    ("name", "taken"),
    [("", False), ("notes.txt", False), (".git", True), ("requirements.txt", True)],
)
def test_home_folder_is_taken_if_it_is_a_project(tmp_path, monkeypatch, name, taken):
    monkeypatch.setenv("HOME", str(tmp_path))
    if name:
        (tmp_path / name).touch()
    if taken:
        check_place(tmp_path)
    else:
        with pytest.raises(InputError, match="is your home folder"):
            check_place(tmp_path)
    check_place(tmp_path / "project")


def test_login_without_a_home_folder_has_none_that_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("scaffold.commands.init.refusals.home", lambda: None)
    check_place(tmp_path)
    with pytest.raises(InputError, match="the root of the file system"):
        check_place(Path("/"))
