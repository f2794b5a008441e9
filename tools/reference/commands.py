"""docs/commands.md: every command with every flag, from the command line itself."""

import inspect
from collections.abc import Iterator

import click

from scaffold.cli.main import SECTIONS, cli

HEAD = """\
# Commands
Every command with every flag, as `scaffold COMMAND --help` shows them. Made by `make docs`.

## Exit codes
| code | meaning |
| --- | --- |
| 0 | done, and nothing was found that keeps it from working |
| 1 | findings, a conflict, or a host, engine or file system that did not do what was asked |
| 2 | something for you to correct; nothing was changed |
| 3 | a bug; the message names a log to send |
| 130 | interrupted by Ctrl+C, SIGTERM or a closed terminal |

Without a terminal nothing is asked: what needs your consent ends with 2 and names the flag that agrees. `--json` prints one document on standard output: [its keys](json.md). `gpu-scaffold` is the same program under a name that no other has.
"""  # noqa: E501


def page() -> str:
    """The whole page, in the order of the program's own help."""
    return "\n".join([HEAD, *_parts()])


def _parts() -> Iterator[str]:
    for title, rows in SECTIONS.items():
        yield f"## {title}\n"
        for name in rows:
            command = cli.get_command(click.Context(cli), name)
            assert command is not None
            yield from _command(command, f"scaffold {name}")


def _command(command: click.Command, words: str) -> Iterator[str]:
    context = click.Context(command, info_name=words)
    pieces = command.collect_usage_pieces(context)
    yield f"### `{words}`\n"
    yield f"```text\n{' '.join([words, *pieces])}\n```\n"
    yield _help(command.help or "")
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from _command(found, f"{words} {name}")
    elif rows := list(_options(command, context)):
        yield "\n".join(["| flag | meaning |", "| --- | --- |", *rows, ""])


def _help(text: str) -> str:
    """Paragraphs; those that click must not wrap are examples."""
    parts = inspect.cleandoc(text).split("\n\n")
    return "\n".join(f"{_paragraph(part)}\n" for part in parts)


def _paragraph(text: str) -> str:
    if not text.startswith("\b"):
        return " ".join(text.split()).replace("<", "&lt;")
    return f"```text\n{text.removeprefix(chr(8)).strip()}\n```"


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record and "--help" not in record[0]:
            names, text = record
            yield f"| `{_cell(names)}` | {_cell(text)} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
