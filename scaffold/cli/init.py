"""`scaffold init`: flags and prompts in, a report or one JSON document out."""

import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from scaffold.adapters.local.answers_file import read_answers
from scaffold.answers.for_host import of_this_host, reconciled
from scaffold.answers.free_gpus import usage
from scaffold.answers.questions import QUESTIONS, Question, Value
from scaffold.answers.validation import check_value
from scaffold.cli import report
from scaffold.commands.init.host_files import next_steps
from scaffold.commands.init.init import (
    Decided,
    Look,
    Wanted,
    decide,
    host_of,
    look_at,
    marked,
    write,
)
from scaffold.errors import InputError
from scaffold.facts import HostFacts
from scaffold.plan import plan_json
from scaffold.project.report import project_json
from scaffold.resolver.resolution import Conflict

MARKS = {
    "new": ("+", "green"),
    "changed": ("~", "yellow"),
    "merged": ("~", "yellow"),
    "same": ("=", "dim"),
    "kept": ("!", "red"),
}


def _option(question: Question) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The flag of a question; it says its choices, and nothing given stays None."""
    if question.kind == "flag":
        names = f"{question.flag}/--no-{question.key}"
        return click.option(question.key, names, default=None, help=question.help)
    choices = "|".join(name for name, _ in question.choices)
    return click.option(
        question.flag,
        question.key,
        default=None,
        help=question.help,
        metavar=f"[{choices}]" if choices else question.key.upper(),
        multiple=question.kind == "list",
        type=int if question.kind == "number" else str,
    )


def _all_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for question in reversed(QUESTIONS):
        if question.key != "advanced":
            function = _option(question)(function)
    return function


@click.command(short_help="Write .devcontainer/ for a repository.")
@click.argument("path", default=".", type=click.Path(path_type=Path))
@_all_options
@click.option(
    "--answers", "answers_path", type=click.Path(path_type=Path), help="TOML file with answers."
)
@click.option("--cached", is_flag=True, help="Take what was last seen of the host.")
@click.option("--yes", "-y", is_flag=True, help="Take the defaults; your own files are kept.")
@click.option("--overwrite", is_flag=True, help="Replace your own files too; each is kept beside.")
@click.option("--dry-run", is_flag=True, help="Show everything, write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document; asks nothing.")
@click.option("--verbose", "-v", is_flag=True, help="Show sources and what was rejected, and why.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    path: Path,
    answers_path: Path | None,
    cached: bool,
    yes: bool,
    overwrite: bool,
    dry_run: bool,
    as_json: bool,
    verbose: bool,
    **flags: object,
) -> None:
    """Look at the repository at PATH and write the .devcontainer/ that works here, or on --host.

    Nothing of the repository is executed. What is not given as a flag or in an answers file
    is asked at the terminal, or takes its default with --yes.
    """
    given = read_answers(answers_path) if answers_path else {}
    given |= _given(flags)
    look = look_at(path, _wanted(host_of(path, given), cached=cached))
    if not as_json:
        show_look(look)
    if not (yes or as_json):
        answered, look = _ask(given, look, lenient=dry_run)
        given |= answered
    decided = decide(look, given)
    if isinstance(decided, Conflict):
        _end_in_conflict(ctx, look, decided, as_json)
        return
    decided = _settle(decided, overwrite=overwrite, may_ask=not (yes or dry_run or as_json))
    backups = [] if dry_run else write(decided)
    if as_json:
        report.print_json(document(decided))
        return
    show_decided(decided, verbose=verbose, dry_run=dry_run)
    for backup in backups:
        report.console().print(f"kept your own as {report.printable(str(backup))}", style="yellow")


def _given(flags: dict[str, object]) -> dict[str, Value]:
    questions = {question.key: question for question in QUESTIONS}
    return {
        key: check_value(questions[key], value, questions[key].flag)
        for key, value in flags.items()
        if value is not None and value != ()
    }


def _wanted(host: str, *, cached: bool) -> Wanted | None:
    """How to look at the host; none is this machine."""
    if not host:
        if cached:
            raise InputError("--cached goes with --host", hint="--host gpu01 --cached")
        return None
    from scaffold.cli.asking import make_asking

    if not cached and sys.stderr.isatty():
        click.echo(f"looking at {host} …", err=True)
    return Wanted(host, make_asking(), cached)


def _ask(given: dict[str, Value], look: Look, *, lenient: bool) -> tuple[dict[str, Value], Look]:
    """What is still open, and what was found, which another host may have changed."""
    from scaffold.cli.prompts import ask_open, open_questions, terminal_present

    answered = {**of_this_host(look.record.answers, given), **reconciled(given)}
    if terminal_present():

        def meet(host: str) -> HostFacts:
            nonlocal look
            look = look_at(look.root, _wanted(host, cached=False))
            show_host(look)
            return look.host

        return ask_open(answered, look.project, look.host, meet), look
    missing = open_questions(answered, look.project, look.host)
    if missing and not lenient:
        raise InputError(
            f"no terminal to ask at, and not answered: {', '.join(missing)}",
            hint="give these flags, or --yes for the defaults, or --answers FILE",
        )
    return {}, look


def _end_in_conflict(ctx: click.Context, look: Look, conflict: Conflict, as_json: bool) -> None:
    if as_json:
        project = project_json(look.project)
        report.print_json({"project": project, "conflict": asdict(conflict), "files": []})
    else:
        report.print_conflict(conflict)
    ctx.exit(1)


def _settle(decided: Decided, *, overwrite: bool, may_ask: bool) -> Decided:
    """Decide the fate of files that the user wrote or edited: shown, then kept or replaced."""
    own = [change for change in decided.changes if change.status in {"kept", "merged"}]
    if overwrite:
        kept = [change.path for change in own if change.status == "kept"]
        return marked(decided, kept, "changed")
    if not own or not may_ask:
        return decided
    from scaffold.cli.prompts import confirm_overwrite, terminal_present

    if not terminal_present():
        return decided
    for change in own:
        report.print_diff(change.path, change.before or b"", change.after)
        agreed = confirm_overwrite(change.path)
        if change.status == "kept" and agreed:
            decided = marked(decided, [change.path], "changed")
        elif change.status == "merged" and not agreed:
            decided = marked(decided, [change.path], "kept")
    return decided


def document(decided: Decided) -> dict[str, object]:
    """The JSON document: project, resolution, plan and files."""
    seen = decided.look.seen
    return {
        "host": {
            "name": decided.look.host.name,
            "age_s": seen.age_s if seen else None,
            "why_old": seen.why_old if seen else "",
        },
        "project": project_json(decided.look.project),
        "resolution": asdict(decided.resolution),
        "plan": plan_json(decided.plan),
        "warnings": list(decided.warnings),
        "files": [{"path": change.path, "status": change.status} for change in decided.changes],
    }


def show_look(look: Look) -> None:
    """Print what was found in the repository and on this machine."""
    report.heading(f"In {report.printable(str(look.root.resolve()))}")
    rows = [
        (item.what, item.text, item.where + ("" if item.used else "  (not used)"))
        for item in look.project.evidence
    ]
    report.table(
        rows or [("nothing", "no file that names a framework or a dependency", "")],
        ("cyan", "", "dim"),
    )
    for problem in look.project.problems:
        report.console().print(f"  could not read: {report.printable(problem)}", style="yellow")
    show_host(look)


def show_host(look: Look) -> None:
    """Print what was found on this machine, or on the host and how long ago."""
    report.heading(f"On {where_seen(look)}")
    report.table(host_rows(look), ("cyan", ""))
    if look.seen and look.seen.why_old:
        text = f"  not looked at now: {report.printable(look.seen.why_old)}"
        report.console().print(text, style="yellow")


def where_seen(look: Look) -> str:
    """Whose facts they are, and their age."""
    if look.seen is None:
        return "this machine"
    if look.seen.age_s is None:
        return f"{look.host.name}, now"
    return f"{look.host.name}, as it was {report.age(look.seen.age_s)} ago"


def host_rows(look: Look) -> list[tuple[str, str]]:
    """Driver, GPUs and Docker of the machine, each said to be unknown where it is."""
    host = look.host
    names = ", ".join(gpu.name for gpu in host.gpus or ()) or "none found"
    docker = host.docker
    rows = [
        ("GPU", host.gpu_error or names),
        ("driver", host.driver_version or "none"),
        ("Docker", f"{docker.server_version}" if docker else "no engine answers"),
    ]
    if look.seen is None:
        return rows
    memory = "unknown" if host.memory_mib is None else f"{host.memory_mib / 1024:.0f} GiB"
    login = f"{host.login.user or 'unknown'}, uid {host.uid}, gid {host.gid}"
    used = [(f"GPU {gpu.index}", ", ".join(usage(gpu))) for gpu in host.gpus or ()]
    return [*rows, *(used if len(used) > 1 else ()), ("memory", memory), ("login", login)]


def show_decided(decided: Decided, *, verbose: bool, dry_run: bool) -> None:
    """Print the decisions, the files and what to do next."""
    out = report.console()
    report.heading("Decided")
    report.print_decisions(decided.resolution.decisions, verbose=verbose)
    for warning in (*decided.resolution.warnings, *decided.plan.warnings, *decided.warnings):
        out.print(f"  note: {report.printable(warning)}", style="yellow")
    report.heading("Files (nothing written: --dry-run)" if dry_run else "Files")
    for change in decided.changes:
        mark, colour = MARKS[change.status]
        out.print(f"  {mark} {change.status:<8}{change.path}", style=colour)
        if (dry_run and change.status != "same") or change.status == "merged":
            report.print_diff(change.path, change.before or b"", change.after)
    if any(change.status == "kept" for change in decided.changes):
        out.print("  Yours were kept; --overwrite replaces them and keeps a copy.", style="yellow")
    if not dry_run:
        report.heading("Next")
        for step in next_steps(decided.answers, decided.given):
            out.print(f"  {report.printable(step)}")
