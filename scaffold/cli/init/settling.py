"""From answers to files that the user agreed to: the summary, changed answers, and the start."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scaffold.answers.question import Value
from scaffold.cli import report
from scaffold.cli.groups import STEPS, run_command
from scaffold.cli.init.answering import (
    check_answered,
    choose_project,
    defaults_taken,
    settle_own_files,
)
from scaffold.cli.init.report import show_files, show_summary
from scaffold.cli.terminal import say, terminal_present
from scaffold.commands.init.init import Decided, InitFacts, check_whole, decide
from scaffold.errors import InputError
from scaffold.records import dataclass
from scaffold.resolver.resolution import Conflict

if TYPE_CHECKING:
    from scaffold.cli.init.interview import Interview


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """What one run prints and asks."""

    quiet: bool
    dry_run: bool
    overwrite: bool
    as_json: bool
    verbose: bool
    found: Callable[[], None]
    """Prints what was found."""

    @property
    def asks(self) -> bool:
        """Whether the user is asked before anything is written."""
        return not (self.quiet or self.dry_run) and terminal_present()


def begin_interview(
    init_facts: InitFacts, given: dict[str, Value], ssh_config: Path | None, showing: Showing
) -> "Interview | None":
    """Show what was found and ask the open questions; None if nobody is to be asked.

    Raises InputError if there is no terminal and a question is open, except in a dry run.
    """
    if showing.quiet:
        return None
    if not terminal_present():
        if not showing.dry_run:
            check_answered(given, init_facts)
        return None
    showing.found()
    init_facts, given = choose_project(init_facts, given)
    from scaffold.cli.init.interview import Interview

    interview = Interview(init_facts, given, ssh_config)
    interview.ask_open()
    return interview


def settle(
    init_facts: InitFacts,
    given: Mapping[str, Value],
    interview: "Interview | None",
    showing: Showing,
) -> Decided | Conflict | None:
    """Decide until the user agrees; None if nothing is to be written.

    If the user is asked, a conflict or a wrong answer is explained, and one answer can be changed
    while the others stay. If not, a wrong answer is refused before anything is printed.
    """
    if interview is None:
        decided = _decide(init_facts, given, showing)
        showing.found()
        _show(decided, dict(given), showing)
        return decided
    while True:
        try:
            decided = _decide(interview.facts, interview.given, showing)
        except InputError as error:
            if not showing.asks:
                raise
            _change_after(error, interview)
            continue
        if isinstance(decided, Conflict) and showing.asks:
            report.print_conflict(decided, verbose=showing.verbose)
            if not _may_change(interview):
                return decided
            continue
        _show(decided, interview.given, showing)
        if isinstance(decided, Conflict) or not showing.asks:
            return decided
        if (agreed := _agreed(decided, interview)) is not None:
            return decided if agreed else None


def _decide(facts: InitFacts, answers: Mapping[str, Value], showing: Showing) -> Decided | Conflict:
    """Decide, also about files that the user wrote. Raises InputError for a wrong answer."""
    decided = decide(facts, answers)
    if isinstance(decided, Decided):
        decided = settle_own_files(decided, overwrite=showing.overwrite, may_ask=showing.asks)
        check_whole(decided)
    return decided


def _show(decided: Decided | Conflict, answers: dict[str, Value], showing: Showing) -> None:
    if showing.as_json or isinstance(decided, Conflict):
        return
    defaults = defaults_taken(answers, decided.init_facts) if showing.quiet else {}
    show_summary(decided, defaults, verbose=showing.verbose)
    show_files(decided, dry_run=showing.dry_run)


def _change_after(error: InputError, interview: "Interview") -> None:
    """Explain what is wrong, and change an answer. Raises Exit if the user does not want to."""
    say(error.message, err=True, label="error:", color="red")
    if error.hint:
        say(error.hint, err=True, label="hint:", color="cyan")
    if not _may_change(interview):
        raise click.exceptions.Exit(error.exit_code)


def _may_change(interview: "Interview") -> bool:
    from scaffold.cli.init.prompts import confirm_change

    return confirm_change() and interview.change()


def _agreed(decided: Decided, interview: "Interview") -> bool | None:
    """Whether the files are written; None if an answer was changed instead."""
    from scaffold.cli.init.prompts import CHANGE, WRITE, confirm_writing

    written = [one for one in decided.changes if one.status in {"new", "changed", "merged"}]
    choice = confirm_writing(len(written))
    if choice == CHANGE:
        interview.change()
        return None
    return choice == WRITE


def offer_start(ctx: click.Context, decided: Decided) -> None:
    """Ask whether to start the container now, unless `scaffold start` does it anyway."""
    from scaffold.cli.init.prompts import confirm_start
    from scaffold.commands.workspace.next import missing_programs

    lacks = [] if decided.answers.host else missing_programs()
    if ctx.find_root().meta.get(STEPS) or lacks or not confirm_start():
        return
    facts, config = decided.init_facts, decided.answers.config
    words = [
        *(["--config", config] if config else []),
        *(["--ssh-config", str(facts.ssh_config)] if facts.ssh_config else []),
        str(facts.root),
    ]
    ctx.exit(run_command(ctx, "up", words))
