"""`--quiet` and `--verbose` of every command, each with one meaning."""

import os
import sys
from collections.abc import Callable

import click

from scaffold.cli import terminal

LONGEST = 300
"""Characters of a program's command line that are printed; scripts are longer."""


Callback = Callable[[click.Context, click.Parameter, bool], bool]


class _Tracing:
    """Whether programs are printed; the hook itself cannot be removed from a process."""

    wanted = False
    hooked = False


def begin() -> None:
    """Forget what an earlier run in this process asked for."""
    terminal.set_quiet(wanted=False)
    _Tracing.wanted = False


def with_verbosity(command: click.Command) -> click.Command:
    """Give a command both options; a `--verbose` of its own also prints programs then."""
    if isinstance(command, click.Group):
        # The commands of a lazy group come here by themselves.
        for one in command.commands.values():
            with_verbosity(one)
        return command
    named = {param.name: param for param in command.params}
    taken = {opt for param in command.params for opt in param.opts}
    if "quiet" not in named:
        text = "Print errors only; the exit code tells the rest."
        command.params.append(_option("quiet", "-q", taken, _be_quiet, text))
    if own := named.get("verbose"):
        own.callback = _be_verbose
    else:
        text = "Print each program that is run."
        command.params.append(_option("verbose", "-v", taken, _be_verbose, text))
    return command


def _option(
    name: str, short: str, taken: set[str], callback: "Callback", text: str
) -> click.Option:
    names = [f"--{name}", *([short] if short not in taken else [])]
    return click.Option(names, is_flag=True, expose_value=False, callback=callback, help=text)


def _be_quiet(ctx: click.Context, _param: click.Parameter, value: bool) -> bool:
    if value and not ctx.resilient_parsing:
        terminal.set_quiet(wanted=True)
    return value


def _be_verbose(ctx: click.Context, _param: click.Parameter, value: bool) -> bool:
    if value and not ctx.resilient_parsing:
        _Tracing.wanted = True
        if not _Tracing.hooked:
            _Tracing.hooked = True
            sys.addaudithook(_print_program)
    return value


def _print_program(event: str, args: tuple[object, ...]) -> None:
    """Print a program as it is started, without secrets."""
    if event != "subprocess.Popen" or not _Tracing.wanted:
        return
    import shlex

    from scaffold.parsing.untrusted.secret_forms import redacted

    words = args[1] if isinstance(args[1], list | tuple) else [args[1]]
    text = shlex.join(os.fsdecode(word) for word in words if isinstance(word, str | bytes))
    text = redacted(text)
    shown = text if len(text) <= LONGEST else text[:LONGEST] + " …"
    terminal.say(f"run: {shown}", err=True)
