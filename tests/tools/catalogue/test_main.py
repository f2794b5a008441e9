"""The whole command on a loopback index: written once, then unchanged; a fault changes nothing."""

import shutil
from pathlib import Path

import pytest

from tests.tools.catalogue import frameworks
from tests.tools.catalogue import web as faults
from tests.tools.catalogue.web import Web
from tools.catalogue import __main__ as command
from tools.catalogue import proof, pytorch, stored
from tools.catalogue.__main__ import MADE, main

FRAMEWORKS = ("pytorch", "tensorflow", "jax", "onnxruntime")


@pytest.fixture(autouse=True)
def index(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    frameworks.publish(web)
    monkeypatch.setattr(pytorch, "VARIANTS", f"{web.base}/whl")


def run(web: Web, root: Path, *names: str) -> int:
    return main([*names, "--pypi", web.base], root)


def texts(root: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in root.rglob("*")}


def test_second_run_writes_the_same(
    web: Web, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(web, tmp_path, *FRAMEWORKS) == 0
    once = texts(tmp_path)
    assert sorted(once) == sorted(f"{name}.json" for name in FRAMEWORKS)
    assert all(map(stored.sealed, once.values()))
    capsys.readouterr()
    assert run(web, tmp_path, *FRAMEWORKS) == 0
    assert texts(tmp_path) == once
    assert "pytorch: unchanged" in capsys.readouterr().out


FAULTS = [
    ("gone", None),
    ("truncated", faults.truncated),
    ("ten megabytes of names", faults.endless),
    ("a redirect to another host", faults.redirect("http://localhost:9/simple/torch/")),
    ("a list of another type", b'{"name": "torch", "files": {"a": 1}}'),
    ("a list of nothing", b'{"name": "torch", "files": []}'),
    ("the list of another project", b'{"name": "numpy", "files": []}'),
    ("cut", faults.hang_up),
]


@pytest.mark.parametrize(("sentence", "page"), FAULTS, ids=[row[0] for row in FAULTS])
def test_faulty_index_changes_nothing_and_is_named(
    web: Web, tmp_path: Path, capsys: pytest.CaptureFixture[str], sentence: str, page: object
) -> None:
    run(web, tmp_path, "pytorch")
    once = texts(tmp_path)
    if page is None:
        del web.pages["/simple/torch/"]
    else:
        web["/simple/torch/"] = page  # type: ignore[assignment]
    assert run(web, tmp_path, "pytorch", "jax") == 1
    assert {**texts(tmp_path)}["pytorch.json"] == once["pytorch.json"]
    assert (tmp_path / "jax.json").exists()
    assert "pytorch: not changed" in capsys.readouterr().err


def test_newest_release_that_was_removed_comes_back(
    web: Web, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(web, tmp_path, *FRAMEWORKS)
    assert proof.proven(tmp_path, web.base)
    assert "pytorch 2.6.0: read again" in capsys.readouterr().out


def test_newest_release_comes_back_on_another_day(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(web, tmp_path, "pytorch")
    monkeypatch.setattr(command, "today", lambda: "2031-01-01")
    assert proof.proven(tmp_path, web.base, ["pytorch"])


def test_hand_edit_is_overwritten_by_what_the_sources_say(web: Web, tmp_path: Path) -> None:
    run(web, tmp_path, "pytorch")
    path = tmp_path / "pytorch.json"
    once = path.read_text()
    for edited in (once.replace('"8.6"', '"9.9"'), once[:-100], ""):
        path.write_text(edited)
        run(web, tmp_path, "pytorch")
        assert path.read_text() == once


def test_proof_says_what_did_not_come_back(
    web: Web, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(web, tmp_path, "pytorch")
    del web.pages["/simple/torch/"]
    assert not proof.proven(tmp_path, web.base, ["pytorch"])
    assert "pytorch 2.6.0: NOT as it was" in capsys.readouterr().out


def test_place_is_a_file_or_a_url(
    web: Web, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(__file__, tmp_path / "pci.ids")
    place = f"pci-ids={tmp_path / 'pci.ids'}"
    assert main(["gpus", "--place", place, "--pypi", web.base], tmp_path) == 1
    assert "gpus: not changed, the PCI id list names 0 GPUs only" in capsys.readouterr().err


def test_every_generated_file_has_a_maker() -> None:
    names = {
        str(path.relative_to(stored.ROOT).with_suffix("")) for path in stored.ROOT.rglob("*.json")
    }
    assert names <= set(MADE)
