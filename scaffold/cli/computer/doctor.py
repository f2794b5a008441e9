"""`scaffold doctor`: prints what this computer lacks, and the fix for its system."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scaffold.commands.computer.doctor import CheckedComputer


@click.command(short_help="Check this computer: ssh, Docker, Node.js, editor, disk.")
@click.option("--network", is_flag=True, help="Also ask the servers of your Docker contexts.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--verbose", "-v", is_flag=True, help="Show evidence and sources.")
@click.pass_context
def command(ctx: click.Context, /, *, network: bool, as_json: bool, verbose: bool) -> None:
    """Check this computer, and print the fix for what is missing. Changes nothing.

    Checks ssh and its agent, Docker and its contexts, Node.js and the Dev Containers CLI, the
    editor and its extensions, rsync, git and free disk space. The exit code is 1 if something
    keeps scaffold from working. A server is checked by: scaffold host check NAME
    """
    from scaffold.commands.computer.doctor import examine

    done = examine(network=network)
    _print_json(done) if as_json else _print(done, verbose=verbose)
    ctx.exit(int(not done.verdict.is_ready))


def _print(done: "CheckedComputer", *, verbose: bool) -> None:
    from scaffold.cli.outcomes import count_text, print_outcome
    from scaffold.cli.report import console

    console().print("\nThis computer", style="bold")
    for outcome in done.outcomes:
        print_outcome(outcome, root=False, verbose=verbose)
    console().print(f"  {count_text(done.findings)}", style="bold")


def _print_json(done: "CheckedComputer") -> None:
    from scaffold.cli.outcomes import finding_json
    from scaffold.cli.report import print_json

    facts = done.facts
    print_json(
        {
            "system": facts.system.value,
            "verdict": done.verdict.value,
            "ready": done.verdict.is_ready,
            "programs": {
                name: {"path": one.path, "version": ".".join(map(str, one.version or ()))}
                for name, one in facts.programs.items()
            },
            "contexts": dict(facts.contexts),
            "current_context": facts.context,
            "findings": [finding_json(finding) for finding in done.findings],
        }
    )
