"""Shell lines of foreign texts as argument lists. Nothing is executed or expanded."""

import re
import shlex
from collections.abc import Iterator, Mapping
from posixpath import join as join_path
from posixpath import normpath

MAX_LINE = 4000
"""Characters of a joined line; longer ones are data, not commands."""

MAX_LINES = 400
"""Lines with install commands of one text; a large Dockerfile has some dozens."""

# One fixed word anywhere in the line, so that most lines cost one search.
_INSTALLER = re.compile(
    r"\b(?:pip3?|mim|conda|mamba|micromamba|uv|poetry|pdm|pipenv|pixi|apt|apt-get|aptitude"
    r"|virtualenv|pyenv|setup\.py|venv|cd|pushd|popd|git)\b|\w\.(?:ba|z)?sh\b"
)
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_PROMPT = re.compile(r"^\s*(?:[-*]\s+|\d{1,2}\.\s+)?(?:\([\w.-]+\)\s*)?(?:[$>%!]\s*)?(?:\.{3}\s)?")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
_LITERAL = re.compile(
    r"""^[ \t]*(?:(?:export|local|readonly)[ \t]+)?([A-Za-z_]\w*)=(["']?)([\w.+-]{1,60})\2"""
    r"""[ \t]*;?[ \t]*(?:\#.*)?$""",
    re.ASCII | re.MULTILINE,
)
_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))", re.ASCII)
_REMARK = re.compile(r"\(|(?:for|if|or|and|then|to|when)$")
"""A word of a command line from which a remark in plain words follows, without a `#`."""

SCRIPTS = (".sh", ".bash", ".zsh")
"""Endings of shell scripts."""

_SEPARATORS = frozenset({"&&", "||", ";", "|", "&", ";;"})
_MANAGERS = frozenset({"uv", "poetry", "pdm", "pixi", "pipenv", "pip", "apt-get", "apt"})
_VALUED = frozenset({"--directory", "--project", "-C", "-p", "--color", "--config-file", "-o"})
"""Options before a manager's verb whose value is the next word."""

_VALUED_BY_CLONE = frozenset(
    {"-b", "--branch", "--depth", "-o", "--origin", "-c", "--config", "-j", "--jobs"}
    | {"--filter", "--reference", "-u", "--upload-pack", "--template", "--separate-git-dir"}
)
"""Options of git clone whose value is the next word (git-clone(1))."""

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


def literals(text: str) -> dict[str, str]:
    """Variables that a text sets once, to a plain word: `export CUDA_VERSION=12.1`."""
    if "$" not in text:
        # Nothing refers to them; most texts are searched no further.
        return {}
    found: dict[str, set[str]] = {}
    for name, _, value in _LITERAL.findall(text):
        found.setdefault(name, set()).add(value)
    return {name: values.pop() for name, values in found.items() if len(values) == 1}


def expanded(line: str, values: Mapping[str, str]) -> str:
    """A line with the values of the variables that are known; others stay as they are."""
    if not values or "$" not in line:
        return line
    return _VARIABLE.sub(lambda found: values.get(found[1] or found[2], found[0]), line)


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
    if rest[0].endswith(SCRIPTS):
        # A script that is run by its own name: its path tells which one.
        return ["sh", *rest]
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


def cloned(argv: list[str]) -> list[str]:
    """The folder that `git clone` makes, if the command names it."""
    valued = {n + 1 for n, word in enumerate(argv) if word in _VALUED_BY_CLONE}
    words = [word for n, word in enumerate(argv) if n > 1 and word[:1] != "-" and n not in valued]
    urls = [number for number, word in enumerate(words) if "/" in word or "@" in word]
    if not urls:
        return []
    named = words[urls[0] + 1 :]
    name = named[0] if named else words[urls[0]].rstrip("/").rpartition("/")[2]
    return [name.removesuffix(".git").rstrip("/")]


def entered(folder: str, argv: list[str], clones: list[str]) -> str | None:
    """The folder after `cd`: None inside another project's clone.

    A folder that leaves the repository, and a variable, count as its root.
    """
    target = argv[1] if len(argv) > 1 else ""
    if argv[0] == "popd" or not target or target.startswith(("/", "~", "$", "-", "<")):
        return ""
    head, _, below = target.rstrip("/").removeprefix("./").partition("/")
    if not folder and head in clones:
        return normpath(below) if head == clones[0] and below else "" if head == clones[0] else None
    inside = normpath(join_path(folder, target))
    return "" if inside.startswith("..") or inside == "." else inside
