"""Install commands of a shell script that the README runs, and the conditions they stand under.

Nothing is executed. A condition counts only where the script's own options decide it, as in
`--basic) BASIC=true` and `if [ "$BASIC" = true ]`; a command under any other condition, such as a
test of the machine, is never followed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from scaffold.project.readme.commands import read_commands
from scaffold.project.sources import UNDECIDED, Command, Source

_OPTION = re.compile(
    r"^\s*\(?((?:-{1,2}[\w-]+\s*\|?\s*)+)\)\s*([A-Za-z_]\w*)=(?:true|1|yes|on|y)\b"
)
_HEREDOC = re.compile(r"<<-?\s*['\"]?([A-Za-z_]\w*)['\"]?")
_WORD = re.compile(r"(?:^|[;&|]|\bthen\b|\belse\b|\bdo\b)\s*(if|elif|else|fi|case|esac)\b")
_TEST = re.compile(r"^\s*(?:\[\[?|test)\s(?P<test>.*?)(?:&&|$)")
_POSITIVE = re.compile(
    r"""^\s*(?:\[\[?|test)?\s*(?:-n\s+)?["']?\$\{?([A-Za-z_]\w*)\}?["']?"""
    r"""(?:\s*(?:==?|-eq)\s*["']?(?:true|1|yes|on|y)["']?)?\s*(?:\]\]?)?\s*;?\s*(?:then)?\s*$"""
)
_FUNCTION = re.compile(r"^(?:function\s+)?([A-Za-z_][\w-]*)\s*(?:\(\s*\))?\s*\{\s*$")


def read_script(path: str, text: str) -> Source:
    """A shell script as a source; each command with the options without which it is left out."""
    under = _conditions(text)
    commands = tuple(
        replace(command, conditions=under[_line(command) - 1])
        for command in read_commands(path, text)
    )
    requirements = tuple(
        replace(found, text=command.text) for command in commands for found in command.requirements
    )
    return Source(path=path, requirements=requirements, commands=commands)


def _line(command: Command) -> int:
    return int(command.where.rpartition(":")[2])


def _conditions(text: str) -> list[tuple[str, ...]]:
    """For each line the options that it needs; `UNDECIDED` where something else decides."""
    lines = text.split("\n")
    options, called = dict(_options(lines)), {line.split(" ")[0].rstrip(";") for line in lines}
    found: list[tuple[str, ...]] = []
    open_blocks: list[str] = []
    function = heredoc = ""
    for line in lines:
        before = list(open_blocks)
        if heredoc:
            found.append((UNDECIDED,))
            heredoc = "" if line.strip() == heredoc else heredoc
            continue
        plain = re.sub(r"(?:^|\s)#.*$", "", line)
        opened = _enter(open_blocks, plain, options)
        if defined := _FUNCTION.match(plain):
            function = defined[1]
        if plain.startswith("}"):
            function = ""
        outside = [UNDECIDED] if function and function not in called else []
        found.append(tuple(dict.fromkeys([*before, *opened, *_tested(plain, options), *outside])))
        heredoc = there[1] if (there := _HEREDOC.search(plain)) else ""
    return found


def _options(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The variables that options set, with the option in its longest spelling."""
    for line in lines:
        if found := _OPTION.match(line):
            yield found[2], max(re.findall(r"-{1,2}[\w-]+", found[1]), key=len)


def _enter(blocks: list[str], line: str, options: Mapping[str, str]) -> list[str]:
    """Follow the words of a line that open and close blocks; the blocks that it was in."""
    passed = []
    for word in _WORD.finditer(line):
        if word[1] in {"fi", "esac", "elif", "else"} and blocks:
            blocks.pop()
        if word[1] in {"if", "elif"}:
            blocks.append(_needed(line[word.end() :], options))
        elif word[1] in {"case", "else"}:
            blocks.append(UNDECIDED)
        passed += blocks
    return passed


def _needed(condition: str, options: Mapping[str, str]) -> str:
    test = re.split(r";\s*then\b|\bthen\b", condition)[0]
    found = _POSITIVE.match(test)
    return options.get(found[1], UNDECIDED) if found else UNDECIDED


def _tested(line: str, options: Mapping[str, str]) -> list[str]:
    """The condition of `[ "$BASIC" = true ] && pip install …`."""
    found = _TEST.match(line)
    return [_needed(found["test"], options)] if found else []
