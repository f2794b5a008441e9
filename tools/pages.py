"""The generated pages and tables: `python -m tools.pages` writes them, `--check` compares."""

import sys
from pathlib import Path

from tools import (
    doctor_page,
    gpu_stack,
    limits_page,
    peers,
    template_tables,
    troubleshooting,
    uv_comparison,
    what_runs,
)
from tools.installable import page as installable
from tools.schemas import page as schemas_page
from tools.schemas import table as schemas

ROOT = Path(__file__).resolve().parent.parent
TABLES = "cookiecutter-template/templates/tables.jinja"


def pages() -> dict[str, str]:
    return {
        "docs/what-runs.md": what_runs.page(),
        f"docs/{what_runs.PICTURE}": what_runs.picture(),
        f"docs/{gpu_stack.PICTURE}": gpu_stack.picture(),
        "docs/uv-comparison.md": uv_comparison.page(),
        "docs/peers.md": peers.page(),
        "docs/installable.md": installable.page(),
        "docs/doctor.md": doctor_page.page(),
        "docs/troubleshooting.md": troubleshooting.page(),
        "docs/limits.md": limits_page.page(),
        "docs/json.md": schemas_page.page(),
        TABLES: template_tables.content(),
        **schemas.files(),
    }


def main() -> None:
    check = "--check" in sys.argv
    for name, content in pages().items():
        path = ROOT / name
        if not check:
            path.write_text(content, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != content:
            sys.exit(f"{name} is not what the catalogue says now: make docs")


if __name__ == "__main__":
    main()
