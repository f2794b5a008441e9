"""Ways out of a conflict: each is tried on the same facts before it is shown."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import replace

from scaffold.answers.question import Question, Value
from scaffold.answers.questions import QUESTIONS
from scaffold.answers.validation import check_value
from scaffold.errors import InputError
from scaffold.resolver.resolution import Conflict, WayOut

_FLAGS = {question.flag: question for question in QUESTIONS}
_NEGATED = {f"--no-{question.key}": question for question in QUESTIONS if question.kind == "flag"}


def with_working_ways(conflict: Conflict, works: Callable[[Mapping[str, Value]], bool]) -> Conflict:
    """The conflict with those ways out that lift it; advice without flags stays as it is.

    `works` tells whether further answers lead to a container.
    """
    kept = tuple(way for way in conflict.ways_out if not way.how or _lifts(way, works))
    return replace(conflict, ways_out=kept)


def _lifts(way: WayOut, works: Callable[[Mapping[str, Value]], bool]) -> bool:
    try:
        return works(answers_of(way.how))
    except InputError:
        return False


def answers_of(flags: str) -> dict[str, Value]:
    """The answers that a command line's flags give. Raises InputError for an unknown flag."""
    words = shlex.split(flags)
    found: dict[str, Value] = {}
    while words:
        word = words.pop(0)
        if question := _NEGATED.get(word):
            found[question.key] = False
            continue
        question = _FLAGS.get(word)
        if question is None:
            raise InputError(f"unknown flag {word}")
        found[question.key] = _value(question, words)
    return found


def _value(question: Question, words: list[str]) -> Value:
    if question.kind == "flag":
        return True
    text = words.pop(0) if words else ""
    value: object = (text,) if question.kind == "list" else text
    return check_value(question, int(text) if question.kind == "number" else value, question.flag)
