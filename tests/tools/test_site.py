"""The site has every page, and a link that leads nowhere is noticed."""

import re
from itertools import pairwise

import pytest

from tests.tools.page_blocks import PAGES, ROOT
from tools.site.links import faults


def test_navigation_names_every_page_once():
    named = re.findall(r"([\w/-]+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE)
    pages = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert len(named) == len(set(named))
    assert set(named) == pages | {"index.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_column_of_a_table_has_a_title(path):
    lines = path.read_text(encoding="utf-8").split("\n")
    heads = [one for one, below in pairwise(lines) if re.match(r"\| *:?-+", below)]
    assert [one for one in heads if "" in map(str.strip, one.strip("| ").split("|"))] == []
    assert [one for one in heads if one.startswith(("| |", "||"))] == []


LINKS = {
    "a file that exists": ('<a href="b.html">', []),
    "a heading that exists": ('<a href="b.html#there">', []),
    "another site": ('<a href="https://example.org/x">', []),
    "no such file": ('<a href="c.html">', ["a.html: c.html: no such file"]),
    "no such heading": ('<a href="b.html#x">', ["a.html: b.html#x: no such heading"]),
    "no such picture": ('<img src="p.svg">', ["a.html: p.svg: no such file"]),
}


@pytest.mark.parametrize("name", LINKS)
def test_links_of_the_built_site(name, tmp_path):
    text, expected = LINKS[name]
    (tmp_path / "a.html").write_text(text)
    (tmp_path / "b.html").write_text('<h2 id="there">There</h2>')
    assert list(faults(tmp_path)) == expected
