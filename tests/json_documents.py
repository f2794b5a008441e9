"""Compares what a command prints with `--json` with its published schema, keys and all."""

import json
from functools import cache
from typing import Any

import click
from jsonschema import Draft202012Validator

from scaffold.cli.main import cli
from tools.schemas.table import DOCUMENTS, schema


def commands_with_json(group: click.Group = cli, above: str = "") -> dict[str, click.Command]:
    """Every command with the option, by the words that are typed after `scaffold`."""
    found = {}
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        words = f"{above} {name}".strip()
        if isinstance(command, click.Group):
            found |= commands_with_json(command, words)
        elif any("--json" in option.opts for option in command.params):
            found[words] = command
    return found


@cache
def validator(command: str) -> Draft202012Validator:
    found = schema(command, strict=True)
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found)


def faults(command: str, document: dict[str, Any]) -> list[str]:
    """What the schema does not know, or knows otherwise."""
    whole = json.loads(json.dumps(document))
    found = []
    for error in validator(command).iter_errors(whole):
        parts = error.context or [error]
        found += [f"{command}: {part.json_path}: {part.message[:200]}" for part in parts]
    return found


def require_published(argv: list[str], output: str) -> None:
    """Compare the output of a process that was called with `argv`, if it is a document."""
    words = " ".join(argv)
    if "--json" not in argv or not output.startswith("{"):
        return
    (command,) = [name for name in DOCUMENTS if f" {name} " in f" {words} "][-1:]
    assert faults(command, json.loads(output)) == []
