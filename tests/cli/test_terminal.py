"""The one sink: what a hostile text, an odd encoding or a closed stream does to the output."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from scaffold.cli import terminal
from scaffold.cli.report import print_json
from scaffold.cli.terminal import SafeStream, make_console, safe_streams, say

HOSTILE = "a\x1b]0;PWN\x07\x1b[2J\x9b31m\u202egpj\udcff"
SHOWN = r"a\x1b]0;PWN\x07\x1b[2J\x9b31m\u202egpj\xff"


def test_plain_output_is_escaped(capsys):
    with safe_streams():
        say(HOSTILE)
        say(HOSTILE, err=True, label="error:", color="red")
        sys.stdout.write(f"{HOSTILE}\n")
    out, err = capsys.readouterr()
    assert (out, err) == (f"{SHOWN}\n{SHOWN}\n", f"error: {SHOWN}\n")


def test_a_second_line_of_a_message_cannot_pass_for_a_hint(capsys):
    with safe_streams():
        say("bad name 'x\nhint: run this'", err=True, label="error:", color="red")
    assert capsys.readouterr().err == "error: bad name 'x\n  hint: run this'\n"


@pytest.mark.parametrize("drawn", [HOSTILE, Text(HOSTILE)])
def test_the_console_escapes_every_kind_of_text(drawn):
    stream = io.StringIO()
    make_console(stream, 200, soft_wrap=True).print(drawn, style="red")
    # Rich itself drops the bell.
    assert SHOWN.replace(r"\x07", "") in stream.getvalue()


def test_the_console_escapes_tables_and_progress_too():
    stream = io.StringIO()
    console = make_console(stream, 200, soft_wrap=False)
    grid = Table()
    grid.add_column(HOSTILE)
    grid.add_row(HOSTILE)
    console.print(grid)
    with Progress(console=console) as bar:
        bar.add_task(HOSTILE, total=1)
    assert "\x1b]" not in stream.getvalue()
    assert "\x9b" not in stream.getvalue()


def test_the_consoles_own_colours_still_reach_a_terminal():
    stream = io.StringIO()
    console = make_console(stream, 80, soft_wrap=True)
    console._force_terminal = True
    console._color_system = terminal_colours()
    console.print("red", style="red")
    assert "\x1b[31m" in stream.getvalue()


def terminal_colours():
    from rich.console import ColorSystem

    return ColorSystem.STANDARD


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_an_encoding_that_lacks_a_character_gets_another_one(encoding):
    raw = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    SafeStream(raw).writelines(["✓ done … 漢"])
    make_console(SafeStream(raw), 80, soft_wrap=True).print("✓ drawn")
    raw.flush()
    assert b"done" in raw.buffer.getvalue()
    assert b"drawn" in raw.buffer.getvalue()


def test_bytes_find_no_way_around_the_sink():
    stream = SafeStream(io.TextIOWrapper(io.BytesIO()))
    assert not hasattr(stream, "buffer")
    with pytest.raises(TypeError):
        stream.write(b"\x1b")


def test_json_is_ascii(capsys):
    print_json({"name": f"ü{HOSTILE}"})
    assert capsys.readouterr().out.isascii()


def test_no_other_module_draws_or_asks_by_itself():
    """The names of the libraries that write to a terminal stand in few modules."""
    allowed = {"terminal.py", "prompts.py", "asking.py"}
    for path in Path(terminal.__file__).parent.rglob("*.py"):
        if path.name not in allowed:
            text = path.read_text(encoding="utf-8")
            for word in ("questionary", "Console(", "sys.stdout.write", "stdout.buffer"):
                assert word not in text, f"{path.name} uses {word}"


def run_shell(command, **env):
    return subprocess.run(
        ["sh", "-c", command],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "", **env},
        timeout=300,
        check=False,
    )


SCAFFOLD = f"{sys.executable} -m scaffold"


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_bug(closed):
    assert run_shell(f"{SCAFFOLD} catalogue gpus {closed}").returncode == 0


@pytest.mark.parametrize("locale", ["C", "POSIX", "en_US.ISO-8859-1"])
def test_poor_locales_are_no_bug(locale):
    done = run_shell(
        f"{SCAFFOLD} catalogue gpus", LC_ALL=locale, PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_full_disk_under_the_output_is_said():
    done = run_shell(f"{SCAFFOLD} catalogue gpus >/dev/full")
    assert done.returncode == 1
    assert b"No space left" in done.stderr
    assert b"Exception" not in done.stderr


def test_a_reader_that_ends_early_is_no_bug():
    done = run_shell(f"{SCAFFOLD} catalogue gpus | head -c 1; {SCAFFOLD} --help | true")
    assert b"bug" not in done.stderr
    assert b"Exception" not in done.stderr
