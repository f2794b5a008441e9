"""docs/first-run.svg: what `scaffold init` prints for the example, as a picture.

It shows the computer that it is made on, so it is made by hand: `python -m tools.first_run`.
"""

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import pexpect
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
PICTURE = "docs/first-run.svg"
EXAMPLE = "mnist-pytorch"
WORDS = (
    *("init", "--yes", "--target", "remote"),
    *("--driver", "535.183.01", "--gpu-model", "Tesla T4"),
)
COLUMNS = 104
_FONTS = re.compile(r"@font-face \{\{.*?\}\}\s*", re.DOTALL)


def printed() -> str:
    """What the real program shows at a terminal, in a copy of the example."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / EXAMPLE
        shutil.copytree(ROOT / "examples" / EXAMPLE, folder)
        settings = {"HOME": home, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        child = pexpect.spawn(
            sys.executable,
            ["-P", "-m", "scaffold", *WORDS],
            cwd=str(folder),
            env={"PATH": os.environ["PATH"], **settings},
            dimensions=(60, COLUMNS),
            encoding="utf-8",
            timeout=120,
        )
        child.expect(pexpect.EOF)
        child.close()
        if child.exitstatus:
            sys.exit(child.before)
        return str(child.before).replace("\r\n", "\n").replace(home, "/home/ada")


def picture(output: str) -> str:
    """The output as a window; no font is fetched from elsewhere."""
    with Path(os.devnull).open("w") as nowhere:
        console = Console(record=True, width=COLUMNS, file=nowhere, force_terminal=True)
        words = " ".join(f'"{word}"' if " " in word else word for word in WORDS)
        console.print(Text(f"$ scaffold {words}", style="bold"))
        console.print(Text.from_ansi(output.rstrip()))
        return console.export_svg(
            title=EXAMPLE, code_format=_FONTS.sub("", CONSOLE_SVG_FORMAT), unique_id="first-run"
        )


if __name__ == "__main__":
    (ROOT / PICTURE).write_text(picture(printed()), encoding="utf-8")
