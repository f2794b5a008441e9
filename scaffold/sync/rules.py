"""Which paths are left out: git's rules, and `.scaffoldignore`, which is read in the same way."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

MAX_LINES = 10_000

OWN_FILE = ".scaffoldignore"

LEFT_HERE = (
    *(".venv/", ".tox/", ".nox/", ".pixi/", ".conda/", ".eggs/", "node_modules/"),
    *("__pycache__/", ".ipynb_checkpoints/", ".mypy_cache/", ".pytest_cache/", ".ruff_cache/"),
    ".DS_Store",
)
"""Made anew on each machine, and of no use on another; a `!` in `.scaffoldignore` takes it back."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The patterns of one file, which speak of paths below its folder.

    `above` is the way from that folder down to the workspace, where it lies outside.
    """

    folder: str
    spec: "GitIgnoreSpec"
    any_of: re.Pattern[str]
    above: str = ""

    def verdict(self, path: str) -> bool | None:
        """True ignored, False taken back (`!path`), None not spoken of; folders end with `/`."""
        below = path[len(self.folder) + 1 :] if self.folder else self.above + path
        # Nearly every path matches nothing: one expression says so sooner than each by itself.
        return self.spec.check_file(below).include if self.any_of.match(below) else None


def read_rules(folder: str, content: bytes) -> Rules | None:
    """The rules of an ignore file, None where it has none; what is no pattern is passed over."""
    lines = content.decode("utf-8", "replace").splitlines()[:MAX_LINES]
    return make_rules(folder, lines)


def make_rules(folder: str, lines: Sequence[str]) -> Rules | None:
    """The rules of these lines."""
    from pathspec import GitIgnoreSpec

    try:
        spec = GitIgnoreSpec.from_lines(lines)
    except ValueError:
        # git passes over a pattern that it cannot read.
        spec = GitIgnoreSpec.from_lines(filter(_is_pattern, lines))
    expressions = [one.regex.pattern for one in spec.patterns if one.regex is not None]
    if not expressions:
        return None
    # The expressions all name a group ps_d, which one expression may have only once.
    plain = (re.sub(r"\(\?P<\w+>", "(?:", text) for text in expressions)
    return Rules(folder, spec, re.compile("|".join(f"(?:{text})" for text in plain)))


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def verdict(path: str, rules: Iterable[Rules]) -> bool | None:
    """What rules, the nearest first, say of a path; a folder's path ends with `/`."""
    said = (rule.verdict(path) for rule in rules)
    return next((one for one in said if one is not None), None)


def is_ignored(path: str, rules: Iterable[Rules]) -> bool:
    """Whether rules, the nearest first, leave a path out."""
    return verdict(path, rules) is True
