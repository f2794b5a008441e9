"""The prompts of `init`: one question each, with a line of help, `?` for more, and a check."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import questionary

from scaffold.answers.explanations import EXPLANATIONS
from scaffold.answers.question import Question, Value, as_text
from scaffold.answers.validation import check_content, check_value
from scaffold.cli.report import line, paragraph
from scaffold.cli.terminal import ask, prompt_output
from scaffold.errors import InputError
from scaffold.parsing.untrusted.numbers import whole
from scaffold.parsing.untrusted.printable import printable

if TYPE_CHECKING:
    from prompt_toolkit.completion import Completer

MORE = "?"
WRITE, CHANGE, STOP = "write", "change", "stop"
TYPED = "\0typed"
"""The choice to type a name; no name contains its first character."""


def ask_question(
    question: Question,
    default: Value,
    *,
    left_out: Sequence[str] = (),
    completer: "Completer | None" = None,
) -> Value:
    """Ask one question until its answer can be read; `?` explains it."""
    explanation = EXPLANATIONS[question.key]
    paragraph(explanation.line)
    typed = as_text(default)
    while True:
        if question.kind == "flag":
            return ask(question.prompt, default=default is True)
        if question.kind == "choice":
            typed = _chosen(question, default, left_out)
        else:
            typed = _typed(question.prompt, typed, completer)
        if typed.strip() == MORE:
            paragraph(explanation.more or explanation.line)
            typed = as_text(default)
        elif complaint := _complaint(question, typed):
            paragraph(complaint, "yellow")
        else:
            return _from_text(question, typed)


def _chosen(question: Question, default: Value, left_out: Sequence[str]) -> str:
    rows = [(name, f"{name:<16} {text}") for name, text in question.choices]
    known = [(name, text) for name, text in rows if name not in left_out]
    more = [(MORE, "?                explain these")] if EXPLANATIONS[question.key].more else []
    return _select(question.prompt, [*known, *more], str(default))


def _select(prompt: str, rows: Iterable[tuple[str, str]], default: str = "") -> str:
    choices = [questionary.Choice(printable(text), value=name) for name, text in rows]
    first = default if any(one.value == default for one in choices) else None
    chosen: str = questionary.select(
        prompt,
        choices,
        default=first,
        output=prompt_output(),
        instruction=" ",
        erase_when_done=True,
    ).unsafe_ask()
    # The answer alone: with its explanation it would be too wide for a line.
    text = next(str(one.title) for one in choices if one.value == chosen)
    line(("? ", "cyan"), (f"{prompt} ", "bold"), (text.partition("  ")[0], "yellow"))
    return chosen


def _typed(prompt: str, default: str, completer: "Completer | None" = None) -> str:
    answer = questionary.text(
        prompt,
        default=printable(default),
        completer=completer,
        complete_while_typing=False,
        output=prompt_output(),
    )
    return str(answer.unsafe_ask())


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
        hint = error.hint.replace("\n", "; ")
        return f"{error.message} ({hint})" if hint else error.message
    return ""


def ask_host(question: Question, known: Sequence[str], default: str) -> str:
    """Ask for a server: one of the known ones, another name, or none to describe it."""
    from scaffold.cli.completion import Words

    def type_it() -> str:
        return str(ask_question(question, default, completer=Words(known)))

    if not known:
        return type_it()
    paragraph(EXPLANATIONS["host"].line)
    others = [(TYPED, "another name (type it)"), ("", "no name: I describe its driver and GPUs")]
    rows = [*((name, name) for name in known), *others]
    chosen = _select("Which server?", rows, default or known[0])
    return type_it() if chosen == TYPED else chosen


def ask_what_to_change(rows: Sequence[tuple[str, str]]) -> str:
    """Ask which answer to change; empty for none."""
    return _select("Which answer?", [*rows, ("", "none of them")], rows[0][0])


def confirm_overwrite(path: str) -> bool:
    """Ask whether a file of the user's may be replaced; a backup is kept."""
    return ask(f"Replace your own {path}? (a backup is kept)")


def confirm_writing(count: int) -> str:
    """Ask whether the files of the summary are written, or an answer changed first."""
    files = "this file" if count == 1 else f"these {count} files"
    rows = [(WRITE, "yes"), (CHANGE, "change an answer first"), (STOP, "no, write nothing")]
    return _select(f"Write {files}?", rows, WRITE)


def confirm_change() -> bool:
    """Ask whether an answer is changed after all answers together did not work."""
    return ask("Change an answer?", default=True)


def confirm_start() -> bool:
    """Ask whether the container is started at once."""
    return ask("Start it now? (runs scaffold up)", default=True)


def confirm_plain() -> bool:
    """Ask whether a container is wanted although no Python project was found."""
    return ask("No Python project found. Write a plain container?")


def choose_folder(folders: list[str]) -> str:
    """Ask which of several projects is meant; the first is the default."""
    return _select(
        "Which folder is the project?", [(one, one or ".") for one in folders], folders[0]
    )
