"""The answers of one run of `init`: from flags, a file, prompts and consent."""

import sys
from pathlib import Path

import click

from scaffold.adapters.local.answers_file import read_answers
from scaffold.answers.for_host import of_this_host, reconciled
from scaffold.answers.question import Value
from scaffold.answers.questions import BY_KEY, QUESTIONS
from scaffold.answers.validation import check_content, check_value
from scaffold.cli import report
from scaffold.cli.terminal import terminal_present
from scaffold.commands.init.init import (
    Decided,
    InitFacts,
    WantedHost,
    marked,
    read_again,
)
from scaffold.commands.init.preset import NewProject
from scaffold.errors import InputError


def wants_plain(*, quiet: bool) -> bool:
    """Ask for a plain container, or say how to get one."""
    if not quiet and terminal_present():
        from scaffold.cli.init.prompts import confirm_plain

        return confirm_plain()
    out = report.console()
    out.print("\nNo Python project found, so nothing was written. For a plain container:")
    out.print("  scaffold init --stack cuda      with the CUDA toolkit")
    out.print("  scaffold init --stack python    without a GPU: add --target cpu")
    return False


def choose_project(
    init_facts: InitFacts, given: dict[str, Value]
) -> tuple[InitFacts, dict[str, Value]]:
    """Ask which of several projects is meant, since all further answers follow from it."""
    if not init_facts.project.siblings or "project_dir" in given or not terminal_present():
        return init_facts, given
    from scaffold.cli.init.prompts import choose_folder

    others = [sibling.path for sibling in init_facts.project.siblings]
    base = choose_folder([init_facts.project.base, *others])
    return read_again(init_facts, base), {**given, "project_dir": base}


def defaults_taken(given: dict[str, Value], init_facts: InitFacts) -> dict[str, Value]:
    """What a terminal would have asked, with the defaults that were taken."""
    from scaffold.answers.validation import complete

    known = {**of_this_host(init_facts.record.answers, given), **reconciled(given)}
    values = complete({**init_facts.defaults, **known}, init_facts.project, init_facts.host)
    return {
        question.key: values[question.key]
        for question in QUESTIONS
        if question.key not in {*known, *init_facts.defaults, "advanced"}
        and question.asked(init_facts.project, init_facts.host, values)
    }


def all_given(
    answers_path: Path | None,
    flags: dict[str, object],
    *,
    overwrite: bool,
    preset: NewProject | None,
) -> dict[str, Value]:
    """The answers of the preset, then those of the file, then those of the flags."""
    # Who replaces the files of the main configuration wants no second one.
    first: dict[str, Value] = {"config": ""} if overwrite else {}
    first |= preset.answers if preset else {}
    return first | (read_answers(answers_path) if answers_path else {}) | _given(flags)


def given_by(
    answers_path: Path | None, flags: dict[str, object], preset: NewProject | None
) -> dict[str, str]:
    """How each answer of `all_given` was given, by its key, as the subject of a sentence."""
    typed = _given(flags)
    return {
        **dict.fromkeys(preset.answers if preset else (), "the preset"),
        **dict.fromkeys(read_answers(answers_path) if answers_path else (), str(answers_path)),
        **{key: "you" if key == "image" else BY_KEY[key].flag for key in typed},
    }


def _given(flags: dict[str, object]) -> dict[str, Value]:
    given = {
        key: check_value(BY_KEY[key], value, BY_KEY[key].flag)
        for key, value in flags.items()
        if value is not None and value != ()
    }
    for key, value in given.items():
        check_content(key, value)
    return given


def wanted_host(host: str, ssh_config: Path | None, *, cached: bool) -> WantedHost | None:
    """The host to probe; None is this machine."""
    if not host:
        if cached:
            raise InputError("--cached goes with --host", hint="--host gpu01 --cached")
        return None
    from scaffold.cli.asking import make_asking

    if not cached and sys.stderr.isatty():
        click.echo(f"connecting to {host} …", err=True)
    return WantedHost(host, make_asking(), cached, ssh_config)


def check_answered(given: dict[str, Value], init_facts: InitFacts) -> None:
    """Raise InputError if a question is open and there is no terminal to ask at."""
    from scaffold.cli.init.interview import open_questions

    before, given = of_this_host(init_facts.record.answers, given), reconciled(given)
    answered = {**init_facts.defaults, **before, **given}
    missing = open_questions(answered, init_facts.project, init_facts.host)
    if missing:
        raise InputError(
            f"no terminal to ask at, and not answered: {', '.join(missing)}",
            hint="give these flags, or --yes for the defaults, or --answers FILE",
        )


def settle_own_files(decided: Decided, *, overwrite: bool, may_ask: bool) -> Decided:
    """Decide the fate of files that the user wrote or edited: shown, then kept or replaced."""
    own = [change for change in decided.changes if change.status in {"kept", "merged"}]
    if overwrite:
        kept = [change.path for change in own if change.status == "kept"]
        return marked(decided, kept, "changed")
    if not own or not may_ask:
        return decided
    from scaffold.cli.init.prompts import confirm_overwrite

    for change in own:
        report.print_diff(change.path, change.before or b"", change.after)
        agreed = confirm_overwrite(change.path)
        if change.status == "kept" and agreed:
            decided = marked(decided, [change.path], "changed")
        elif change.status == "merged" and not agreed:
            decided = marked(decided, [change.path], "kept")
    return decided
