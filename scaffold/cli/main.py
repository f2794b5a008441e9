"""The `scaffold` command: a group whose sub-commands are imported only when called."""

import importlib
import sys

import click

from scaffold import __version__
from scaffold.errors import ScaffoldError

COMMANDS = {
    "init": "Look at a repository and this machine, and write its .devcontainer/.",
    "resolve": "Which image, which CUDA, which wheel: the decision alone, with its reasons.",
    "up": "Bring the project to its host, start its dev container, and prove its GPU.",
    "open": "Open the dev container in VS Code, Cursor or VSCodium.",
    "tunnel": "Reach the ports of the dev container from here, Jupyter with its token.",
    "status": "Which dev containers run where, since when, and what they use of the GPUs.",
    "down": "Stop the dev container of a workspace, or remove it.",
    "verify": "Prove from inside the dev container that its GPU works, or say why not.",
    "sync": "Bring the workspace to its server or volume: only what changed.",
    "pull": "Bring results back from there.",
    "host": "Servers: whether they can run GPU containers, and what to mend.",
    "container": "Existing containers: back in, new ports and volumes, nothing lost.",
    "catalogue": "What is known of GPUs, CUDA, frameworks and images, and from where.",
}
"""Sub-command to short help; module `scaffold.cli.<name>` holds it as `command`."""

EXIT_BUG = 3
EXIT_INTERRUPTED = 130


class LazyGroup(click.Group):
    """A group that shows its help without importing any sub-command."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the sub-commands in the order a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the sub-command that was called."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"scaffold.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the sub-commands from the table, since importing them all would be slow."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 fine, 1 findings or a failed target, 2 something to correct, "
    "3 a bug, 130 interrupted.",
)
@click.version_option(__version__, prog_name="scaffold")
def cli() -> None:
    """From an ML repository and a GPU server to a dev container that sees the GPU."""


def main() -> None:
    """Run the command line and leave with the documented exit code."""
    sys.exit(_run())


def _run() -> int:
    try:
        code = cli.main(standalone_mode=False)
    except ScaffoldError as error:
        _say_error(error.message, error.hint)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("\ninterrupted: nothing was left behind", err=True)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone (`| head`); there is nobody left to tell.
        sys.stdout = None
        return 1
    except Exception as error:
        return _report_bug(error)
    return code if isinstance(code, int) else 0


def _say_error(message: str, hint: str) -> None:
    click.echo(f"{click.style('error:', fg='red', bold=True)} {message}", err=True)
    if hint:
        click.echo(f"{click.style('hint:', fg='cyan')} {hint}", err=True)


def _report_bug(error: Exception) -> int:
    from scaffold.adapters.local.bug_log import write_bug_log

    log = write_bug_log(error, sys.argv)
    # Not repr(error), in which an exception shows the values that it was made of.
    said = f"{type(error).__name__}: {error}"
    click.echo(f"{click.style('bug:', fg='red', bold=True)} {said}", err=True)
    click.echo(f"This should not have happened. Please report it with {log}", err=True)
    return EXIT_BUG
