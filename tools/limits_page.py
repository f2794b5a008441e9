"""docs/limits.md: the section "Limits" of every page, together."""

import posixpath
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"

LINK = re.compile(r"\]\((?!\w+:)([^)#]*)(#[^)]*)?\)")

HEAD = """\
# Limits, and what is unproved
The last section of every page, together: what does not work, and what was never tried. Made by `make docs`.

No real GPU was in the machine that runs the tests: there, programs that print recorded output stand in for drivers, GPUs and package managers of servers. Docker engines, sshd, the Dev Containers CLI, builds and installed packages are real.
"""  # noqa: E501


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_parts())


def _parts() -> Iterator[str]:
    for path in (*sorted(DOCS.glob("*.md")), *sorted(DOCS.glob("howto/*.md"))):
        name = path.relative_to(DOCS).as_posix()
        title, _, rest = path.read_text(encoding="utf-8").partition("\n")
        found = re.search(r"^## Limits\n+(.*?)(?=^## |\Z)", rest, re.MULTILINE | re.DOTALL)
        if found:
            text = LINK.sub(partial(_from_here, name), found[1].rstrip())
            yield f"\n## [{title.removeprefix('# ').replace('`', '')}]({name})\n{text}\n"


def _from_here(page_name: str, link: re.Match[str]) -> str:
    """A link as it reads in docs/, not in the page that it comes from."""
    place, anchor = link[1], link[2] or ""
    found = posixpath.join(posixpath.dirname(page_name), place) if place else page_name
    return f"]({posixpath.normpath(found)}{anchor})"
