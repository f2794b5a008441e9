"""Shell lines of foreign texts as argument lists. Nothing is executed or expanded."""

import re
import shlex
from collections.abc import Iterator

MAX_LINE = 4000
"""Characters of a joined line; longer ones are data, not commands."""

MAX_LINES = 400
"""Lines with install commands of one text; a large Dockerfile has some dozens."""

# One fixed word anywhere in the line, so that most lines cost one search.
_INSTALLER = re.compile(
    r"\b(?:pip3?|conda|mamba|micromamba|uv|poetry|pdm|pipenv|pixi|apt|apt-get|aptitude"
    r"|virtualenv|pyenv|setup\.py|venv|cd|pushd|popd|git)\b"
)
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_PROMPT = re.compile(r"^\s*(?:[-*]\s+|\d{1,2}\.\s+)?(?:\([\w.-]+\)\s*)?(?:[$>%!]\s*)?(?:\.{3}\s)?")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
_REMARK = re.compile(r"\(|(?:for|if|or|and|then|to|when)$")
"""A word of a command line from which a remark in plain words follows, without a `#`."""

_SEPARATORS = frozenset({"&&", "||", ";", "|", "&", ";;"})
_MANAGERS = frozenset({"uv", "poetry", "pdm", "pixi", "pipenv", "pip", "apt-get", "apt"})
_VALUED = frozenset({"--directory", "--project", "-C", "-p", "--color", "--config-file", "-o"})
"""Options before a manager's verb whose value is the next word."""

_BEFORE = frozenset({"sudo", "RUN", "run:", "time", "exec", "env", "then", "do", "if", "&&", "{"})


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines that may hold an install command, with numbers; continued lines joined by spaces."""
    pending: list[str] = []
    size = start = found = 0
    for number, raw in enumerate([*text.split("\n"), ""], start=1):
        line = raw.rstrip()
        start = start if pending else number
        if line.endswith("\\") and size < MAX_LINE:
            pending.append(line[:-1])
            size += len(line)
            continue
        whole = " ".join([*pending, line]) if pending else line
        if len(whole) <= MAX_LINE and _INSTALLER.search(whole):
            found += 1
            yield start, whole
        pending, size = [], 0
        if found >= MAX_LINES:
            return


def commands_of(line: str) -> Iterator[tuple[list[str], tuple[str, ...]]]:
    """The commands of one shell line, without prompt, comment and sudo; and their settings."""
    plain = _COMMENT.sub("", _PROMPT.sub("", line, count=1))
    command: list[str] = []
    for word in [*_words(plain), ";"]:
        if word not in _SEPARATORS:
            command.append(word)
            continue
        stripped = _without_remark(_stripped(command))
        if stripped:
            before = command[: max(0, len(command) - len(stripped))]
            yield stripped, tuple(word for word in before if _ASSIGNMENT.fullmatch(word))
        command = []


def _without_remark(command: list[str]) -> list[str]:
    """`conda install dlib (only for faces)` up to the remark; `(cd x && pip install .)` whole."""
    end = next((n for n, word in enumerate(command) if n > 1 and _REMARK.match(word)), None)
    kept = command[:end]
    if kept and kept[-1].endswith(")") and "(" not in kept[-1]:
        kept[-1] = kept[-1].rstrip(")")
    return [word for word in kept if word]


def _words(line: str) -> list[str]:
    try:
        lexer = shlex.shlex(line, posix=True, punctuation_chars=";&|")
        lexer.whitespace_split = True
        lexer.commenters = ""
        return list(lexer)
    except ValueError:
        return line.replace(";", " ; ").split()


def _after_options(words: list[str]) -> list[str]:
    """A manager's words without the options before its verb, as in `uv --no-config sync`."""
    while words and words[0].startswith("-"):
        takes = "=" not in words[0] and words[0] in _VALUED
        words = words[2 if takes else 1 :]
    return words


def _stripped(command: list[str]) -> list[str]:
    """The command from its program on; `python -m pip` is pip, `uv pip` as well."""
    rest = list(command)
    while rest and (
        rest[0] in _BEFORE
        or _ASSIGNMENT.fullmatch(rest[0])
        # Options of sudo and of a Dockerfile's RUN.
        or (rest[0].startswith("-") and len(rest) < len(command))
    ):
        rest.pop(0)
    if not rest:
        return []
    rest[0] = rest[0].lstrip("!%$(`\"'").rpartition("/")[2]
    is_python = re.fullmatch(r"(?:python|py|pypy)[\d.]*", rest[0]) and rest[1:2] == ["-m"]
    if is_python and rest[2:3] in (["pip"], ["uv"], ["poetry"], ["pipenv"]):
        return _stripped(rest[2:])
    if rest[0] in _MANAGERS:
        rest = [rest[0], *_after_options(rest[1:])]
    if rest[:2] == ["uv", "pip"]:
        return ["pip", *rest[2:]]
    if rest[0] in {"pip3", "pip2"} or re.fullmatch(r"pip3?\.\d+", rest[0]):
        rest[0] = "pip"
    return rest
