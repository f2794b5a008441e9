"""Situations that sources other than the catalogue tell of; each with its source."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.resolver.situations import outcome


def _read(name):
    return tomllib.loads(Path(__file__).with_name(name).read_text())["situations"]


SITUATIONS = _read("reported.toml")
WORKED_OUT = _read("worked_out.toml")


def _id(row):
    return row["why"].replace(" ", "_")


@pytest.mark.parametrize("row", [*SITUATIONS, *WORKED_OUT], ids=_id)
def test_reported_situation(row):
    first, *others = row["expect"].split("; ")
    packages = tuple(row.get("packages", ()))
    said = outcome(row["gpus"], row["driver"], row["wish"], packages)
    assert re.fullmatch(first, said[0]), (row["source"], said)
    for words in others:
        assert any(words in text for text in said[1:]), (words, row["source"], said)


def test_a_third_of_the_situations_have_pinned_companions():
    assert len(SITUATIONS) >= 150
    assert len([row for row in SITUATIONS if row.get("packages")]) * 3 >= len(SITUATIONS)
    assert all(row["source"] for row in SITUATIONS)
