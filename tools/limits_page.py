"""docs/limits.md: the section "Limits" of every page, together."""

import re
from collections.abc import Iterator
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"

HEAD = """\
# Limits, and what is unproved
The last section of every page, together: what does not work, and what was never tried. Made by `make docs`.

No real GPU was in the machine that runs the tests: there, programs that print recorded output stand in for drivers, GPUs and package managers of servers. Docker engines, sshd, the Dev Containers CLI, builds and installed packages are real.
"""  # noqa: E501


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_parts())


def _parts() -> Iterator[str]:
    for path in sorted(DOCS.glob("*.md")):
        title, _, rest = path.read_text(encoding="utf-8").partition("\n")
        found = re.search(r"^## Limits\n+(.*?)(?=^## |\Z)", rest, re.MULTILINE | re.DOTALL)
        if found:
            # A link within the page it comes from.
            text = found[1].rstrip().replace("](#", f"]({path.name}#")
            yield f"\n## [{title.removeprefix('# ').replace('`', '')}]({path.name})\n{text}\n"
