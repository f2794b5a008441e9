"""Notes about parts of the source that a copy of the repository lacks."""

from dataclasses import replace

import pytest

from scaffold.commands.init.project_notes import absent_code, missing_parts
from scaffold.project.facts import LocalPath, ProjectFacts, Submodule

URL = "https://git.example/pts ops.git"
SUBMODULE = ProjectFacts(submodules=(Submodule("libs/ops", URL, missing=True),))
POINTERS = ProjectFacts(lfs_missing=("a.pt", "b.pt", "c.pt", "d.pt"))

NOTES = {
    "a clone without its submodule": (SUBMODULE, True, f"post-create fetches it from {URL}"),
    "an archive without its submodule": (SUBMODULE, False, f"git clone '{URL}' libs/ops"),
    "a clone with pointers": (POINTERS, True, "(a.pt, b.pt, c.pt); post-create fetches them"),
    "an archive with pointers": (POINTERS, False, "this copy has no .git: clone it"),
}


@pytest.mark.parametrize(("project", "has_git", "told"), NOTES.values(), ids=NOTES)
def test_missing_part_is_told_with_what_brings_it(project, has_git, told):
    (note,) = missing_parts(project, has_git=has_git)
    assert note.endswith(told)


def test_whole_copy_has_no_note():
    whole = ProjectFacts(submodules=(Submodule("libs/ops", URL, missing=False),), lfs=("*.pt",))
    assert missing_parts(whole, has_git=True) == missing_parts(whole, has_git=False) == []


def local(path: str, text: str) -> ProjectFacts:
    return ProjectFacts(local=(LocalPath(path=path, where="list.txt:2", text=text),))


ABSENT = {
    "a path that is not there": (local("lib/x", "./lib/x"), "list.txt:2: ./lib/x: no lib/x here"),
    "a folder that is no project": (local(".", "-e ."), "list.txt:2: -e .: this folder has no"),
    "a project": (local("own", "./own"), ""),
    "a project of the folder that is followed": (replace(local(".", "-e ."), base="own"), ""),
    "a wheel": (local("own/a.whl", "own/a.whl"), ""),
    "a path of a manager's own form": (local("lib/x", ""), ""),
    "a submodule": (replace(local("libs/ops", "libs/ops"), submodules=SUBMODULE.submodules), ""),
}


@pytest.mark.parametrize(("project", "told"), ABSENT.values(), ids=ABSENT)
def test_code_that_is_not_there_is_told(tmp_path, project, told):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "setup.py").touch()
    (tmp_path / "own" / "a.whl").touch()
    notes = absent_code(tmp_path, project)
    assert len(notes) == bool(told)
    assert all(note.startswith(told) and note.endswith("stops there") for note in notes)
