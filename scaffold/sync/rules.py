"""Which paths are excluded: git's rules, and `.scaffoldignore`, which has the same syntax."""

import re
import warnings
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from scaffold.records import dataclass

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

MAX_LINES = 10_000

IGNORE_FILE = ".scaffoldignore"

NEVER_SYNCED = (
    *(".venv/", ".tox/", ".nox/", ".pixi/", ".conda/", ".eggs/", "node_modules/"),
    *("__pycache__/", ".ipynb_checkpoints/", ".mypy_cache/", ".pytest_cache/", ".ruff_cache/"),
    ".DS_Store",
)
"""Rebuilt on each machine and useless on another; a `!` line in `.scaffoldignore` includes them."""

_CONFIGURATION = re.compile(r"\.devcontainer(/[^/]+)?")
ALWAYS_SYNCED = ("!devcontainer.json", "!Dockerfile")
"""In a configuration's folder: git ignores one person's settings, and the server needs them."""


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """The patterns of one ignore file, which apply to paths below its folder.

    `above` is the path from that folder down to the workspace, if the file is outside it.
    """

    folder: str
    spec: "GitIgnoreSpec"
    any_of: re.Pattern[str]
    above: str = ""

    def verdict(self, path: str) -> bool | None:
        """True: ignored; False: included again (`!path`); None: no rule. Folders end with `/`."""
        below = path[len(self.folder) + 1 :] if self.folder else self.above + path
        # Nearly every path matches nothing: one combined expression finds that out faster.
        return self.spec.check_file(below).include if self.any_of.match(below) else None


def read_rules(folder: str, content: bytes) -> IgnoreRules | None:
    """The rules of an ignore file, or None if it has none; invalid patterns are skipped."""
    lines = content.decode("utf-8", "replace").splitlines()[:MAX_LINES]
    return make_rules(folder, lines)


def configuration_rules(folder: str) -> IgnoreRules | None:
    """The rules that include the files of a configuration in its folder; None for another one."""
    return make_rules(folder, ALWAYS_SYNCED) if _CONFIGURATION.fullmatch(folder) else None


def make_rules(folder: str, lines: Sequence[str]) -> IgnoreRules | None:
    """The rules of these lines."""
    with warnings.catch_warnings():
        # Python warns of `[[`, which is what git allows.
        warnings.simplefilter("ignore", FutureWarning)
        return _compiled(folder, lines)


def _compiled(folder: str, lines: Sequence[str]) -> IgnoreRules | None:
    from pathspec import GitIgnoreSpec
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    from scaffold.sync.linear_patterns import LONGEST, linear

    lines = [line for line in lines if len(line) <= LONGEST]
    try:
        patterns = [GitIgnoreSpecPattern(line) for line in lines]
    except ValueError:
        # git skips a pattern that it cannot read.
        patterns = [GitIgnoreSpecPattern(line) for line in lines if _is_pattern(line)]
    spec = GitIgnoreSpec([linear(one) for one in patterns], backend="simple")
    expressions = [one.regex.pattern for one in spec.patterns if one.regex is not None]
    if not expressions:
        return None
    # Every expression names a group ps_d, which is allowed only once in a combined one.
    plain = (re.sub(r"\(\?P<\w+>", "(?:", text) for text in expressions)
    return IgnoreRules(folder, spec, re.compile("|".join(f"(?:{text})" for text in plain)))


def _is_pattern(line: str) -> bool:
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    try:
        GitIgnoreSpecPattern(line)
    except ValueError:
        return False
    return True


def verdict(path: str, rules: Iterable[IgnoreRules]) -> bool | None:
    """The verdict of rules, nearest first, for a path; a folder's path ends with `/`."""
    for rule in rules:
        # A loop, since a walk asks this of each path.
        one = rule.verdict(path)
        if one is not None:
            return one
    return None


def is_ignored(path: str, rules: Iterable[IgnoreRules]) -> bool:
    """Whether rules, nearest first, exclude a path."""
    return verdict(path, rules) is True
