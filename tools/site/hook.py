"""What MkDocs does with our Markdown: files beside docs/ become pages, links lead to them."""

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.structure.files import File, Files

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]

PAGES = {
    "README.md": "index.md",
    "SECURITY.md": "SECURITY.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "CHANGELOG.md": "CHANGELOG.md",
}
"""Files of the repository that become pages, and where they are on the site."""

FILES = ("scaffold/schemas/", "scaffold/")
"""The folder whose files are copied, and the part of its path that is left out."""

SOURCES = {place: source for source, place in PAGES.items()}
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\((?!\w+:|#)([^)#\s]+)(#[^)]*)?\)")
ITEM = re.compile(r"([-*]|\d+\.) ")


def on_files(files: Files, *, config: "MkDocsConfig") -> Files:
    """Add the files that are not in docs/."""
    for source, place in PAGES.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, place, content=text))
    folder, prefix = FILES
    for path in sorted((ROOT / folder).rglob("*.json")):
        place = path.relative_to(ROOT / prefix).as_posix()
        files.append(File.generated(config, place, abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, *, page: "Page", config: "MkDocsConfig", files: Files) -> str:  # noqa: ARG001
    """Point links at the site, and set lists and tables apart as Python-Markdown wants it."""
    place = page.file.src_uri
    source = SOURCES.get(place, f"docs/{place}")
    linked = LINK.sub(lambda link: _link(link, source, place), markdown)
    return "\n".join(_apart(linked.split("\n")))


def _link(link: re.Match[str], source: str, place: str) -> str:
    """The link on the site; the text alone if it leads to code."""
    mark, text, target, anchor = link.groups()
    found = _on_site(posixpath.normpath(posixpath.join(posixpath.dirname(source), target)))
    if not found:
        return str(text)
    way = posixpath.relpath(found, posixpath.dirname(place) or ".")
    return f"{mark}[{text}]({way}{anchor or ''})"


def _on_site(path: str) -> str:
    """Where a file of the repository is on the site, empty if it is not on it."""
    folder, prefix = FILES
    if path.startswith(folder):
        return path.removeprefix(prefix)
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    return PAGES.get(path, "")


def _apart(lines: list[str]) -> list[str]:
    found: list[str] = []
    fenced = ended = False
    for line in lines:
        fence = line.lstrip().startswith("```")
        before = found[-1] if found else ""
        opens = fence and not fenced
        if before and not fenced and (opens or ended or _begins(line, before)):
            found.append("")
        found.append(line)
        ended = fence and fenced
        fenced ^= fence
    return found


def _begins(line: str, before: str) -> bool:
    """Whether a list or a table begins right after a paragraph."""
    if line.startswith("|"):
        return not before.startswith("|")
    is_item = bool(ITEM.match(line))
    return is_item and not (ITEM.match(before) or before.startswith(("  ", "#")))
