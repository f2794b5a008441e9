"""Prompts for the questions of `init`; without a terminal nothing is asked."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import questionary

from scaffold.answers.free_gpus import freest, in_use, usage
from scaffold.answers.question import Question, Value, Values
from scaffold.answers.questions import QUESTIONS
from scaffold.answers.validation import check_content, check_value
from scaffold.cli.terminal import ask, prompt_output, say
from scaffold.commands.init.wishes import why_not_on
from scaffold.errors import InputError
from scaffold.facts import HostFacts
from scaffold.parsing.untrusted.numbers import whole
from scaffold.parsing.untrusted.printable import printable
from scaffold.project.facts import ProjectFacts

if TYPE_CHECKING:
    from prompt_toolkit.completion import Completer


def ask_open(
    given: Mapping[str, Value],
    before: Mapping[str, Value],
    project: ProjectFacts,
    host: HostFacts,
    meet: Callable[[str], HostFacts],
    ssh_config: Path | None = None,
) -> dict[str, Value]:
    """Ask what is not given and still matters; return the answers that differ from the default.

    An answer of an earlier run, in `before`, is the default of its prompt. A named host is
    checked first, and its facts suggest the other answers. ^C raises KeyboardInterrupt.
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
                if question.key == "image" and not default:
                    proposal = _propose_image(project, host)
                completer = _completer(question, host, values, ssh_config, closing)
                value = _ask(question, proposal or default, completer)
                if value != default:
                    answered[question.key] = value
                    host = meet(str(value)) if question.key == "host" else host
            values[question.key] = value
    return answered


def _propose_gpus(host: HostFacts) -> str:
    """Show how each GPU is used; propose the freest if any is in use, else nothing."""
    gpus = host.gpus or ()
    for gpu in gpus:
        say(f"  GPU {gpu.index}: {gpu.name}, {', '.join(usage(gpu))}")
    if not any(map(in_use, gpus)):
        return ""
    say("  use at the time of the check; nothing is reserved")
    return f"device={freest(gpus)[0].index}"


def _propose_image(project: ProjectFacts, host: HostFacts) -> str:
    """Say what the project's own Dockerfile builds on; propose it if it runs on the host."""
    named = project.base_image
    if named is None:
        return ""
    say(f"  {printable(named.where)} builds on {printable(named.text)}")
    refusal = why_not_on(named.text, host)
    if refusal:
        say(f"  not proposed: {printable(refusal)}")
    return "" if refusal else named.text


def _completer(
    question: Question,
    host: HostFacts,
    values: Values,
    ssh_config: Path | None,
    closing: ExitStack,
) -> "Completer | None":
    """Completes folders of the host in the question for mounts, and the names of mirrors."""
    if question.key == "mirror":
        from scaffold.answers.mirrors import public_mirrors
        from scaffold.cli.completion import Words

        return Words(public_mirrors())
    if question.key != "mount" or not values.get("host"):
        return None
    from scaffold.adapters.ssh.remote_paths import FolderNames
    from scaffold.cli.completion import RemoteFolders

    names = FolderNames(str(values["host"]), host.login.home or "", ssh_config)
    closing.callback(names.close)
    return RemoteFolders(names)


def open_questions(given: Mapping[str, Value], project: ProjectFacts, host: HostFacts) -> list[str]:
    """The flags of the questions that would be asked at a terminal."""
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
            question.prompt, choices, default=str(default), output=prompt_output()
        ).unsafe_ask()
        return chosen
    if question.kind == "flag":
        return ask(question.prompt, default=default is True)
    answer = questionary.text(
        question.prompt,
        default=printable(_as_text(default)),
        validate=lambda text: printable(_complaint(question, text)) or True,
        completer=completer,
        complete_while_typing=False,
        output=prompt_output(),
    )
    return _from_text(question, str(answer.unsafe_ask()))


def _as_text(default: Value) -> str:
    return ", ".join(default) if isinstance(default, tuple) else str(default)


def _from_text(question: Question, text: str) -> Value:
    value: object = text
    if question.kind == "list":
        value = [part.strip() for part in text.split(",") if part.strip()]
    elif question.kind == "number":
        value = whole(text) if whole(text) is not None else text
    return check_value(question, value, question.flag)


def _complaint(question: Question, text: str) -> str:
    """What is wrong with an answer; empty if nothing is."""
    try:
        check_content(question.key, _from_text(question, text))
    except InputError as error:
        return f"{error.message} ({error.hint})" if error.hint else error.message
    return ""


def confirm_overwrite(path: str) -> bool:
    """Ask whether a file of the user's may be replaced; a backup is kept."""
    return ask(f"Replace your own {path}? (a backup is kept)")


def confirm_writing() -> bool:
    """Ask whether the files of the summary may be written."""
    return ask("Write these files?", default=True)


def confirm_plain() -> bool:
    """Ask whether a container is wanted although no Python project was found."""
    return ask("No Python project found. Write a plain container?")


def choose_folder(folders: list[str]) -> str:
    """Ask which of several projects is meant; the first is the default."""
    choices = [questionary.Choice(printable(folder or "."), value=folder) for folder in folders]
    chosen: str = questionary.select(
        "Which folder is the project?", choices, default=folders[0], output=prompt_output()
    ).unsafe_ask()
    return chosen
