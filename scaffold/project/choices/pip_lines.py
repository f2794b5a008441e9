"""Lines of requirements files that uv reads differently from pip, or not at all."""

import re
from collections.abc import Iterator

from scaffold.project.facts import PipOnly
from scaffold.project.sources import Note, Subject
from scaffold.project.syntax.text import one_line, without_credentials
from scaffold.project.view import View

_FOR_UV = (
    (re.compile(r"--pre"), "--prerelease=allow"),
    # pip takes the best release of all indexes, uv that of the first index with the package.
    (re.compile(r"--extra-index-url\b.*"), "--index-strategy=unsafe-best-match"),
    (re.compile(r"--trusted-host(?:\s*=\s*|\s+)(\S+)"), "--trusted-host={}"),
    (re.compile(r"[^-\s].*\s(?:-f|--find-links)(?:\s*=\s*|\s+)(\S+)"), "--find-links={}"),
    (re.compile(r"[^-\s].*\s--extra-index-url(?:\s*=\s*|\s+)(\S+)"), "--extra-index-url={}"),
)
"""Lines that uv leaves to its own command line, and the option that has pip's meaning."""

_VCS = r"(?:git|hg|svn|bzr)\+"
_FOR_PIP = (
    (rf"(?:-e|--editable)[\s=]*['\"]?(?:[\w.\[\],-]+\s*@\s*)?{_VCS}.*", "an editable repository"),
    (
        r"(?:[\w.\[\],-]+\s*@\s*)?(?:(?:hg|svn|bzr)\+|git\+git:).*",
        "a repository of hg, svn, bzr or git://",
    ),
    (r"--prefer-binary", "the option --prefer-binary"),
    (r".*\s--(?:config-settings?|(?:global|install|build)-option)\b.*", "an option of one package"),
    (
        r"[^-\s].*\s(?:-[fi]|--(?:find-links|(?:extra-)?index-url|(?:no|only)-binary))[\s=].*",
        "an option after a package",
    ),
    (r"[^-\s].*\s--(?:pre|prefer-binary|no-index|use-pep517)", "an option after a package"),
    (r"--(?:no|only)-binary[\s=]+\S+[,\s]+\S.*", "several packages after one option"),
    (r"(?:-f|--find-links)[\s=]*(?![a-z]+://)[^\s=].*", "a folder of wheels"),
    (r"-[ircf][^\s=-].*", "an option without a space"),
    (r"(?:--index-url|-i)\b.*", "two values of --index-url"),
    (r".*;", "an empty marker"),
    (r"[\w.-]+\s*===(?!\s*v?[\d.]+\s*$).*", "a version that is not PEP 440's"),
)
"""Forms that pip installs and uv refuses or ignores, tried with uv 0.13.9."""

_ROWS = tuple((re.compile(pattern), reason) for pattern, reason in _FOR_PIP)
_TWICE = "two values of --index-url"


def pip_notes(lines: Iterator[tuple[str, str]]) -> Iterator[Note]:
    """Notes on lines, each with its place: options for uv, and what only pip can read."""
    indexes = 0
    for where, line in lines:
        yield from _options(where, line)
        reason = next((reason for row, reason in _ROWS if row.fullmatch(line)), "")
        indexes += reason == _TWICE
        if reason and (reason != _TWICE or indexes > 1):
            yield Note(Subject.PIP_ONLY, reason, where, line)


def _options(where: str, line: str) -> Iterator[Note]:
    for row, option in _FOR_UV:
        if found := row.fullmatch(line):
            yield Note(Subject.UV_OPTION, option.format(*found.groups()), where, line)


def uv_options(view: View) -> tuple[str, ...]:
    """Options of `uv pip install` that give the followed lists their meaning for pip."""
    found = (note.value for one, note in view.notes(Subject.UV_OPTION) if view.on_path(one.path))
    return tuple(dict.fromkeys(found))


def pip_only(view: View) -> PipOnly | None:
    """The first line of the followed lists that uv cannot read."""
    for source, note in view.notes(Subject.PIP_ONLY):
        if view.on_path(source.path):
            text = one_line(without_credentials(note.text))
            return PipOnly(where=note.where, text=text, reason=note.value)
    return None
