"""Lines of the project's lists that the image leaves out, each with its reason.

Three kinds of line cannot be installed with the others: a path needs the source, a package
that compiles against the framework needs the framework first, and a pin that the chosen
build breaks needs another build.
"""

import re
import shlex
from collections.abc import Iterable, Iterator
from itertools import product

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from scaffold.project.facts import ProjectFacts
from scaffold.project.framework_table import BY_FRAMEWORK
from scaffold.records import dataclass
from scaffold.resolver.resolution import FrameworkBuild

_PLACE = re.compile(r"(.+):\d+")
_SPECIAL = re.compile(r"([\\.*\[\]^$/])")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One line of a file that the image's copy lacks. `note` is for the user, empty for none."""

    file: str
    text: str
    because: str
    note: str = ""


def left_out_lines(
    project: ProjectFacts, builds: tuple[FrameworkBuild, ...], files: tuple[str, ...]
) -> tuple[LeftOut, ...]:
    """Every line of the copied files that the image cannot install, once each."""
    found = (*_local(project), *_isolated(project), *_pinned(project, builds))
    unique = {(one.file, one.text): one for one in reversed(found)}
    return tuple(one for one in reversed(unique.values()) if one.file in files)


def file_of(where: str) -> str:
    """`requirements.txt` of `requirements.txt:3`."""
    match = _PLACE.fullmatch(where)
    return match[1] if match else where


def deletions(lines: tuple[LeftOut, ...]) -> Iterator[str]:
    """One `sed` command for each file, which deletes exactly these texts of the image's copy."""
    for file in dict.fromkeys(one.file for one in lines):
        texts = dict.fromkeys(one.text.strip() for one in lines if one.file == file)
        scripts = " ".join(f"-e {shlex.quote(_script(file, text))}" for text in texts if text)
        if scripts:
            yield f"sed -i {scripts} {shlex.quote(file)}"


_ENTRY = re.compile(r"[\w.\"'-]+\s*=\s*[{\[\"']")
"""`name = { path = "lib" }` and `name = "^1"`: what has a line of its own in TOML."""


_LISTED = re.compile(r'\[|^\s*"')
"""A line of TOML that opens a list or begins with an item."""


def without(file: str, content: str, texts: Iterable[str]) -> str:
    """The content as `deletions` leaves it, for a program that runs on this machine."""
    for text in dict.fromkeys(one.strip() for one in texts if one.strip()):
        escaped = re.escape(text)
        if file.endswith(".toml") and not _ENTRY.match(text):
            lines = content.splitlines(keepends=True)
            content = "".join(
                re.sub(f'"{escaped}",*', "", line, count=1) if _LISTED.search(line) else line
                for line in lines
            )
        else:
            content = re.sub(rf"(?m)^ *{_item(file)}{escaped} *(#.*)?$\n?", "", content)
    return content


def _script(file: str, text: str) -> str:
    if file.endswith(".toml") and not _ENTRY.match(text):
        # An item of a list, on the line that opens the list or on one that begins with an item.
        return rf'/\[\|^\s*"/s/"{_escaped(text)}",*//'
    return rf"/^ *{_item(file)}{_escaped(text)} *\(#.*\)*$/d"


def _item(file: str) -> str:
    """The text before each line of a list in YAML."""
    return "- *" if file.endswith((".yml", ".yaml")) else ""


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _local(project: ProjectFacts) -> Iterator[LeftOut]:
    for one in project.local:
        yield LeftOut(file_of(one.where), one.text, "needs the source, which post-create has")


def _isolated(project: ProjectFacts) -> Iterator[LeftOut]:
    for one in project.isolated:
        yield LeftOut(
            file_of(one.where), one.line or one.text, "is built after the framework, below"
        )


def _pinned(project: ProjectFacts, builds: tuple[FrameworkBuild, ...]) -> Iterator[LeftOut]:
    for build, pin in product(builds, project.framework_pins):
        if pin.name not in BY_FRAMEWORK[build.framework].packages:
            continue
        chosen = f"{build.version} ({build.variant})"
        because = f"is replaced by {chosen}, above"
        if not _allows(pin.spec, build.version):
            note = (
                f"{pin.where}: {pin.text} is left out of the image, replaced by {chosen}; "
                "change that line if you keep this build"
            )
            yield LeftOut(file_of(pin.where), pin.text, because, note)
        elif pin.name not in map(_name, build.requirements):
            # tensorflow and tensorflow-cpu write the same files.
            yield LeftOut(file_of(pin.where), pin.text, because)


def _name(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0]


def _allows(spec: str, version: str) -> bool:
    """Whether a release, or any patch release of a series `X.Y`, meets a specifier set."""
    try:
        specifiers = SpecifierSet(spec)
    except InvalidSpecifier:
        return True
    series = version.count(".") < 2
    patches = [version, *(f"{version}.{patch}" for patch in range(20) if series)]
    return any(specifiers.contains(one, prereleases=True) for one in patches)
