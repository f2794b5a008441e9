"""The `scaffold` command: a group whose sub-commands are imported only when called."""

import importlib
import sys

import click

from scaffold import __version__
from scaffold.errors import ScaffoldError

COMMANDS = {
    "init": ("init", "Write the .devcontainer/ that works for a repository and a machine."),
    "resolve": ("resolve.resolve", "Show which image, CUDA and framework build fit, and why."),
    "up": ("workspace.up", "Start the dev container and test its GPU. Uploads changes first."),
    "open": ("workspace.open", "Open the dev container in VS Code, Cursor or VSCodium."),
    "tunnel": ("workspace.tunnel", "Forward the dev container's ports to this computer."),
    "status": ("workspace.status", "List dev containers, their age and their GPU use."),
    "down": ("workspace.down", "Stop or remove the dev container of a project."),
    "verify": ("workspace.verify", "Test the GPU from inside the running dev container."),
    "sync": ("sync.push", "Upload the project to its server or volume: changes only."),
    "pull": ("sync.pull", "Download results from the server."),
    "host": ("host", "Check servers, prepare them for GPU containers, and connect."),
    "container": ("container", "List, change, save or convert existing containers."),
    "catalogue": (
        "resolve.catalogue",
        "Show the known GPUs, CUDA releases, frameworks and images.",
    ),
}
"""Sub-command to its module below `scaffold.cli`, which holds it as `command`, and short help."""

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
        module, _ = COMMANDS[cmd_name]
        command: click.Command = importlib.import_module(f"scaffold.cli.{module}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the sub-commands from the table, since importing them all would be slow."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


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
