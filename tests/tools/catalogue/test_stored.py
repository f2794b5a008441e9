"""Generated files: sealed, replaced in one step, and the same when nothing is new."""

from pathlib import Path

from tools.catalogue import stored

TABLES = {"builds": [{"version": "1.0", "read": "2026-01-01"}], "pci": {"1B80": ["X", "6.1"]}}


def test_file_says_its_rows_one_a_line(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.json"
    assert stored.write(path, stored.render(TABLES, {"P": "the index"}))
    assert stored.load(path) == {"sources": {"P": "the index"}, **TABLES}
    assert '\n{"version": "1.0", "read": "2026-01-01"}\n' in path.read_text()
    assert list(tmp_path.rglob("*.new")) == []


def test_the_same_text_is_not_written_again(tmp_path: Path) -> None:
    path, text = tmp_path / "a.json", stored.render(TABLES, {})
    assert [stored.write(path, text), stored.write(path, text)] == [True, False]


def test_hand_edit_breaks_the_seal() -> None:
    text = stored.render(TABLES, {})
    assert stored.sealed(text)
    assert not stored.sealed(text.replace('"1.0"', '"1.1"'))
    assert not stored.sealed(text.replace("sha256:", "sha256:0"))
    assert not stored.sealed("{}\n")


def test_file_that_does_not_exist_has_no_tables(tmp_path: Path) -> None:
    assert stored.load(tmp_path / "a.json") == {}


def test_row_that_says_the_same_keeps_its_day() -> None:
    new = {
        "builds": [
            {"version": "1.0", "read": "2026-02-02"},
            {"version": "2.0", "read": "2026-02-02"},
        ]
    }
    kept = stored.keep_dates({**new, "pci": {}}, TABLES)
    assert [row["read"] for row in kept["builds"]] == ["2026-01-01", "2026-02-02"]  # type: ignore[index]
