"""docs/first-run.svg: what `scaffold init` prints for the example, as a picture.

It shows the computer that it is made on, so it is made by hand: `python -m tools.first_run`.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from tools.terminal_picture import picture, printed

ROOT = Path(__file__).resolve().parent.parent
PICTURE = "docs/first-run.svg"
EXAMPLE = "mnist-pytorch"
WORDS = (
    *("init", "--yes", "--target", "remote"),
    *("--driver", "535.183.01", "--gpu-model", "Tesla T4"),
)
COLUMNS = 104


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / EXAMPLE
        shutil.copytree(ROOT / "examples" / EXAMPLE, folder)
        output, code = printed(WORDS, folder, COLUMNS)
    if code:
        sys.exit(output)
    drawn = picture(output, WORDS, COLUMNS, title=EXAMPLE)
    (ROOT / PICTURE).write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
