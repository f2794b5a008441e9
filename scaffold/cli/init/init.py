"""`scaffold init`: flags and prompts in, a report or one JSON document out."""

from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from scaffold.answers.question import Question, Value
from scaffold.answers.questions import QUESTIONS
from scaffold.cli import report
from scaffold.cli.consent import agree_to_project
from scaffold.cli.engine_options import ssh_config_option
from scaffold.cli.init.answering import all_given, given_by, wanted_host, wants_plain
from scaffold.cli.init.presets import preset_options, show_preset
from scaffold.cli.init.report import document, show_found, show_next
from scaffold.cli.init.settling import Showing, begin_interview, offer_start, settle
from scaffold.cli.terminal import say
from scaffold.commands.init.init import InitFacts, host_of, read_init_facts, write
from scaffold.commands.init.preset import NewProject, new_project
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
        shell_complete=lambda _ctx, _param, typed: _completed(question, typed),
    )


def _completed(question: Question, typed: str) -> list[str]:
    """What a shell may complete a value to: a choice, or a public mirror by name or as KIND=URL."""
    known = [name for name, _ in question.choices]
    if question.key == "mirror":
        from scaffold.answers.mirrors import KINDS, public_mirrors
        from scaffold.catalogue import load_catalogue

        known = [*public_mirrors(), *(f"{kind}=" for kind in KINDS)]
        if "=" in typed:
            known = [f"{row.kind}={row.url}" for row in load_catalogue().mirrors]
    return [name for name in known if name.startswith(typed)]


def _all_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for question in reversed(QUESTIONS):
        if question.key != "advanced":
            function = _option(question)(function)
    return function


@click.command()
@click.argument("path", default=".", type=click.Path(path_type=Path))
@_all_options
@click.option(
    "--answers", "answers_path", type=click.Path(path_type=Path), help="Answers from a TOML file."
)
@preset_options
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
    preset: str | None,
    merge: bool,
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
    """Write a .devcontainer/ for the repository at PATH that works on this machine, or on --host.

    Reads the repository without executing anything, decides on image, CUDA, framework and Python,
    shows a summary, and writes. It prompts for what flags and answers leave open; --yes accepts the
    defaults.

    \b
    scaffold init                  for this machine
    scaffold init --host gpu01     for a server
    scaffold init --preset pytorch-finetune my-project
    """
    new = new_project(path, preset, merge=merge) if preset else None
    agree_to_project(path, "generate", trust=trust, dry_run=dry_run)
    given = all_given(answers_path, flags, overwrite=overwrite, preset=new)
    wanted = wanted_host(host_of(path, given), ssh_config, cached=cached)
    init_facts = read_init_facts(path, given, wanted, new.files if new else None)
    init_facts = replace(init_facts, given_by=given_by(answers_path, flags, new))
    showing = Showing(
        quiet=yes or as_json,
        dry_run=dry_run,
        overwrite=overwrite,
        as_json=as_json,
        verbose=verbose,
        found=partial(_show_found, init_facts, given, new, as_json=as_json),
    )
    if _is_declined(init_facts, given, showing):
        return
    interview = begin_interview(init_facts, given, ssh_config, showing)
    decided = settle(init_facts, given, interview, showing)
    if isinstance(decided, Conflict):
        _end_in_conflict(ctx, init_facts, decided, showing)
        return
    if decided is None:
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
    if interview and not dry_run:
        offer_start(ctx, decided)


def _show_found(
    init_facts: InitFacts, given: dict[str, Value], new: NewProject | None, *, as_json: bool
) -> None:
    if not as_json:
        show_found(init_facts, given)
        show_preset(new)


def _is_declined(init_facts: InitFacts, given: dict[str, Value], showing: Showing) -> bool:
    """Whether there is no Python project, and the user wants no plain container either."""
    if showing.as_json or not _has_nothing_to_do(init_facts, given):
        return False
    showing.found()
    return not wants_plain(quiet=showing.quiet or showing.dry_run)


def _has_nothing_to_do(init_facts: InitFacts, given: dict[str, Value]) -> bool:
    """Whether no Python project was found and no plain container was requested."""
    asked = {"framework", "stack", "package_manager", "nvcc", "python", "apt", "image"} & set(given)
    known = bool(init_facts.record.answers or init_facts.record.generated)
    project = init_facts.project
    return not (project.python_project or asked or known) and bool(project.other_language)


def _end_in_conflict(
    ctx: click.Context, init_facts: InitFacts, conflict: Conflict, showing: Showing
) -> None:
    if showing.as_json:
        project = project_json(init_facts.project)
        report.print_json({"project": project, "conflict": asdict(conflict), "files": []})
    elif not showing.asks:
        say(err=True)
        report.print_conflict(conflict, verbose=showing.verbose)
    ctx.exit(1)
