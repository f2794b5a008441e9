"""Pictures of all commands' screens and prompts, to be looked at: `python -m tools.screens FOLDER`.

Each is drawn at 80 and at 120 columns as FOLDER/NAME-COLUMNS.svg; FOLDER/COLUMNS.html shows them
together. Host recordings are those of the reported hosts.
"""

import html
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

from scaffold.cli.main import cli
from tests.checks.reported import recorded
from tests.checks.reported_rows import ROWS
from tools.prompt_screens import prompt_screens
from tools.terminal_picture import picture, printed

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = "mnist-pytorch"
WIDTHS = (80, 120)
CARD = ("--driver", "535.183.01", "--gpu-model", "T4")
HOSTS = {"ready": 0, "broken": 40, "another": 150}
"""Which of the reported hosts are shown, by name of the screen."""


class Screen(NamedTuple):
    """One screen: its name, and its command."""

    name: str
    words: tuple[str, ...]


RUNS = (
    Screen("nothing", ()),
    Screen("init", ("init", "--yes", *CARD)),
    Screen("init-verbose", ("init", "--yes", "-v", "--dry-run", *CARD)),
    Screen("init-conflict", ("init", "--yes", "--framework", "torch==9", *CARD)),
    Screen("init-bad-value", ("init", "--yes", "--shm", "8")),
    Screen("init-bad-port", ("init", "--yes", "--port", "70000")),
    Screen("init-no-mount", ("init", "--yes", "--mount", "/nowhere:/data")),
    Screen("resolve", ("resolve", *CARD, "--framework", "torch")),
    Screen("resolve-verbose", ("resolve", "-v", *CARD, "--framework", "torch")),
    Screen("resolve-old", ("resolve", "--gpu-model", "K80", "--framework", "tensorflow")),
    Screen("catalogue-gpus", ("catalogue", "gpus", "RTX 40")),
    Screen("catalogue-frameworks", ("catalogue", "frameworks", "torch", "2.8")),
    Screen("catalogue-images", ("catalogue", "images")),
    Screen("doctor", ("doctor",)),
    Screen("status", ("status",)),
    Screen("up", ("up",)),
    Screen("down", ("down",)),
    Screen("verify", ("verify",)),
    Screen("open", ("open",)),
    Screen("sync", ("sync",)),
    Screen("pull", ("pull", "runs")),
    Screen("tunnel", ("tunnel",)),
    Screen("host-list", ("host", "list")),
    Screen("container-list", ("container", "list")),
    Screen("config", ("config", "list")),
    Screen("wrong-command", ("inti",)),
    Screen("wrong-option", ("init", "--ports", "8888")),
    Screen("wrong-choice", ("init", "--target", "remot")),
    Screen("wrong-host", ("host", "check", "gpu01")),
    Screen("presets", ("init", "--preset", "jupiter", "new")),
)


def helps() -> Iterator[Screen]:
    """The help of each command and group."""

    def walk(command: click.Command, words: tuple[str, ...]) -> Iterator[Screen]:
        yield Screen("-".join(("help", *words)), (*words, "--help"))
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                if found := command.get_command(context, name):
                    yield from walk(found, (*words, name))

    return walk(cli, ())


def checks(folder: Path) -> Iterator[Screen]:
    """The check of a few reported hosts."""
    for name, number in HOSTS.items():
        (folder / name).write_bytes(recorded(ROWS[number]).to_bytes())
        yield Screen(f"check-{name}", ("host", "check", "--facts", f"../{name}"))
        yield Screen(f"check-{name}-verbose", ("host", "check", "-v", "--facts", f"../{name}"))


def draw(screen: Screen, columns: int, home: Path) -> str:
    """The picture of one screen, in a new copy of the example."""
    folder = home / EXAMPLE
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "examples" / EXAMPLE, folder)
    output, code = printed(screen.words, folder, columns)
    title = f"{screen.name} {columns} exit {code}"
    return picture(output, screen.words, columns, title=title)


def main(into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        screens = [*RUNS, *checks(Path(home)), *helps()]
        for columns in WIDTHS:
            names = [f"{screen.name}-{columns}.svg" for screen in screens]
            for screen, name in zip(screens, names, strict=True):
                (into / name).write_text(draw(screen, columns, Path(home)), encoding="utf-8")
            for name, drawn in prompt_screens(Path(home), columns):
                names.append(f"{name}-{columns}.svg")
                (into / names[-1]).write_text(drawn, encoding="utf-8")
            images = "".join(f'<img src="{html.escape(name)}"><br>\n' for name in names)
            (into / f"{columns}.html").write_text(images, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
