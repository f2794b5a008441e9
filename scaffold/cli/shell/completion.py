"""`scaffold completion`: prints or installs the script that completes the command line."""

import os
import shlex
from pathlib import Path

import click

from scaffold.cli.terminal import say
from scaffold.errors import InputError

SHELL_NAMES = ("bash", "zsh", "fish", "powershell")


@click.command(short_help="Complete commands, hosts, GPUs and more with the Tab key.")
@click.argument("shell", required=False, type=click.Choice(SHELL_NAMES))
@click.option("--install", is_flag=True, help="Add it to the startup file of your shell.")
@click.pass_context
def command(ctx: click.Context, /, shell: str | None, *, install: bool) -> None:
    """Print the completion script of SHELL (default: yours), or install it.

    Completes commands, options, choices, hosts, containers, GPU names, frameworks and mirrors.

    \b
    scaffold completion --install
    scaffold completion zsh > _scaffold
    """
    from scaffold.cli.shell.shells import script

    chosen = shell or _own_shell()
    text = script(ctx.find_root().command, chosen)
    if not install:
        click.echo(text, nl=False)
        return
    for line in _install(chosen, text):
        say(line)
    say(f"Open a new {chosen} to use it.")


def _own_shell() -> str:
    name = Path(os.environ.get("SHELL", "")).name
    name = "powershell" if name == "pwsh" else name
    if name not in SHELL_NAMES:
        raise InputError(
            f"your shell ({name or 'unknown'}) has no completion here",
            hint=f"choose one of {', '.join(SHELL_NAMES)}, such as: scaffold completion bash",
        )
    return name


def _install(shell: str, text: str) -> list[str]:
    """Write the script, and name it in the startup file if the shell needs that."""
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    if shell == "fish":
        return _write(config / "fish" / "completions" / "scaffold.fish", text)
    suffix = "ps1" if shell == "powershell" else shell
    path = data / "gpu-scaffold" / f"completion.{suffix}"
    return [*_write(path, text), *_source(_startup_file(shell, config), path, shell)]


def _startup_file(shell: str, config: Path) -> Path:
    if shell == "zsh":
        return Path(os.environ.get("ZDOTDIR") or Path.home()) / ".zshrc"
    if shell == "powershell":
        return config / "powershell" / "Microsoft.PowerShell_profile.ps1"
    return Path.home() / ".bashrc"


def _write(path: Path, text: str) -> list[str]:
    from scaffold.adapters.local.files import NewFile, write_files

    path.parent.mkdir(parents=True, exist_ok=True)
    write_files([NewFile(path=path, content=text.encode(), mode=0o644)])
    return [f"wrote {path}"]


def _source(startup: Path, script: Path, shell: str) -> list[str]:
    """Add the line that reads the script, once; the file keeps everything else."""
    word = shlex.quote(str(script))
    line = f". {word}" if shell == "powershell" else f"[ ! -r {word} ] || . {word}"
    if shell == "zsh":
        line = f"(( $+functions[compdef] )) || {{ autoload -Uz compinit; compinit; }}; {line}"
    from scaffold.adapters.local.files import read_file

    known = (read_file(startup) or b"").decode("utf-8", "surrogateescape")
    if str(script) in known:
        return [f"{startup} reads it already"]
    startup.parent.mkdir(parents=True, exist_ok=True)
    with startup.open("a", encoding="utf-8") as file:
        file.write(f"{'' if known.endswith(chr(10)) or not known else chr(10)}{line}\n")
    return [f"added a line to {startup}"]
