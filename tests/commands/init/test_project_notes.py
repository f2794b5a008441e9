"""Notes about parts of the source that a copy of the repository lacks."""

import pytest

from scaffold.commands.init.project_notes import missing_parts
from scaffold.project.facts import ProjectFacts, Submodule

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
