"""The user's own defaults for every project: which answers they may give, and their text in TOML.

They are mirrors, mounts and the like of one person; what belongs to a project stays in its record.
"""

from collections.abc import Mapping

from scaffold.answers.question import Question, Value
from scaffold.answers.questions import BY_KEY
from scaffold.answers.validation import check_content, check_value
from scaffold.errors import InputError
from scaffold.nearest import one_of
from scaffold.parsing.untrusted.documents import BrokenDocumentError, read_toml

KEYS = ("mirror", "mount", "user", "shm", "installer", "extension", "feature")
"""Answers that a person gives alike in every project."""

HEAD = """\
# Your defaults for every `scaffold init`. Flags, an answers file and the answers that a project
# has recorded go first. `scaffold config --help` explains the keys. Keep no secrets in it.
"""


def rows() -> dict[str, Question]:
    """The questions that a default may answer, by key."""
    return {key: BY_KEY[key] for key in KEYS}


def question_of(key: str) -> Question:
    """The question of a key, `shm` or `--shm`. Raises InputError with the nearest known key."""
    name = key.removeprefix("--").replace("-", "_")
    if name not in KEYS:
        raise InputError(f"unknown key {key!r}", hint=one_of(name, KEYS))
    return rows()[name]


def value_of(question: Question, words: tuple[str, ...]) -> Value:
    """The value that words of a command line mean. Raises InputError as the flag of init does."""
    if question.kind != "list" and len(words) != 1:
        raise InputError(f"{question.key} takes one value, not {len(words)}")
    value = check_value(question, words if question.kind == "list" else words[0], question.key)
    return _checked(question.key, value)


def checked_defaults(table: Mapping[str, object], where: str) -> dict[str, Value]:
    """The defaults of a file; `where` names it. Raises InputError for the first that is wrong."""
    found = {}
    for key, raw in table.items():
        if key not in KEYS:
            raise InputError(f"{where}: unknown key {key!r}", hint=one_of(key, KEYS))
        value = check_value(rows()[key], raw, f"{where}: {key}")
        try:
            found[key] = _checked(key, value)
        except InputError as error:
            raise InputError(f"{where}: {error.message}", hint=error.hint) from error
    return found


def _checked(key: str, value: Value) -> Value:
    # Imported here, since few users have defaults.
    from scaffold.parsing.untrusted.secrets import find_secrets

    check_content(key, value)
    for text in value if isinstance(value, tuple) else (str(value),):
        if find_secrets(text):
            raise InputError(
                f"{key}: the value looks like a secret",
                hint="defaults end up in files and images; keep secrets in your environment",
            )
    return value


def with_default(text: str, key: str, value: Value | None) -> str:
    """The file's text with another value of a key, or without the key for None.

    All other lines stay as they are, comments too.
    """
    import tomli_w

    line = "" if value is None else tomli_w.dumps({key: value})
    lines = text.splitlines(keepends=True)
    for start, one in enumerate(lines):
        if one.partition("=")[0].strip().strip("\"'") == key:
            end = _end_of_value(lines, start)
            return "".join([*lines[:start], line, *lines[end:]])
    gap = "\n" if text and not text.endswith("\n") else ""
    return text + gap + line


def _end_of_value(lines: list[str], start: int) -> int:
    """The number of the line after a value, which may be a list of several lines."""
    for end in range(start + 1, len(lines) + 1):
        try:
            read_toml("".join(lines[start:end]))
        except BrokenDocumentError:
            continue
        return end
    return start + 1
