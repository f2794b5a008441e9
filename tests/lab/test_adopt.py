"""Containers made by hand are adopted, built again by the real engine, and compared whole."""

import json
from pathlib import Path

import pytest

from tests.lab.handmade import CONTAINERS, make, name_of
from tests.lab.recreating import finished


@pytest.fixture(scope="module", autouse=True)
def _tidy(engine):
    yield
    engine.docker("rm", "--force", "--volumes", *map(name_of, CONTAINERS), check=False)
    engine.docker("volume", "rm", "--force", "lab-adopt-data", check=False)


def adopted(engine, *words: str) -> dict:
    """Adopt, build and compare; what came of it."""
    code, out, err = finished(engine, "adopt", *words, "--yes", "--json", "--verify")
    document = json.loads(out) if out else {}
    different = (document.get("comparison") or {}).get("different")
    assert (code, different) == (0, []), err + json.dumps(different, indent=1)
    return document


@pytest.mark.parametrize("title", CONTAINERS)
def test_container_made_by_hand_is_built_again_equal(engine, index, tmp_path, title):
    name = make(engine, index, title)
    before = engine.inspect(name)["State"]
    document = adopted(engine, name, str(tmp_path))
    assert document["comparison"]["equal"]["file"] > 1000
    assert engine.inspect(name)["State"] == before
    assert not engine.docker("ps", "-aq", "--filter=name=scaffold-look").stdout
    CHECKS.get(title, lambda *_: None)(document, tmp_path / ".devcontainer")
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"hf_abcdefghijk" not in written
    assert b"$y$" not in written


def _apt_and_pip(document: dict, folder: Path) -> None:
    assert [one.partition("=")[0] for one in document["apt"]["manual"]] == ["jq", "tree"]


CHECKS = {"apt and pip on a base image": _apt_and_pip}
