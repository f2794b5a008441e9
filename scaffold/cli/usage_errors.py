"""Mistakes on the command line in our own words, with the nearest command, option or choice."""

import difflib
import re
from collections.abc import Iterable

import click

from scaffold.errors import InputError

ELSEWHERE = {
    "add": "host setup",
    "adopt": "container adopt",
    "build": "up",
    "check": "host check",
    "clone": "start",
    "code": "open",
    "connect": "open",
    "create": "init",
    "download": "pull",
    "exec": "open",
    "forward": "tunnel",
    "generate": "init",
    "gpu": "verify",
    "gpus": "catalogue gpus",
    "hosts": "host list",
    "list": "status",
    "ls": "status",
    "new": "init",
    "ports": "tunnel",
    "prune": "container prune",
    "ps": "status",
    "push": "sync",
    "rebuild": "up --rebuild",
    "recreate": "container recreate",
    "remove": "down --remove",
    "rm": "down --remove",
    "run": "up",
    "save": "container save",
    "setup": "host setup",
    "ssh": "open",
    "stop": "down",
    "test": "verify",
    "update": "init",
    "upload": "sync",
    "vscode": "open",
}
"""Words that people type after `scaffold` to the command that does it."""

_NO_COMMAND = re.compile(r"No such command '(.*?)'")
_NO_OPTION = re.compile(r"No such option:? '?(--?[^\s'?]+)")
_NO_CHOICE = re.compile(r"^'(.*)' is not one of '(.*)'\.?$", re.DOTALL)


def usage_error(error: click.ClickException) -> InputError:
    """The error of click as one of ours: what is wrong, and what was meant or where help is."""
    ctx = getattr(error, "ctx", None)
    command = ctx.command_path if ctx else "scaffold"
    text = error.message if "Did you mean" in error.message else ""
    if not text and (found := _NO_COMMAND.match(error.message)) and ctx:
        return _unknown_command(found[1], ctx)
    if not text and (found := _NO_OPTION.match(error.message)) and ctx:
        return _unknown_option(found[1], ctx)
    if isinstance(error, click.BadParameter) and (found := _NO_CHOICE.match(error.message)):
        return unknown_choice(_named(error), found[1], found[2].split("', '"))
    return InputError(_ours(error.format_message()), hint=f"{command} --help shows how it is used")


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was most likely meant; empty if none is near."""
    lowered = {one.lower(): one for one in known}
    found = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return lowered[found[0]] if found else ""


def unknown_choice(what: str, word: str, choices: Iterable[str]) -> InputError:
    """The error for a word that is none of the choices of an option or argument."""
    listed = list(choices)
    near = nearest(word, listed)
    hint = f"choose one of {', '.join(listed)}"
    return InputError(
        f"{what}: unknown choice {word!r}", hint=f"did you mean {near}? {hint}" if near else hint
    )


def _unknown_command(word: str, ctx: click.Context) -> InputError:
    group = ctx.command
    known = group.list_commands(ctx) if isinstance(group, click.Group) else []
    is_top = ctx.parent is None
    near = nearest(word, known) or (ELSEWHERE.get(word.lower(), "") if is_top else "")
    meant = f"did you mean: {ctx.command_path} {near}\n" if near else ""
    return InputError(
        f"{ctx.command_path} has no command {word!r}",
        hint=f"{meant}{ctx.command_path} --help lists all commands",
    )


def _unknown_option(word: str, ctx: click.Context) -> InputError:
    known = [name for param in ctx.command.get_params(ctx) for name in param.opts]
    near = nearest(word, [name for name in known if name.startswith("--")])
    meant = f"did you mean {near}? " if near else ""
    return InputError(
        f"{ctx.command_path} has no option {word}",
        hint=f"{meant}{ctx.command_path} --help lists all options",
    )


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
