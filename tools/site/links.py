"""Checks every link and picture of the built site: python -m tools.site.links build/site"""

import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class PageParts(HTMLParser):
    """The links of one page, and the names that a link can lead to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.names: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect `id`, `href` and `src`."""
        for name, value in attrs:
            if value and name == "id":
                self.names.add(value)
            elif value and name in {"href", "src"}:
                self.links.add(value)


def faults(site: Path) -> Iterator[str]:
    """What leads nowhere; links to other sites are not followed."""
    pages = {path.resolve(): PageParts(path) for path in sorted(site.rglob("*.html"))}
    for path, page in pages.items():
        for link in sorted(page.links):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or path.name == "404.html":
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            name = unquote(parts.fragment)
            if target.is_dir():
                target /= "index.html"
            if not target.is_file():
                yield f"{path.relative_to(site.resolve())}: {link}: no such file"
            elif name and target in pages and name not in pages[target].names:
                yield f"{path.relative_to(site.resolve())}: {link}: no such heading"


def main() -> None:
    """Print the faults; the exit code is 1 if there is any."""
    site = Path(sys.argv[1])
    found = list(faults(site))
    print(
        "\n".join(found) or f"{len(list(site.rglob('*.html')))} pages: every link leads somewhere"
    )
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
