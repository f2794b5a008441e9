"""A sample of the rows against sources that the generator does not read."""

import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from scaffold.catalogue import load_catalogue
from scaffold.catalogue.tables import Tables

SAMPLE = tomllib.loads(Path(__file__).with_name("independent.toml").read_text(encoding="utf-8"))
NOT_COMPARED = {"3.5", "6.1", "7.5", "9.0a"}
"""Code of linked libraries (cuDNN, NCCL), which the object files hold besides PyTorch's own."""
TABLES = Tables()


def says(kind: str, asked: str, said: str) -> bool:
    if kind == "gpu":
        model = load_catalogue().gpu(asked)
        return model is not None and model.capability == said
    if kind == "torchvision":
        rows = TABLES.table("companions/torchvision", "releases")
        needs = next(row["needs"]["torch"] for row in rows if row["version"] == asked)
        return SpecifierSet(needs).contains(said.removeprefix("torch "))
    if kind == "code":
        found = set(_torch(asked)["sm"])
        return found <= set(said.split()) and set(said.split()) - found <= NOT_COMPARED
    row = _torch(asked) if kind == "torch" else _tensorflow(asked)
    cuda, _, pythons = said.partition(" on ")
    return row["cuda"] == cuda and set(pythons.split()) <= set(row["python"])


def _torch(asked: str) -> dict[str, list[str]]:
    version, variant = asked.split()
    rows = TABLES.table("pytorch", "builds")
    mine = [row for row in rows if row["version"] == version and row["arch"] == "x86_64"]
    default = variant == "default"
    found = (row for row in mine if row["variant"] == variant or (default and not row["local"]))
    return next(found)


def _tensorflow(version: str) -> dict[str, list[str]]:
    rows = TABLES.table("tensorflow", "builds")
    return next(row for row in rows if row["version"] == version and row["cuda"])


@pytest.mark.parametrize(
    ("kind", "asked", "said", "source"),
    SAMPLE["rows"],
    ids=[f"{row[0]} {row[1]}" for row in SAMPLE["rows"]],
)
def test_row_says_what_another_source_says(kind: str, asked: str, said: str, source: str) -> None:
    assert source in SAMPLE["sources"]
    assert says(kind, asked, said)
