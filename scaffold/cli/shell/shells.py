"""click's completion for bash, zsh and fish with our values, and the same for PowerShell."""

import os
from collections.abc import Mapping
from typing import ClassVar

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    _resolve_context,
    _resolve_incomplete,
    split_arg_string,
)

from scaffold.cli.groups import LazyGroup
from scaffold.cli.shell.values import matching, values_of

VARIABLES = ("_SCAFFOLD_COMPLETE", "_GPU_SCAFFOLD_COMPLETE")
"""What the scripts set, for each of the two names of the program."""


class _Ours(ShellComplete):
    """Completes commands from the tables, and values of ours."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """The candidates; a group is completed without importing its commands."""
        ctx = _resolve_context(self.cli, self.ctx_args, self.prog_name, args)
        found, incomplete = _resolve_incomplete(ctx, args, incomplete)
        if isinstance(found, LazyGroup) and not incomplete.startswith("-"):
            rows = found.table.items()
            return [
                CompletionItem(name, help=text)
                for name, (_, text) in rows
                if name.startswith(incomplete)
            ]
        values = values_of(ctx, found) if isinstance(found, click.Parameter) else None
        if values is None:
            return found.shell_complete(ctx, incomplete)
        return [CompletionItem(one) for one in matching(values, ctx, incomplete)]


class BashCompletion(_Ours, BashComplete):
    """bash 4.4 or newer."""

    def format_completion(self, item: CompletionItem) -> str:
        """One candidate; bash inserts it as it stands, so spaces are escaped."""
        return f"{item.type},{item.value.replace(' ', chr(92) + ' ')}"


class ZshCompletion(_Ours, ZshComplete):
    """zsh."""


class FishCompletion(_Ours, FishComplete):
    """fish."""


class PowershellCompletion(_Ours):
    """PowerShell 5 or newer."""

    name: ClassVar[str] = "powershell"
    source_template: ClassVar[str] = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($word, $ast, $position)
    $env:COMP_WORDS = $ast.ToString()
    $env:COMP_WORD = $word
    $env:%(complete_var)s = 'powershell_complete'
    try {
        %(prog_name)s | ForEach-Object {
            $value, $help = $_ -split "`t", 2
            $text = if ($value -match '\\s') { "'$value'" } else { $value }
            [System.Management.Automation.CompletionResult]::new(
                $text, $value, 'ParameterValue', $(if ($help) { $help } else { $value }))
        }
    } finally {
        Remove-Item Env:COMP_WORDS, Env:COMP_WORD, Env:%(complete_var)s
    }
}
"""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is typed, and that one."""
        words = split_arg_string(os.environ.get("COMP_WORDS", ""))[1:]
        incomplete = os.environ.get("COMP_WORD", "").strip("'\"")
        if incomplete and words and words[-1] == incomplete:
            words.pop()
        return words, incomplete

    def format_completion(self, item: CompletionItem) -> str:
        """One candidate and its help."""
        return f"{item.value}\t{item.help}" if item.help else item.value


SHELLS: Mapping[str, type[_Ours]] = {
    "bash": BashCompletion,
    "zsh": ZshCompletion,
    "fish": FishCompletion,
    "powershell": PowershellCompletion,
}


def variable(program: str) -> str:
    """The variable that asks a program of ours for completions."""
    return VARIABLES[1] if program.startswith("gpu") else VARIABLES[0]


def script(cli: click.Command, shell: str, program: str = "scaffold") -> str:
    """The script that a shell reads once."""
    completion = SHELLS[shell](cli, {}, program, variable(program))
    return completion.source_template % completion.source_vars()


def candidates(cli: click.Command, program: str) -> str:
    """The answer to a shell that asks, as `SHELL_complete` or `SHELL_source`; empty if unknown."""
    asked = next((os.environ[name] for name in VARIABLES if os.environ.get(name)), "")
    shell, _, instruction = asked.partition("_")
    if shell not in SHELLS:
        return ""
    if instruction == "source":
        return script(cli, shell, program)
    return SHELLS[shell](cli, {}, program, variable(program)).complete()
