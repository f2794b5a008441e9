"""What the real program shows at a terminal, and that as a picture (SVG)."""

import os
import re
import shlex
import sys
from collections.abc import Iterable
from pathlib import Path

import pexpect
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

ROWS = 60
LONGEST_S = 120
_FONTS = re.compile(r"@font-face \{\{.*?\}\}\s*", re.DOTALL)
_MOVES = re.compile(r"\x1b\[[0-9;?]*[A-HJKSTfhln]")


def printed(words: Iterable[str], folder: Path, columns: int) -> tuple[str, int]:
    """All that `scaffold WORDS` prints in the folder, and its exit code.

    The home folder is the one above `folder`, and is shown as /home/ada.
    """
    home = str(folder.parent)
    settings = {"HOME": home, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    child = pexpect.spawn(
        sys.executable,
        ["-P", "-m", "scaffold", *words],
        cwd=str(folder),
        env={"PATH": os.environ["PATH"], **settings},
        dimensions=(ROWS, columns),
        encoding="utf-8",
        timeout=LONGEST_S,
    )
    child.expect(pexpect.EOF)
    child.close()
    text = str(child.before).replace("\r\n", "\n").replace(home, "/home/ada")
    return text, child.exitstatus if child.exitstatus is not None else -1


def picture(output: str, words: Iterable[str], columns: int, *, title: str) -> str:
    """The output as a window below its command; no font is fetched from elsewhere."""
    with Path(os.devnull).open("w") as nowhere:
        console = Console(record=True, width=columns, file=nowhere, force_terminal=True)
        command = " ".join(f'"{one}"' if shlex.quote(one) != one else one for one in words)
        console.print(Text(f"$ scaffold {command}", style="bold"))
        console.print(Text.from_ansi(_MOVES.sub("", output).rstrip()))
        return console.export_svg(
            title=title,
            code_format=_FONTS.sub("", CONSOLE_SVG_FORMAT),
            unique_id=re.sub(r"\W+", "-", title),
        )
