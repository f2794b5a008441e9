"""`scaffold start`: clone, init, up and open, one after the other."""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from scaffold.cli.engine_options import ssh_config_option
from scaffold.cli.groups import STEPS, run_command
from scaffold.cli.init.presets import preset_options
from scaffold.cli.terminal import line, say, show_message
from scaffold.errors import ScaffoldError
from scaffold.parsing.untrusted.secret_forms import redacted


@click.command(short_help="Clone, configure, start, test and open a project, in one command.")
@click.argument("where", metavar="[PATH | GIT-URL]", default=".")
@click.option("--host", metavar="NAME", help="Server that runs the container; default: none.")
@preset_options
@ssh_config_option
@click.option("--yes", "-y", is_flag=True, help="Accept the defaults of init.")
@click.option(
    "--trust", is_flag=True, help="Agree to what the project asks for outside its container."
)
@click.option("--no-open", is_flag=True, help="Do not open the editor at the end.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    where: str,
    host: str | None,
    ssh_config: Path | None,
    *,
    preset: str | None,
    merge: bool,
    yes: bool,
    trust: bool,
    no_open: bool,
) -> None:
    """From a folder or a git address to a dev container whose GPU works, open in the editor.

    Runs git clone, scaffold init, scaffold up (which tests the GPU) and scaffold open. What is
    done already is skipped, so after an error the same command continues.

    \b
    scaffold start      this folder, on this computer
    scaffold start https://github.com/OWNER/NAME --host gpu01
    scaffold start --preset pytorch-finetune my-project
    """
    from scaffold.adapters.computer.git import clone
    from scaffold.commands.workspace.start import find_project, is_configured

    folder, url = find_project(where, new=bool(preset))
    common = _flags(host, ssh_config, trust=trust)
    first = [*_first_flags(preset, merge=merge), *(["--yes"] if yes else [])]
    again = shlex.join(["scaffold", "start", str(folder), *common, *first])
    steps = Steps(ctx.find_root(), again, 3 if no_open else 4)
    if url:
        steps.say(f"Clone {redacted(url)}")
        clone(url, folder, show_message, progress=sys.stderr.isatty())
    else:
        verb = "Use" if folder.is_dir() else "Create"
        steps.say(f"{verb} the folder {folder.resolve()}")
    if is_configured(folder):
        steps.say("Configure: done already")
    else:
        steps.run("Configure", "init", [str(folder), *common, *first])
        if not is_configured(folder):
            say(f"Stopped: there is no configuration. To continue: {again}", err=True)
            ctx.exit(1)
    code = steps.run("Start and test", "up", [str(folder), *common])
    if code:
        ctx.exit(code)
    if not no_open:
        steps.run("Open", "open", [str(folder), *_flags(None, ssh_config, trust=False)])


def _flags(host: str | None, ssh_config: Path | None, *, trust: bool) -> list[str]:
    return [
        *(["--host", host] if host else []),
        *(["--ssh-config", str(ssh_config)] if ssh_config else []),
        *(["--trust"] if trust else []),
    ]


def _first_flags(preset: str | None, *, merge: bool) -> list[str]:
    """What only the configuration of a new project takes."""
    return [*(["--preset", preset] if preset else []), *(["--merge"] if merge else [])]


class Steps:
    """The steps of one run, numbered; an error of a step names the command that continues."""

    def __init__(self, root: click.Context, again: str, total: int) -> None:
        self._root, self._again = root, again
        self._total, self._number = total, 0
        root.meta[STEPS] = True

    def say(self, text: str) -> None:
        """Print the title of a step."""
        self._number += 1
        line((f"\n[{self._number}/{self._total}] {text}", "bold"))

    def run(self, title: str, name: str, words: Sequence[str]) -> int:
        """Run one of our commands; its exit code. Raises ScaffoldError with how to continue."""
        self.say(f"{title}: {shlex.join(['scaffold', name, *words])}")
        try:
            code = run_command(self._root, name, words)
        except ScaffoldError as error:
            then = f"to continue afterwards: {self._again}"
            error.hint = f"{error.hint}\n{then}" if error.hint else then
            raise
        if code:
            say(f"\nTo continue: {self._again}", err=True)
        return code
