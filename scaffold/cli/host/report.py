"""The result for a host on the terminal: a line for each topic, more for a problem."""

import shlex

from scaffold.checks.verdict import Verdict, blockers
from scaffold.cli.outcomes import closing, print_outcome
from scaffold.cli.report import hanging, line, printable
from scaffold.commands.host.check import CheckedHost


def print_host(checked: CheckedHost, *, verbose: bool) -> None:
    """Print one host's topics, its findings with their fixes, and the next command."""
    line((f"\n{printable(checked.host)}", "bold"))
    if checked.error:
        hanging("  ✗ ", checked.error.message, "red")
        if checked.error.hint:
            hanging("      hint: ", checked.error.hint, "")
        return
    root = bool(checked.facts and checked.facts.uid == 0)
    for outcome in checked.outcomes:
        print_outcome(outcome, root=root, verbose=verbose)
    hanging("  ", closing(checked.findings, _next(checked)).strip(), "bold", deeper=0)


def _next(checked: CheckedHost) -> str:
    """The verdict in words, and the next command."""
    name = shlex.quote(printable(checked.host))
    again = f"then run: scaffold host check {name}"
    stopped = blockers(checked.findings)
    title = printable(stopped[0].message) if stopped else ""
    words = {
        Verdict.NOT_READY: f'Not ready. Next: fix "{title}", {again}',
        Verdict.UNKNOWN: f'Unknown: "{title}". Next: find that out, {again}',
        Verdict.READY_WITH_WARNINGS: f"{READY}; the warnings can wait. {INIT}",
        Verdict.READY: f"{READY}. {INIT}",
    }
    return words[checked.verdict]


READY = "Ready for GPU containers"
INIT = "Next: scaffold init in your project."
