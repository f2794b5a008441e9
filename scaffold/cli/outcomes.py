"""What checks found, on the terminal: a line for each topic, more where something is wrong."""

import shlex
from collections.abc import Iterable
from dataclasses import asdict

from scaffold.checks.topics import SERIOUS, TopicOutcome
from scaffold.cli.report import hanging, line, printable
from scaffold.cli.tables import folded
from scaffold.findings import Finding, Level, Step

MARKS = {
    Level.OK: ("✓", "green"),
    Level.INFO: ("i", "cyan"),
    Level.WARN: ("!", "yellow"),
    Level.ERROR: ("✗", "red"),
    Level.UNKNOWN: ("?", "magenta"),
}
NOT_LOOKED = ("-", "dim")
TITLE_WIDTH = 26


def print_outcome(outcome: TopicOutcome, *, root: bool, verbose: bool) -> None:
    """Print a topic's line and its findings; for `root` without sudo."""
    mark, colour = NOT_LOOKED if outcome.echo_of else MARKS[outcome.level]
    summary = (printable(outcome.summary), "dim" if outcome.echo_of else "")
    line((f"  {mark} {outcome.topic.title:<{TITLE_WIDTH}}", colour), summary)
    for finding in outcome.findings:
        _print_finding(finding, root=root, verbose=verbose)


def _print_finding(finding: Finding, *, root: bool, verbose: bool) -> None:
    mark, colour = MARKS[finding.level]
    name = f"[{finding.id}]"
    *first, last = folded(f"{printable(finding.message)}  {name}", 8)
    for number, text in enumerate([*first, last.removesuffix(name)]):
        start = " " if number else mark
        line((f"      {start} {text}", colour), *([(name, "dim")] if number == len(first) else ()))
    if finding.why and (verbose or finding.level in SERIOUS):
        hanging("        ", finding.why, "", deeper=0)
    if verbose:
        rows = (("seen", finding.evidence), ("source", finding.source))
        for name, text in rows:
            if text:
                hanging("        ", f"{name}: {text}")
    if verbose or finding.level is not Level.INFO:
        for step in finding.fix:
            _print_step(step, root=root)


def _print_step(step: Step, *, root: bool) -> None:
    hanging("        → ", step.why, "")
    if step.argv:
        line((f"            {printable(command_line(step, root=root))}", "cyan"))


def command_line(step: Step, *, root: bool = False) -> str:
    """A step as it is typed in a shell; root needs no sudo."""
    return ("sudo " if step.sudo and not root else "") + shlex.join(step.argv)


def count_text(findings: Iterable[Finding]) -> str:
    """How many errors and warnings there are, and what could not be checked if there is any."""
    levels = [finding.level for finding in findings]
    unknown = levels.count(Level.UNKNOWN)
    counts = [_count(levels.count(Level.ERROR), "error")]
    counts += [f"{unknown} unknown"] if unknown else []
    counts.append(_count(levels.count(Level.WARN), "warning"))
    return ", ".join(counts)


def closing(findings: Iterable[Finding], text: str) -> str:
    """The last line of a check: the count, unless nothing was found, and what comes next."""
    counted = list(findings)
    found = any(one.level in {Level.ERROR, Level.UNKNOWN, Level.WARN} for one in counted)
    return f"  {count_text(counted)}. {text}" if found else f"  {text}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def finding_json(finding: Finding) -> dict[str, object]:
    """One finding; a step without `argv` is something that only a person can do."""
    return asdict(finding) | {"level": finding.level.value}
