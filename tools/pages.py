"""The generated pages of docs/: `python -m tools.pages` writes them, `--check` compares."""

import sys
from pathlib import Path

from tools import uv_comparison, what_runs

DOCS = Path(__file__).resolve().parent.parent / "docs"


def pages() -> dict[str, str]:
    return {
        "what-runs.md": what_runs.page(),
        what_runs.PICTURE: what_runs.picture(),
        "uv-comparison.md": uv_comparison.page(),
    }


def main() -> None:
    check = "--check" in sys.argv
    for name, content in pages().items():
        path = DOCS / name
        if not check:
            path.write_text(content, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != content:
            sys.exit(f"docs/{name} is not what the catalogue says now: make docs")


if __name__ == "__main__":
    main()
