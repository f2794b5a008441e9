"""A download that cannot fit on this computer's disk is refused before anything is written."""

import shutil

import pytest

from scaffold.errors import TargetError
from tests.commands.sync.two_sides import TwoSides

HUGE = 8 << 40
"""A sparse file of eight terabytes: larger than the disk of any machine that tests."""


@pytest.fixture
def sides(two_sides: TwoSides) -> TwoSides:
    (two_sides.here / "train.py").write_text("x")
    two_sides.push()
    with (two_sides.there / "huge.bin").open("wb") as file:
        file.truncate(HUGE)
    (two_sides.there / "small.txt").write_text("result")
    return two_sides


def test_what_cannot_fit_is_named_and_nothing_is_downloaded(sides: TwoSides):
    with pytest.raises(TargetError, match=r"largest file is huge\.bin") as refused:
        sides.pull(everything=True)
    assert "nothing was downloaded" in refused.value.hint
    assert not (sides.here / "small.txt").exists()
    assert sides.pull("small.txt").files == ("small.txt",)


def test_what_is_replaced_counts_against_it(sides: TwoSides, monkeypatch):
    (sides.there / "huge.bin").unlink()
    sides.pull(everything=True)
    (sides.there / "small.txt").write_text("result, and longer")
    usage = shutil.disk_usage(sides.here)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=12))
    assert sides.pull(everything=True).files == ("small.txt",)
    (sides.there / "small.txt").write_text("result, and longer by more than what is left")
    with pytest.raises(TargetError, match="No space left"):
        sides.pull(everything=True)
