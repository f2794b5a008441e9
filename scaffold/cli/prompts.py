"""Asking at the terminal, and only there."""

import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click
import questionary

from scaffold.answers.free_gpus import freest, in_use, usage
from scaffold.answers.questions import QUESTIONS, Question, Value, Values
from scaffold.answers.validation import check_content, check_value
from scaffold.errors import InputError
from scaffold.facts import HostFacts
from scaffold.project.facts import ProjectFacts

if TYPE_CHECKING:
    from prompt_toolkit.completion import Completer


def terminal_present() -> bool:
    """Whether somebody can answer: both ends of the conversation are a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty() and sys.stdout.isatty()


def ask_open(
    given: Mapping[str, Value],
    before: Mapping[str, Value],
    project: ProjectFacts,
    host: HostFacts,
    meet: Callable[[str], HostFacts],
) -> dict[str, Value]:
    """Ask what is not given and still matters; return the answers unlike their defaults.

    An answer of an earlier run, in `before`, is the default of its prompt. A host that is named
    is met, and its facts suggest the rest. An interrupt (^C) goes through as KeyboardInterrupt.
    """
    values: dict[str, Value] = {}
    answered: dict[str, Value] = {}
    with ExitStack() as closing:
        for question in QUESTIONS:
            suggested = question.default(project, host, {**given, **values})
            default = before.get(question.key, suggested)
            value = given.get(question.key, default)
            if question.key not in given and question.asked(project, host, values):
                free = question.key == "gpus" and question.key not in before
                proposal = _propose_gpus(host) if free else ""
                completer = _completer(question, host, values, closing)
                value = _ask(question, proposal or default, completer)
                if value != default:
                    answered[question.key] = value
                    host = meet(str(value)) if question.key == "host" else host
            values[question.key] = value
    return answered


def _propose_gpus(host: HostFacts) -> str:
    """Show how each GPU is used; the freest where another one is in use, else nothing."""
    gpus = host.gpus or ()
    for gpu in gpus:
        click.echo(f"  GPU {gpu.index}: {gpu.name}, {', '.join(usage(gpu))}")
    if not any(map(in_use, gpus)):
        return ""
    click.echo("  as it was at the time of the look; nothing is reserved")
    return f"device={freest(gpus)[0].index}"


def _completer(
    question: Question, host: HostFacts, values: Values, closing: ExitStack
) -> "Completer | None":
    """For folders of a host, what is there."""
    if question.key != "mount" or not values.get("host"):
        return None
    from scaffold.adapters.ssh.remote_paths import FolderNames
    from scaffold.cli.completion import FarFolders

    names = FolderNames(str(values["host"]), host.login.home or "")
    closing.callback(names.close)
    return FarFolders(names)


def open_questions(given: Mapping[str, Value], project: ProjectFacts, host: HostFacts) -> list[str]:
    """The flags of the questions that would be asked, for who has no terminal."""
    values: dict[str, Value] = {}
    flags = []
    for question in QUESTIONS:
        default = question.default(project, host, {**given, **values})
        values[question.key] = given.get(question.key, default)
        if question.key not in given and question.asked(project, host, values):
            flags.append(question.flag)
    return [flag for flag in flags if flag != "--advanced"]


def _ask(question: Question, default: Value, completer: "Completer | None" = None) -> Value:
    if question.kind == "choice":
        choices = [
            questionary.Choice(f"{name:<16} {text}", value=name) for name, text in question.choices
        ]
        chosen: str = questionary.select(
            question.prompt, choices, default=str(default)
        ).unsafe_ask()
        return chosen
    if question.kind == "flag":
        agreed: bool = questionary.confirm(question.prompt, default=default is True).unsafe_ask()
        return agreed
    answer = questionary.text(
        question.prompt,
        default=_as_text(default),
        validate=lambda text: _complaint(question, text) or True,
        completer=completer,
        complete_while_typing=False,
    )
    return _from_text(question, str(answer.unsafe_ask()))


def _as_text(default: Value) -> str:
    return ", ".join(default) if isinstance(default, tuple) else str(default)


def _from_text(question: Question, text: str) -> Value:
    value: object = text
    if question.kind == "list":
        value = [part.strip() for part in text.split(",") if part.strip()]
    elif question.kind == "number":
        value = int(text) if text.strip().isdigit() else text
    return check_value(question, value, question.flag)


def _complaint(question: Question, text: str) -> str:
    """What is wrong with an answer, in the line below it, or nothing."""
    try:
        check_content(question.key, _from_text(question, text))
    except InputError as error:
        return f"{error.message} ({error.hint})" if error.hint else error.message
    return ""


def confirm_overwrite(path: str) -> bool:
    """Ask whether a file of the user's may be replaced; a backup is kept."""
    agreed: bool = questionary.confirm(
        f"Replace your own {path}? (a backup is kept)", default=False
    ).unsafe_ask()
    return agreed


def confirm_writing() -> bool:
    """Ask whether the files of the summary may be written."""
    agreed: bool = questionary.confirm("Write these files?", default=True).unsafe_ask()
    return agreed


def confirm_plain() -> bool:
    """Ask whether a container is wanted although no Python project was found."""
    agreed: bool = questionary.confirm(
        "No Python project found. Write a plain container?", default=False
    ).unsafe_ask()
    return agreed


def choose_folder(folders: list[str]) -> str:
    """Ask which of several projects is meant; the first is the default."""
    choices = [questionary.Choice(folder or ".", value=folder) for folder in folders]
    chosen: str = questionary.select(
        "Which folder is the project?", choices, default=folders[0]
    ).unsafe_ask()
    return chosen
