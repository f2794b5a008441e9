"""A project folder that was renamed or moved goes on with its target; any other folder asks."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scaffold.errors import InputError
from tests.commands.sync.two_sides import TwoSides


@pytest.fixture
def sides(two_sides: TwoSides) -> TwoSides:
    (two_sides.here / "a.py").write_text("one")
    (two_sides.here / "b.py").write_text("two")
    assert two_sides.push().files == ("a.py", "b.py")
    return two_sides


def renamed(sides: TwoSides, name: str) -> TwoSides:
    return TwoSides(sides.here.rename(sides.here.with_name(name)), sides.there)


def claim(sides: TwoSides) -> Path:
    return sides.there / ".scaffold-sync" / "holder"


def test_a_renamed_folder_goes_on_as_if_nothing_had_happened(sides: TwoSides):
    for name in ("second", "third"):
        sides = renamed(sides, name)
        (sides.there / "b.py").write_text(f"edited there, {name}")
        (sides.here / "a.py").write_text(f"edited here, {name}")
        assert sides.push(dry_run=True).files == ("a.py",)
        found = sides.push()
        assert found.files == ("a.py",) and [one.path for one in found.skipped] == ["b.py"]
        assert json.loads(claim(sides).read_text())["folder"] == str(sides.here)


def test_what_was_deleted_before_the_renaming_is_still_known(sides: TwoSides):
    sides = renamed(sides, "second")
    (sides.here / "b.py").unlink()
    assert sides.push().gone == ("b.py",)
    assert sides.push(delete=True).deleted == ("b.py",)


def test_a_dry_run_of_a_renamed_folder_saves_nothing(sides: TwoSides):
    before = claim(sides).read_text()
    sides = renamed(sides, "second")
    assert sides.push(dry_run=True).files == ()
    assert claim(sides).read_text() == before


def state(name: str) -> Path:
    """The state of the folder that had this name."""
    folder = Path(os.environ["XDG_CACHE_HOME"]) / "gpu-scaffold" / "sync"
    found = (one for one in folder.glob("*.json"))
    return next(one for one in found if json.loads(one.read_text())["root"].endswith(f"/{name}"))


def change_state(name: str, **values: str) -> None:
    path = state(name)
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def edit_claim(**values: str) -> Callable[[TwoSides], None]:
    def change(sides: TwoSides) -> None:
        found = json.loads(claim(sides).read_text())
        claim(sides).write_text(json.dumps({**found, **values}))

    return change


OTHERS: dict[str, Callable[[TwoSides], object]] = {
    "the old folder is there": lambda s: shutil.copytree(s.here, s.here.with_name("here")),
    "a link to it is there": lambda s: s.here.with_name("here").symlink_to(s.here),
    "another claim of that folder": edit_claim(id="0" * 32),
    "a state that is lost": lambda _: state("here").unlink(),
    "a state of an older version": lambda _: change_state("here", root=""),
    "a state of another target": lambda _: state("here").rename(state("here").with_name("x.json")),
    "a claim that cannot be read": lambda s: claim(s).write_text("{"),
}


def test_what_the_claim_says_of_its_folder_is_not_used(sides: TwoSides):
    sides = renamed(sides, "second")
    edit_claim(folder="/proc/self/root/nowhere", who="somebody")(sides)
    assert sides.push().files == ()
    assert json.loads(claim(sides).read_text())["folder"] == str(sides.here)


@pytest.mark.parametrize("change", OTHERS.values(), ids=OTHERS)
def test_any_other_folder_is_refused(change, sides: TwoSides):
    sides = renamed(sides, "second")
    change(sides)
    before = claim(sides).read_text()
    with pytest.raises(InputError, match="is owned by"):
        sides.push()
    assert claim(sides).read_text() == before
