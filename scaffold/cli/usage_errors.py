"""Mistakes on the command line in our own words, with the nearest command, option or choice."""

import re
import sys
from collections.abc import Iterable

import click

from scaffold.cli.near_misses import COMMANDS, OPTIONS, OTHER_WAYS
from scaffold.errors import InputError
from scaffold.nearest import nearest, one_of, suggestion

_NO_COMMAND = re.compile(r"No such command '(.*?)'")
_NO_OPTION = re.compile(r"No such option:? '?(--?[^\s'?]+)")
_NO_CHOICE = re.compile(r"^'(.*)' is not one of '(.*)'\.?$", re.DOTALL)


def usage_error(error: click.ClickException) -> InputError:
    """The error of click as one of ours: what is wrong, and what was meant or where help is."""
    ctx = getattr(error, "ctx", None)
    command = ctx.command_path if ctx else "scaffold"
    if (found := _NO_COMMAND.match(error.message)) and ctx:
        return _unknown_command(found[1], ctx)
    if (found := _NO_OPTION.match(error.message)) and ctx:
        return _unknown_option(found[1], ctx)
    if isinstance(error, click.BadParameter) and (found := _NO_CHOICE.match(error.message)):
        return unknown_choice(_named(error), found[1], found[2].split("', '"))
    return InputError(_ours(error.format_message()), hint=f"{command} --help shows how it is used")


def unknown_choice(what: str, word: str, choices: Iterable[str]) -> InputError:
    """The error for a word that is none of the choices of an option or argument."""
    return InputError(f"{what}: unknown choice {word!r}", hint=one_of(word, choices))


def _unknown_command(word: str, ctx: click.Context) -> InputError:
    group = ctx.command
    known = group.list_commands(ctx) if isinstance(group, click.Group) else []
    near = COMMANDS.get(_below_root(ctx), {}).get(word.lower()) or nearest(word, known)
    meant = f"{ctx.command_path} {near}" if near else ""
    return InputError(
        f"{ctx.command_path} has no command {word!r}",
        hint=f"{suggestion(meant)}{ctx.command_path} --help lists all commands",
    )


def _unknown_option(word: str, ctx: click.Context) -> InputError:
    names = [name for param in ctx.command.get_params(ctx) for name in param.opts]
    long = [name for name in names if name.startswith("--")]
    below = _below_root(ctx)
    if one_dash := next((name for name in long if name[1:] in sys.argv[1:]), ""):
        # Read as `-y -e -s`, of which the first that does not exist is named.
        return InputError(
            f"{ctx.command_path} has no option {one_dash[1:]}", hint=f"did you mean {one_dash}?"
        )
    near = OPTIONS.get(below, {}).get(word) or nearest(word, long)
    hint = f"{suggestion(near)}{ctx.command_path} --help lists all options"
    return InputError(
        f"{ctx.command_path} has no option {word}",
        hint=OTHER_WAYS.get(below, {}).get(word, hint),
    )


def _below_root(ctx: click.Context) -> str:
    """The words of a command without the program's name, such as `container recreate`."""
    words = []
    while ctx.parent is not None:
        words.append(ctx.info_name or "")
        ctx = ctx.parent
    return " ".join(reversed(words))


def _named(error: click.BadParameter) -> str:
    param = error.param
    if param is None:
        return "value"
    return param.opts[-1] if isinstance(param, click.Option) else param.human_readable_name


def _ours(text: str) -> str:
    """A message of click in the form of ours."""
    text = text.strip().removesuffix(".")
    found = re.match(r"Invalid value for '([^']*)'(?: / '[^']*')*: (.*)", text, re.DOTALL)
    if found:
        name = found[1].split(" / ")[-1].strip("'")
        return f"{name}: {_lower(found[2])}"
    return _lower(text)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
