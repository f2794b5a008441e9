"""pip's requirements files: packages, options, and the files they include."""

import re
from collections.abc import Iterator
from posixpath import join as join_path
from posixpath import normpath

from scaffold.project.choices.local_paths import local_line
from scaffold.project.choices.pip_lines import pip_notes
from scaffold.project.sources import OPTIONS, Note, Requirement, Source, Subject
from scaffold.project.syntax.requirement import parse_requirement
from scaffold.project.syntax.specifiers import cuda_release
from scaffold.project.syntax.text import place
from scaffold.project.syntax.toml_text import string_line, strings

_COMMENT = re.compile(r"(^|\s)#.*$")
_OPTION = re.compile(
    r"(-r|--requirement|-c|--constraint|-i|--index-url|--extra-index-url|-f|--find-links"
    r"|-e|--editable)(?:\s*=\s*|\s+|(?<=^-[rcife]))(.+)"
)
_PER_REQUIREMENT = re.compile(
    r"\s--(?:hash|config-settings|global-option|install-option|(?:no|only)-binary|pre"
    r"|prefer-binary|no-index|use-pep517)\b.*"
)
_OPTIONS = re.compile(r"(?:^|\s)(?!-[rce]\b|--requirement|--constraint|--editable)--?[a-z]")
"""Any option but for those that name a file or a folder."""

_AFTER = re.compile(
    r"([^-\s].*?)\s+(-f|--find-links|-i|--index-url|--extra-index-url)(?:\s*=\s*|\s+)(\S+)"
)
"""A package and an option on one line, which pip reads as a package alone."""

MAX_LINES = 10_000
"""Lines of one list; the largest environments that people freeze have a thousand."""

_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>")


def read_requirements(path: str, text: str, first_line: int = 1) -> Source:
    """Read one requirements file; included files are named, not read."""
    requirements: list[Requirement] = []
    notes: list[Note] = []
    mentions: set[str] = set()
    includes: list[tuple[str, bool]] = []
    problems: list[str] = []
    local = []
    lines = [(place(path, first_line + number - 1), line) for number, line in _logical_lines(text)]
    if len(lines) > MAX_LINES:
        problems.append(f"{lines[MAX_LINES][0]}: only {MAX_LINES} lines of a list are read")
        del lines[MAX_LINES:]
    notes.extend(pip_notes(iter(lines)))
    for where, whole in lines:
        line = _PER_REQUIREMENT.sub("", whole).strip()
        mentions |= {OPTIONS} if _OPTIONS.search(whole) else set()
        if after := _AFTER.fullmatch(line):
            topic = Subject.LINKS if after[2] in {"-f", "--find-links"} else Subject.INDEX
            notes.extend(index_notes(after[3], where, line, topic))
            line = after[1]
        option = _OPTION.fullmatch(line)
        if option and option[1] in {"-r", "--requirement", "-c", "--constraint"}:
            includes.append((relative_to(path, option[2]), option[1] in {"-c", "--constraint"}))
        elif option and option[1] not in {"-e", "--editable"}:
            topic = Subject.LINKS if option[1] in {"-f", "--find-links"} else Subject.INDEX
            notes.extend(index_notes(option[2].strip(), where, line, topic))
        elif line.startswith("-") and not option:
            continue
        else:
            target = option[2].strip() if option else line
            # pip reads paths from the folder where it runs, which is the root.
            path_line = local_line(target, where, editable=bool(option), shown=line)
            if path_line is not None:
                local.append(path_line)
            else:
                _add(requirements, problems, target, where)
    return Source(
        path=path,
        requirements=tuple(requirements),
        notes=tuple(notes),
        includes=tuple(includes),
        mentions=frozenset({*mentions, *("." for one in local if one.path == ".")}),
        problems=tuple(problems),
        local=tuple(local),
    )


def _add(found: list[Requirement], problems: list[str], line: str, where: str) -> None:
    try:
        requirement = parse_requirement(line, where)
    except ValueError as error:
        problems.append(f"{where}: {error}")
        return
    if line.startswith(_CONFLICT):
        problems.append(f"{where}: an unresolved merge conflict")
    elif requirement is not None:
        found.append(requirement)


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, continued ones joined, comments taken off."""
    pending, start = "", 0
    for number, raw in enumerate([*text.split("\n"), ""], start=1):
        line = _COMMENT.sub("", raw.replace("\0", " ")).rstrip()
        start = start or number
        if line.endswith("\\"):
            pending += line[:-1] + " "
            continue
        if whole := (pending + line).strip():
            yield start, whole
        pending, start = "", 0


def relative_to(path: str, target: str) -> str:
    """An included file's path from the root; one that leaves the root begins with `..`."""
    return normpath(join_path(path.rpartition("/")[0], target.strip().strip("'\"")))


def index_notes(url: str, where: str, text: str, topic: Subject = Subject.INDEX) -> list[Note]:
    """A package index or page of links, and the CUDA release in its address.

    PyTorch's indexes are named by their builds: `…/whl/cu124` is CUDA 12.4.
    """
    url = url.strip("'\"")
    found = [Note(topic, url, where, text)]
    release = cuda_release(url)
    return [*found, Note(Subject.CUDA, release, where, text)] if release else found


def url_notes(path: str, text: str, urls: list[object]) -> list[Note]:
    """Notes of indexes given by URL."""
    return [
        note
        for value in urls
        for url in strings(value)
        for note in index_notes(url, place(path, string_line(text, url)), url)
    ]


def requirement_list(
    path: str, text: str, items: object, group: str = "", after: str = ""
) -> tuple[list[Requirement], list[str]]:
    """Requirements from a list of strings in a structured file, and complaints."""
    found: list[Requirement] = []
    problems: list[str] = []
    for item in items if isinstance(items, list | tuple) else []:
        if not isinstance(item, str):
            continue
        where = place(path, string_line(text, item, after))
        try:
            requirement = parse_requirement(item, where, group)
        except ValueError as error:
            problems.append(f"{where}: {error}")
            continue
        if requirement is not None:
            found.append(requirement)
    return found, problems
