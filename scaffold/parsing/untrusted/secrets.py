"""Finds secrets by name, by form and by place, and replaces them: the one detector.

The rules are rows of `secret_rules`; docs/secrets.md publishes them. Everything here is linear
in the length of the text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from scaffold.parsing.untrusted.secret_forms import Secret, find_forms, hidden, merged, redacted
from scaffold.parsing.untrusted.secret_rules import (
    HARMLESS_ENDS,
    HARMLESS_NAMES,
    HARMLESS_VALUES,
    HARMLESS_WORDS,
    NAME_ALONE,
    NAME_ENDS,
    NAME_PAIRS,
    NAME_PARTS,
    NAME_SHORTENED,
    NAME_TAILS,
    NAME_WORDS,
    RANDOM,
    SERVICES,
)
from scaffold.parsing.untrusted.secret_tools import find_in_commands

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

_ASSIGNED = re.compile(
    r"(?<![\w.-])([A-Za-z_][\w.-]{0,80}+)(?:\\?[\"']\]?)?[ \t]*+(?::=|=>|[:=])[ \t]*+"
    r"(?:[rbuRBU]{1,2}(?=[\"']))?"
    r"(?:\\?\"((?:[^\"\\\n]|\\.)*+)\"?|'([^'\n]*+)'?|([^\s\"'\\,;#${<(\[&|)]++)(?![(\[]))"
)

_OPTION = re.compile(
    r"(?<![\w-])--?([A-Za-z][\w.-]{0,80}+)(?:=|[ \t]++|\\?[\"'],?[ \t]*+\\?[\"'])"
    r"(?:\"([^\"\n]*+)\"?|'([^'\n]*+)'?|([^\s\"'\\-][^\s\"'\\]*+))"
)

_SPACED = re.compile(
    r"(?:\b(?:ENV|setenv)|\bset(?:[ \t]++-\w++){1,8}|\bconfigure[ \t]++set)[ \t]++"
    r"([A-Za-z_]\w{0,80}+)[ \t]++(?:\"([^\"\n]*+)\"?|'([^'\n]*+)'?|([^\s\"'=\\-][^\s\"'\\]*+))"
)

_QUERY = re.compile(r"(?<=[?&;])([A-Za-z_][\w.-]{0,80}+)=([^\s&;\"'<>#\\]++)")

_PAIR = re.compile(
    r"(?<![\w.-])([A-Za-z/][\w./:-]{0,80}?[_:][A-Za-z]\w{0,80}+)[ \t]++([\w+=-]{8,}+)(?=\s|$)"
)
"""A name of several words and its value, as arguments of `config set` have them."""

_ELEMENT = re.compile(r"<([A-Za-z_][\w.-]{0,80}+)>([^<>\n]{1,400}+)</")


def is_secret_name(name: str, value: str = "") -> bool:
    """Whether a variable, key or option of this name usually holds a secret.

    A `value` that looks random decides where the name alone does not.
    """
    words = [word.upper() for word in _WORD.findall(name)]
    if _by_value(words, value):
        return True
    if words and words[-1] in HARMLESS_ENDS:
        return bool(RANDOM.fullmatch(value)) and is_secret_name("_".join(words[:-1]))
    if len(words) == 1 and words[0] in NAME_ALONE:
        return bool(RANDOM.fullmatch(value))
    plain = "_".join(words)
    if not words or HARMLESS_NAMES.fullmatch(plain) or HARMLESS_NAMES.fullmatch(name.upper()):
        return False
    words = [word for word in words if not HARMLESS_WORDS.fullmatch(word)]
    return (
        any(_says_secret(word) for word in words)
        or (len(words) > 1 and words[-1] in NAME_ENDS)
        or any(pair in NAME_PAIRS for pair in pairwise(words))
    )


def _by_value(words: list[str], value: str) -> bool:
    """Names that are harmless with most values: those of services, `PWD`, `AUTH`, `LOGIN`."""
    if not words or value.lower() in HARMLESS_VALUES:
        return False
    last, whole = words[-1], "_".join(words)
    if whole in {"PWD", "OLDPWD"}:
        return re.fullmatch(r"[^\s/~$.%][^\s/]{3,}", value) is not None
    if last == "LOGIN":
        return re.fullmatch(r"[\w.@-]+:[^\s/]{4,}", value) is not None
    plain = re.fullmatch(r"[A-Za-z0-9_+=-]{8,}", value) is not None
    if whole == "AUTH" or (len(words) > 1 and last == "API") or NAME_SHORTENED.fullmatch(last):
        return plain and not value.isdigit()
    if whole in SERVICES or whole == "API":
        return len(value) >= 12 and RANDOM.fullmatch(value) is not None
    return {"AUTH", "STRING"} <= set(words) and RANDOM.fullmatch(value) is not None


def _says_secret(word: str) -> bool:
    if word in NAME_WORDS or any(part in word for part in NAME_PARTS):
        return True
    return word.startswith(("PASS", "CRED", "TOKEN")) or bool(NAME_TAILS.fullmatch(word))


def secret_variable(name: str, value: str) -> bool:
    """Whether a variable gives a secret away, by its name or by its value."""
    if value.strip().lower() in HARMLESS_VALUES:
        return False
    named = is_secret_name(name, value) and not _only_points(name, value)
    return named or bool(find_secrets(value)) or _bare_proxy(name, value)


def _only_points(name: str, value: str) -> bool:
    """A file's path, a reference to another variable, or a number of tokens is no secret."""
    if re.fullmatch(r"\$\{?[\w:.-]+\}?", value):
        return True
    words = [word.upper() for word in _WORD.findall(name)]
    pointing = words[-1] in {"FILE", "PATH", "DIR", "FOLDER", "CREDENTIALS", "CREDENTIAL", "URL"}
    if pointing and re.fullmatch(r"(~|\.{0,2})/[\w./ ~-]*|https?://[^\s@?]*", value):
        return True
    return "TOKENS" in words and value.strip().isdigit()


def _bare_proxy(name: str, value: str) -> bool:
    return "proxy" in name.lower() and "@" in value


def find_secrets(text: str) -> tuple[Secret, ...]:
    """All secrets of a text: forms, assignments by name, and words after options by name."""
    found = [
        *find_forms(text),
        *_assigned(text, _ASSIGNED),
        *_assigned(text, _OPTION),
        *_assigned(text, _SPACED),
        *_assigned(text, _ELEMENT),
        *_assigned(text, _QUERY),
        *_assigned(text, _PAIR, random=True),
        *find_in_commands(text),
    ]
    return merged(sorted(found, key=lambda one: (one.start, one.end)))


def _assigned(text: str, pattern: re.Pattern[str], *, random: bool = False) -> Iterator[Secret]:
    for match in pattern.finditer(text):
        groups = range(2, pattern.groups + 1)
        group = next((n for n in groups if match[n] is not None), 0)
        name, value = match[1], match[group] if group else ""
        between = text[match.end(1) : match.start(group)]
        # `--password=x` is neither prose nor code.
        if len(value) < (
            3 if (pattern is _OPTION and between == "=") else _shortest(name, between)
        ):
            continue
        if _gives_away(name, value) and (not random or RANDOM.fullmatch(value)):
            yield Secret(match.start(group), match.end(group), f"the name {name}")


def _shortest(name: str, between: str) -> int:
    """Characters from which a value counts: in prose and code short ones are something else."""
    return 1 if name.isupper() and between == "=" else 4 if between.strip(" \t:=") else 6


def _gives_away(name: str, value: str) -> bool:
    if value.lower() in HARMLESS_VALUES or value.startswith(("${", "{{", "<")):
        return False
    if re.fullmatch(r"\{\w[\w.]*\}", value):
        return False
    return is_secret_name(name, value) and not _only_points(name, value)


def secret_words(words: Sequence[str]) -> tuple[int, ...]:
    """Which words of a command line hold a secret, by their positions."""
    found = []
    for place, word in enumerate(words):
        before = words[place - 1] if place else ""
        named = before.startswith("-") and "=" not in before and is_secret_name(before)
        named = named and not word.startswith("-") and word.lower() not in HARMLESS_VALUES
        by_tool = before in {"-p", "-u", "-a", "--user"} and _tool_before(words, place)
        if named or by_tool or find_secrets(word):
            found.append(place)
    return tuple(found)


def _tool_before(words: Sequence[str], place: int) -> bool:
    line = " ".join(words[: place + 1])
    return any(one.end == len(line) for one in find_in_commands(line))


def redacted_settings(text: str, known: Iterable[str] = ()) -> str:
    """Like `redacted`, for configuration and command lines: secrets by name are hidden too."""
    text = redacted(text, known)
    return hidden(text, find_secrets(text))
