"""A checked host on the terminal: a line for each topic, more where something is wrong."""

import shlex

from scaffold.checks.topics import SERIOUS
from scaffold.cli.outcomes import print_outcome
from scaffold.cli.report import console, printable
from scaffold.commands.host.check import Checked
from scaffold.findings import Level


def print_host(checked: Checked, *, verbose: bool) -> None:
    """Print one host's topics, its findings with their fixes, and what to do next."""
    console().print(f"\n{printable(checked.host)}", style="bold")
    if checked.error:
        console().print(f"  ✗ {printable(checked.error.message)}", style="red")
        if checked.error.hint:
            console().print(f"      hint: {printable(checked.error.hint)}")
        return
    root = bool(checked.facts and checked.facts.uid == 0)
    for outcome in checked.outcomes:
        print_outcome(outcome, root=root, verbose=verbose)
    console().print(f"  {_next(checked)}", style="bold")


def _next(checked: Checked) -> str:
    serious = [finding for finding in checked.findings if finding.level in SERIOUS]
    name = shlex.quote(printable(checked.host))
    if serious:
        first = serious[0].id
        return f"Next: mend {first} first, then run `scaffold host check {name}` again."
    doubts = any(finding.level is Level.WARN for finding in checked.findings)
    ready = "Ready for GPU containers" + ("; the warnings can wait." if doubts else ".")
    return f"{ready} Next: scaffold init in your project."
