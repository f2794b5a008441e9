"""The `scaffold` command: its commands, and the exit code that each error ends with."""

import contextlib
import errno
import gc
import os
import sys

import click

from scaffold import __version__
from scaffold.cli.groups import LazyGroup
from scaffold.cli.terminal import at_words, safe_streams, say
from scaffold.errors import ScaffoldError, TargetError

SECTIONS: dict[str, dict[str, tuple[str, str]]] = {
    "Start here": {
        "start": (
            "workspace.start",
            "Clone, configure, start, test and open a project, in one command.",
        ),
        "init": (
            "init.init",
            "Write the .devcontainer/ that works for a repository and a machine.",
        ),
        "up": (
            "workspace.up",
            "Start the dev container and test its GPU. Uploads changes first.",
        ),
        "open": ("workspace.open", "Open the dev container in VS Code, Cursor or VSCodium."),
        "doctor": ("computer.doctor", "Check this computer: ssh, Docker, Node.js, editor, disk."),
    },
    "While you work": {
        "status": ("workspace.status", "List dev containers, their age and their GPU use."),
        "verify": ("workspace.verify", "Test the GPU from inside the running dev container."),
        "tunnel": ("workspace.tunnel", "Forward the dev container's ports to this computer."),
        "sync": ("sync.push", "Upload the project to its server or volume: changes only."),
        "pull": ("sync.pull", "Download results from the server."),
        "down": ("workspace.down", "Stop or remove the dev container of a project."),
    },
    "Servers and other containers": {
        "host": ("host", "Check servers, prepare them for GPU containers, and connect."),
        "container": ("container", "List, change, save or convert existing containers."),
    },
    "What fits together, and the rest": {
        "resolve": (
            "resolve.resolve",
            "Show which image, CUDA and framework build fit, and why.",
        ),
        "catalogue": (
            "resolve.catalogue",
            "Show the known GPUs, CUDA releases, frameworks and images.",
        ),
        "config": ("computer.config", "Set your defaults for init: mirrors, mounts, user …"),
        "completion": (
            "shell.completion",
            "Complete commands, hosts, GPUs and more with the Tab key.",
        ),
    },
}
"""The parts of the help, in the order in which a newcomer needs them, with their commands."""

COMMANDS = {name: row for rows in SECTIONS.values() for name, row in rows.items()}

EXIT_BUG = 3
EXIT_INTERRUPTED = 130

ORDINARY = frozenset(
    {
        *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO),
        *(errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.ENAMETOOLONG, errno.ELOOP),
        *(errno.ENOTDIR, errno.EISDIR, errno.EBADF, errno.ESTALE, errno.ENOTCONN),
    }
)
"""System errors that are no bug: rights, full disks, limits, lost mounts."""


class ScaffoldGroup(LazyGroup):
    """The commands of `scaffold`."""

    table = COMMANDS

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands in parts."""
        for title, rows in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, text) for name, (_, text) in rows.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was called; any ending signal interrupts it as ^C does."""
        from scaffold.adapters.local.signals import alike_signals

        with alike_signals():
            return super().invoke(ctx)


@click.command(
    cls=ScaffoldGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    epilog="Exit codes: 0 fine, 1 findings or a failed target, 2 something to correct, "
    "3 a bug, 130 interrupted.",
)
@click.version_option(__version__, prog_name="scaffold")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """From an ML repository and a GPU server to a dev container that sees the GPU.

    Without a command, scaffold says what comes next in this folder.
    """
    if ctx.invoked_subcommand is None:
        from scaffold.cli.workspace.next import show_next

        show_next()


def main() -> None:
    """Run the command line and leave with the documented exit code."""
    if "_SCAFFOLD_COMPLETE" in os.environ or "_GPU_SCAFFOLD_COMPLETE" in os.environ:
        _complete()
        return
    # A mask of the owner's own rights would make folders that this run cannot use.
    os.umask(os.umask(0o077) & 0o077)
    with safe_streams():
        code = _flushed(_run())
    if code == EXIT_INTERRUPTED:
        from scaffold.adapters.local.signals import leave

        leave(code)
    # What is left ends with the process: Python's last collections would take 5 % of a start.
    gc.freeze()
    sys.exit(code)


def _complete() -> None:
    """Answer a shell, whose script reads the text."""
    from scaffold.cli.shell.shells import candidates

    say(candidates(cli, os.path.basename(sys.argv[0])))  # noqa: PTH119


def _run() -> int:
    from scaffold.cli.verbosity import begin

    begin()
    try:
        code = cli.main(standalone_mode=False)
    except ScaffoldError as error:
        _print_error(error)
        return error.exit_code
    except click.ClickException as error:
        return _print_mistake(error)
    except (click.Abort, KeyboardInterrupt):
        say("\ninterrupted", err=True)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of the output has ended (`| head`).
        _drop_output()
        return 1
    except Exception as error:
        return _ordinary(error) or _report_bug(error)
    return code if isinstance(code, int) else 0


def _print_mistake(error: click.ClickException) -> int:
    """Explain a mistake on the command line; a group without a command shows its help."""
    from scaffold.cli.usage_errors import usage_error

    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        say(error.message, err=True)
        return error.exit_code
    told = usage_error(error)
    _print_error(told)
    return told.exit_code


def _print_error(error: ScaffoldError) -> None:
    label = "error:"
    say(at_words(error.message, label), err=True, label=label, color="red")
    if error.hint:
        say(error.hint, err=True, label="hint:", color="cyan")


def _ordinary(error: Exception) -> int:
    """Explain what any machine may run into: memory, disk, rights. 0 if it is a bug."""
    if isinstance(error, MemoryError):
        _print_error(TargetError("there is not enough memory"))
        return 1
    if isinstance(error, OSError) and error.errno in ORDINARY:
        where = f": {error.filename}" if error.filename else ""
        _print_error(TargetError(f"{error.strerror}{where}"))
        return 1
    return 0


def _flushed(code: int) -> int:
    """The exit code after all output is written; 1 if it cannot be."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
        return code or 1
    except OSError as error:
        _drop_output()
        with contextlib.suppress(OSError):
            _print_error(TargetError(f"cannot write the output: {error.strerror}"))
        return code or 1
    return code


def _drop_output() -> None:
    """Send what is left in the buffer nowhere, so that Python does not fail on it at its end."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _report_bug(error: Exception) -> int:
    from scaffold.adapters.local.bug_log import write_bug_log
    from scaffold.parsing.untrusted.secret_forms import redacted

    log = write_bug_log(error, sys.argv)
    # Not repr(error), in which an exception shows the values that it was made of.
    text = redacted(f"{type(error).__name__}: {error}")
    say(text, err=True, label="bug:", color="red")
    if log:
        say(f"This should not have happened. Please report it with {log}", err=True)
    else:
        say("This should not have happened. Please report it; no log could be written.", err=True)
    return EXIT_BUG
