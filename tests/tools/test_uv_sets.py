"""pip and uv side by side: what counts as a difference, and what the page says of it."""

import json
import re
import shutil

import pytest

from tools import uv_sets
from tools.uv_freeze import frozen
from tools.uv_sets import Chosen, by_pip, by_uv, compared, installed_of, page, result_of

SETS = {
    "the same packages are equal": ({"a": "1.0"}, {"a": "1.0"}, {}),
    "another version is a difference": ({"a": "1.0"}, {"a": "2.0"}, {"a": ["1.0", "2.0"]}),
    "a package of one only is a difference": (
        {"a": "1.0", "b": "3"},
        {"a": "1.0"},
        {"b": ["3", "none"]},
    ),
    "a repository is the same with its commit": (
        {"a": "git+https://x.org/a"},
        {"a": "git+https://x.org/a@0123"},
        {},
    ),
}


@pytest.mark.parametrize(("pip", "uv", "differ"), SETS.values(), ids=SETS)
def test_sets_are_compared_by_package(pip, uv, differ):
    row = compared(Chosen(pip), Chosen(uv))
    assert row.get("differ", {}) == differ
    assert (row["pip"], row["uv"]) == (len(pip), len(uv))


def test_list_that_one_cannot_install_is_no_equal_one():
    row = compared(Chosen({}, "error: no"), Chosen({"a": "1"}))
    assert row["errors"] == ["error: no", ""]


def test_page_says_why_a_list_differs():
    assert result_of({}) == "equal"
    row = {"differ": {"a": ["1", "2"]}, "why": "an upper bound of Python"}
    assert result_of(row) == "differs (pip / uv): a 1 / 2: an upper bound of Python"
    assert result_of({"errors": ["x", "y"], "why": "its pins"}) == "neither installs: its pins"


SEEDED = {"pip": ["23", "26"], "wheel": ["none", "0.48"], "packaging": ["none", "26.4"]}
INSTALLED = {
    "not tried": ({}, "not installed"),
    "what every environment begins with": ({"installed": {"differ": SEEDED}}, "equal"),
    "the same": ({"installed": {"pip": 3, "uv": 3}}, "equal"),
    "another version": (
        {"installed": {"differ": {**SEEDED, "a": ["1", "2"]}}, "why_installed": "its marker"},
        "differs (pip / uv): a 1 / 2: its marker",
    ),
    "packaging that the list asks for": (
        {"installed": {"differ": {"packaging": ["25", "26"]}}, "why_installed": "x"},
        "differs (pip / uv): packaging 25 / 26: x",
    ),
    "a failure": (
        {"installed": {"errors": ["no", ""]}, "why_installed": "it does not build"},
        "an installation failed: it does not build",
    ),
}


@pytest.mark.parametrize(("row", "told"), INSTALLED.values(), ids=INSTALLED)
def test_page_says_what_two_environments_hold(row, told):
    assert installed_of(row) == told


def test_freeze_is_read_with_addresses_and_versions():
    text = "Demo_Pkg==1.0\nother @ git+https://x.org/o@0123\n\n"
    assert frozen(text) == {"demo-pkg": "1.0", "other": "git+https://x.org/o@0123"}


@pytest.mark.skipif(shutil.which("uv") is None, reason="needs uv on PATH")
def test_both_programs_are_read(tmp_path):
    """A file in the list stands for the index: no network."""
    path, wheels = tmp_path / "requirements.txt", tmp_path / "wheels"
    wheels.mkdir()
    wheel = wheels / "demo_pkg-1.0-py3-none-any.whl"
    _wheel(wheel)
    path.write_text(f"demo-pkg @ {wheel.as_uri()}\n")
    assert set(by_pip(path, [], ["--no-index"]).packages) == {"demo-pkg"}
    assert set(by_uv(path, [], ["--no-index"]).packages) == {"demo-pkg"}
    path.write_text("demo-pkg==2.0\n")
    for resolve in (by_pip, by_uv):
        chosen = resolve(path, [], ["--no-index"])
        assert not chosen.packages
        assert chosen.error.lower().startswith("error")
    beside = ["demo-pkg==1.0"]
    path.write_text("demo-pkg\n")
    links = ["--no-index", "--find-links", str(wheels)]
    assert by_uv(path, beside, links) == by_pip(path, beside, links) == Chosen({"demo-pkg": "1.0"})


def _wheel(path):
    from zipfile import ZipFile

    with ZipFile(path, "w") as file:
        folder = "demo_pkg-1.0.dist-info"
        file.writestr(f"{folder}/METADATA", "Metadata-Version: 2.1\nName: demo-pkg\nVersion: 1.0\n")
        file.writestr(f"{folder}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        file.writestr(f"{folder}/RECORD", "")


def test_every_difference_of_the_record_is_explained():
    rows = json.loads(uv_sets.RECORD.read_text(encoding="utf-8"))
    assert len(rows) >= 20
    for row in rows:
        assert row["why"] or result_of(row) == "equal", row["name"]
        assert re.fullmatch(r"[0-9a-f]{12}", row["commit"])
    assert page().count("\n| ") == len(rows) + 2
