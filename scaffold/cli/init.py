"""`scaffold init`: flags and prompts in, a report or one JSON document out."""

import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from scaffold.adapters.local.answers_file import read_answers
from scaffold.answers.for_host import of_this_host, reconciled
from scaffold.answers.questions import QUESTIONS, Question, Value
from scaffold.answers.validation import check_value
from scaffold.cli import report
from scaffold.cli.consent import agree_to_project
from scaffold.cli.engine_options import ssh_config_option
from scaffold.cli.init_report import show_files, show_host, show_look, show_next, show_summary
from scaffold.commands.init.init import (
    Decided,
    InitFacts,
    WantedHost,
    check_whole,
    decide,
    host_of,
    look_at,
    marked,
    read_again,
    write,
)
from scaffold.errors import InputError
from scaffold.facts import HostFacts
from scaffold.plan import plan_json
from scaffold.project.report import project_json
from scaffold.resolver.resolution import Conflict


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
    "--answers", "answers_path", type=click.Path(path_type=Path), help="Answers from a TOML file."
)
@ssh_config_option
@click.option("--cached", is_flag=True, help="Use the saved facts of the host.")
@click.option("--yes", "-y", is_flag=True, help="Accept the defaults; your own files are kept.")
@click.option("--overwrite", is_flag=True, help="Replace your own files too; a backup is kept.")
@click.option(
    "--trust", is_flag=True, help="Agree to what the project asks for outside its container."
)
@click.option("--dry-run", is_flag=True, help="Show every change, write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document; no prompts.")
@click.option("--verbose", "-v", is_flag=True, help="Show sources and rejected options.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    path: Path,
    answers_path: Path | None,
    ssh_config: Path | None,
    cached: bool,
    yes: bool,
    overwrite: bool,
    trust: bool,
    dry_run: bool,
    as_json: bool,
    verbose: bool,
    **flags: object,
) -> None:
    """Write the .devcontainer/ for the repository at PATH that works here, or on --host.

    Reads the repository without executing anything, decides on image, CUDA, framework and
    Python, shows a summary, and writes. Questions without a flag or an answer are prompts;
    --yes accepts their defaults.

    \b
    scaffold init                  for this machine
    scaffold init --host gpu01     for a server
    """
    agree_to_project(path, "generate", trust=trust, dry_run=dry_run)
    given = _all_given(answers_path, flags, overwrite=overwrite)
    wanted = _wanted(host_of(path, given), ssh_config, cached=cached)
    look = look_at(path, given, wanted)
    quiet = yes or as_json
    if not as_json:
        show_look(look)
    if _has_nothing_to_do(look, given) and not (as_json or _wants_plain(quiet=quiet or dry_run)):
        return
    if not quiet:
        look, given = _choose_project(look, given)
        answered, look = _ask(given, look, ssh_config, lenient=dry_run)
        given |= answered
    decided = decide(look, given)
    if isinstance(decided, Conflict):
        _end_in_conflict(ctx, look, decided, as_json)
        return
    may_ask = not (quiet or dry_run)
    decided = _settle(decided, overwrite=overwrite, may_ask=may_ask)
    check_whole(decided)
    if not as_json:
        show_summary(decided, _defaults(given, look) if quiet else {}, verbose=verbose)
        show_files(decided, dry_run=dry_run)
    if may_ask and not _agreed():
        report.console().print("Nothing was written.")
        return
    backups = [] if dry_run else write(decided)
    if as_json:
        report.print_json(document(decided))
        return
    for backup in backups:
        text = f"backup of your own file: {report.printable(str(backup))}"
        report.console().print(text, style="yellow")
    if not dry_run:
        show_next(decided)


def _has_nothing_to_do(look: InitFacts, given: dict[str, Value]) -> bool:
    """Whether no Python project was found and nobody asked for a plain container."""
    asked = {"framework", "stack", "package_manager", "nvcc", "python", "apt"} & set(given)
    known = bool(look.record.answers or look.record.generated)
    project = look.project
    return not (project.python_project or asked or known) and bool(project.other_language)


def _wants_plain(*, quiet: bool) -> bool:
    """Ask for a plain container, or say how to get one."""
    if not quiet:
        from scaffold.cli.prompts import confirm_plain, terminal_present

        if terminal_present():
            return confirm_plain()
    out = report.console()
    out.print("\nNo Python project found, so nothing was written. For a plain container:")
    out.print("  scaffold init --stack cuda      with the CUDA toolkit")
    out.print("  scaffold init --stack python    without a GPU: add --target cpu")
    return False


def _choose_project(look: InitFacts, given: dict[str, Value]) -> tuple[InitFacts, dict[str, Value]]:
    """Ask which of several projects is meant, since all further answers follow from it."""
    from scaffold.cli.prompts import choose_folder, terminal_present

    if not look.project.siblings or "project_dir" in given or not terminal_present():
        return look, given
    others = [sibling.path for sibling in look.project.siblings]
    base = choose_folder([look.project.base, *others])
    return read_again(look, base), {**given, "project_dir": base}


def _defaults(given: dict[str, Value], look: InitFacts) -> dict[str, Value]:
    """What a terminal would have asked, with the defaults that were taken."""
    from scaffold.answers.validation import complete

    known = {**of_this_host(look.record.answers, given), **reconciled(given)}
    values = complete(known, look.project, look.host)
    return {
        question.key: values[question.key]
        for question in QUESTIONS
        if question.key not in {*known, "advanced"}
        and question.asked(look.project, look.host, values)
    }


def _agreed() -> bool:
    from scaffold.cli.prompts import confirm_writing, terminal_present

    return not terminal_present() or confirm_writing()


def _all_given(
    answers_path: Path | None, flags: dict[str, object], *, overwrite: bool
) -> dict[str, Value]:
    """The answers of the file, then those of the flags."""
    # Who replaces the files of the main configuration wants no second one.
    first: dict[str, Value] = {"config": ""} if overwrite else {}
    return first | (read_answers(answers_path) if answers_path else {}) | _given(flags)


def _given(flags: dict[str, object]) -> dict[str, Value]:
    questions = {question.key: question for question in QUESTIONS}
    return {
        key: check_value(questions[key], value, questions[key].flag)
        for key, value in flags.items()
        if value is not None and value != ()
    }


def _wanted(host: str, ssh_config: Path | None, *, cached: bool) -> WantedHost | None:
    """The host to probe; None is this machine."""
    if not host:
        if cached:
            raise InputError("--cached goes with --host", hint="--host gpu01 --cached")
        return None
    from scaffold.cli.asking import make_asking

    if not cached and sys.stderr.isatty():
        click.echo(f"connecting to {host} …", err=True)
    return WantedHost(host, make_asking(), cached, ssh_config)


def _ask(
    given: dict[str, Value], look: InitFacts, ssh_config: Path | None, *, lenient: bool
) -> tuple[dict[str, Value], InitFacts]:
    """What is still open, and what was found, which another host may have changed."""
    from scaffold.cli.prompts import ask_open, open_questions, terminal_present

    before, given = of_this_host(look.record.answers, given), reconciled(given)
    if terminal_present():

        def meet(host: str) -> HostFacts:
            nonlocal look
            look = look_at(look.root, given, _wanted(host, ssh_config, cached=False))
            show_host(look)
            return look.host

        return ask_open(given, before, look.project, look.host, meet, ssh_config), look
    answered = {**before, **given}
    missing = open_questions(answered, look.project, look.host)
    if missing and not lenient:
        raise InputError(
            f"no terminal to ask at, and not answered: {', '.join(missing)}",
            hint="give these flags, or --yes for the defaults, or --answers FILE",
        )
    return {}, look


def _end_in_conflict(
    ctx: click.Context, look: InitFacts, conflict: Conflict, as_json: bool
) -> None:
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
