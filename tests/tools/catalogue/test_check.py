"""What `make lint` says of the catalogue: hand edits, reviews that are due, newer releases."""

from pathlib import Path

import pytest

from tests.tools.catalogue import frameworks, wheels
from tests.tools.catalogue.conftest import NOWHERE
from tests.tools.catalogue.web import Web
from tools.catalogue import check, compiled, stored

ROWS = {"pytorch": "2.6.0", "tensorflow": "2.18.0", "jax": "0.5.0", "onnxruntime": "1.27.0"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Rows that are as new as the loopback index."""
    for name, version in ROWS.items():
        text = stored.render({"builds": [{"version": version}]}, {})
        (tmp_path / f"{name}.json").write_text(text)
    overrides = '[[cudnn]]\nsource = "M"\nreview_by = "2999-01-01"\n[sources]\nM = "a page"\n'
    for name in compiled.NAMES:
        (tmp_path / f"{name}.toml").write_text(overrides)
        text = stored.render(*compiled.tables(name, tmp_path))
        (tmp_path / f"{name}.json").write_text(text)
    return tmp_path


def said(root: Path, pypi: str, capsys: pytest.CaptureFixture[str]) -> str:
    code = check.main(root, pypi)
    captured = capsys.readouterr()
    return f"{code} {captured.out}{captured.err}"


def test_current_catalogue_passes(root: Path, web: Web, capsys: pytest.CaptureFixture[str]) -> None:
    frameworks.publish(web)
    assert said(root, web.base, capsys) == "0 "


def test_without_the_index_it_says_so_and_passes(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(root, NOWHERE, capsys).startswith("0 catalogue: not compared with the package")


def test_index_that_answers_nonsense_is_no_reason_to_fail(
    root: Path, web: Web, capsys: pytest.CaptureFixture[str]
) -> None:
    frameworks.publish(web)
    web["/simple/jax/"] = b"<html>"
    assert said(root, web.base, capsys).startswith("0 catalogue: not compared")


def test_newer_release_fails_whatever_python_it_needs(
    root: Path, web: Web, capsys: pytest.CaptureFixture[str]
) -> None:
    frameworks.publish(web)
    files = {
        "jax-0.5.0-py3-none-any.whl": wheels.wheel({}),
        "jax-0.6.0-py3-none-any.whl": wheels.wheel({}),
        "jax-0.7.0rc1-py3-none-any.whl": wheels.wheel({}),
        "jax-0.8.0-cp313-cp313-win_amd64.whl": wheels.wheel({}),
    }
    wheels.publish(web, "jax", files, requires_python=">=3.15")
    text = said(root, web.base, capsys)
    assert text == "1 catalogue: jax 0.6.0 is out, the catalogue ends at 0.5.0: make catalogue\n"


def test_hand_edit_of_a_generated_file_fails(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = root / "companions" / "vllm.json"
    stored.write(path, stored.render({"releases": [{"version": "1"}]}, {}))
    path.write_text(path.read_text().replace('"1"', '"2"'))
    assert "1 " in said(root, NOWHERE, capsys)
    assert list(check.unsealed(root)) == [
        "companions/vllm.json was edited by hand: correct tools/catalogue and run make catalogue"
    ]


HAND_WRITTEN = [
    ("a day that has passed", 'source = "M"\nreview_by = "2026-01-01"', "check its source again"),
    ("no day", 'source = "M"', "a source and a review_by are needed"),
    ("a day that is none", 'source = "M"\nreview_by = "soon"', "a source and a review_by"),
    ("no source", 'review_by = "2999-01-01"', "a source and a review_by are needed"),
    ("a source of no text", 'source = "M+N"\nreview_by = "2999-01-01"', "a source and a review_by"),
]


@pytest.mark.parametrize(
    ("sentence", "row", "text"), HAND_WRITTEN, ids=[row[0] for row in HAND_WRITTEN]
)
def test_row_by_hand_needs_a_source_and_a_day(
    root: Path, sentence: str, row: str, text: str
) -> None:
    (root / "overrides.toml").write_text(f'[[cudnn]]\n{row}\n[sources]\nM = "a page"\n')
    found = list(check.overdue(root, "2026-11-29"))
    assert len(found) == 1
    assert text in found[0]


def test_toml_that_was_changed_without_its_json_fails(
    root: Path, web: Web, capsys: pytest.CaptureFixture[str]
) -> None:
    frameworks.publish(web)
    text = (root / "cuda.toml").read_text().replace("a page", "another page")
    (root / "cuda.toml").write_text(text)
    assert "1 catalogue: cuda.json is older than cuda.toml" in said(root, web.base, capsys)


def test_files_that_ship_are_sealed_and_reviewed() -> None:
    assert list(check.unsealed(stored.ROOT)) == []
    assert list(check.stale(stored.ROOT)) == []
    assert list(check.overdue(stored.ROOT, "2026-11-29")) == []
