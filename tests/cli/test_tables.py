"""Every table of the command line: titles, words kept whole, 60 to 200 columns, old encodings."""

import pytest

from scaffold.cli import tables
from scaffold.cli.outcomes import closing, count_text
from scaffold.cli.report import print_diff
from scaffold.findings import Finding, Level

TITLES = ("gpu", "capability", "what it is for")
ROWS = [
    ("GeForce RTX 4090", "8.9", "training of models that fit into 24 GB, and inference"),
    ("T4", "7.5", ""),
]


@pytest.fixture
def screen(monkeypatch):
    """A screen of a width, or a pipe for None."""

    def be(width: int | None) -> None:
        monkeypatch.setattr(tables, "screen_width", lambda: width)

    return be


@pytest.mark.parametrize("width", [60, 72, 80, 120, 200])
def test_table_fits_the_screen_and_breaks_no_word(screen, capsys, width):
    screen(width)
    tables.table(TITLES, ROWS)
    out = capsys.readouterr().out
    lines = out.splitlines()
    assert max(map(len, lines)) <= width
    assert lines[1].split() == ["gpu", "capability", "what", "it", "is", "for"]
    words = {word for row in ROWS for cell in row for word in cell.split()}
    assert words <= set(out.split())


def test_row_becomes_a_block_where_words_do_not_fit_side_by_side(screen, capsys):
    screen(30)
    tables.table(TITLES, ROWS)
    lines = capsys.readouterr().out.splitlines()
    assert "    GeForce RTX 4090" in lines
    assert "      capability: 8.9" in lines
    assert max(map(len, lines)) <= 30


def test_nothing_is_folded_in_a_pipe(screen, capsys):
    screen(None)
    tables.table(("", ""), [("a", "word " * 60), ("b\x1b[1m", "c")])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert "\x1b[1m" not in lines[1]


def test_one_long_cell_moves_no_other_row_in_a_pipe(screen, capsys):
    screen(None)
    tables.table(("a", "b"), [("x" * 90, "far"), ("short", "near")])
    _, titles, long, short = capsys.readouterr().out.splitlines()
    assert long.split() == ["x" * 90, "far"]
    assert titles.index("b") == short.index("near") == tables.INDENT + tables.WIDE + tables.GAP


def test_no_rows_print_nothing(capsys):
    tables.table(TITLES, [])
    assert capsys.readouterr().out == ""


def test_width_of_a_pipe_is_unknown():
    assert tables.screen_width() is None


@pytest.mark.parametrize(
    ("levels", "text"),
    [
        ([], "0 errors, 0 warnings"),
        ([Level.ERROR, Level.WARN, Level.INFO], "1 error, 1 warning"),
        ([Level.ERROR, Level.UNKNOWN, Level.WARN, Level.WARN], "1 error, 1 unknown, 2 warnings"),
        ([Level.UNKNOWN], "0 errors, 1 unknown, 0 warnings"),
    ],
)
def test_closing_count_names_errors_warnings_and_what_is_unknown(levels, text):
    found = [Finding(id="a", level=level, topic="t", message="m") for level in levels]
    assert count_text(found) == text
    assert closing(found, "Next.") == (f"  {text}. Next." if levels else "  Next.")


def test_diff_shows_tabs_as_indents(capsys):
    print_diff("a.json", b"", b'\t"a": 1\n')
    assert '+   "a": 1' in capsys.readouterr().out


def test_tables_below_each_other_have_headings_and_say_unverified(scaffold):
    out = scaffold("catalogue", "images", "3.15").out
    assert "\npython\n" in out
    assert "3.15-slim-trixie  unverified" in out
    assert "unverified: in part; -v shows why" in out
