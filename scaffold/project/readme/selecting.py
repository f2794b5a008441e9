"""Which of the install commands of a text are for a checkout of the project."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from scaffold.project.choices.aside import ASIDE
from scaffold.project.packages.frameworks import framework_of
from scaffold.project.readme.markdown import is_aside
from scaffold.project.sources import Command, Requirement, Source

_INSTALLING = re.compile(
    r"install|set ?-?up|requirement|dependenc|environment|get(?:ting)? started|quick ?-?start"
    r"|prerequisite|prepar|how to run|build|instala|einrichtung|voraussetzung|установ|требован"
    r"|安装|安裝|环境|環境|依赖|依賴|配置|部署|快速开始|准备|インストール|セットアップ|설치|환경",
    re.IGNORECASE,
)
TOOLS = frozenset({"pip", "setuptools", "wheel", "virtualenv", "pipenv", "poetry", "uv", "pdm"}) | {
    "hatch",
    "openmim",
    "conda",
    "pipx",
    "build",
    "twine",
    "packaging",
    "ninja",
    "pre-commit",
    "huggingface-hub",
    "gdown",
}
"""Programs that install or fetch, which are no dependencies of the project."""


def of_root(command: Command) -> bool:
    """Whether a command installs the project of the root."""
    return any(target == "." for target, _, _ in command.local)


_OF_CHECKOUT = frozenset({"project", "list", "environment", "sync"})
_DEVELOPMENT = re.compile(r"\b(?:development|developing|develop)\b", re.IGNORECASE)


def _is_for_checkout(command: Command) -> bool:
    """Whether the heading is that of the development version's installation, and no more."""
    heading = command.section.rpartition(" / ")[2]
    rest, found = _DEVELOPMENT.subn("", heading)
    return bool(found and _INSTALLING.search(rest)) and not is_aside(rest)


def taken(
    commands: Iterable[Command], sources: Mapping[str, Source], names: set[str]
) -> Iterator[Command]:
    """The commands that install the project, with what is the project's own of each."""
    candidates = _candidates(commands)
    about = [one for one in candidates if _INSTALLING.search(one.section)] or candidates
    sections = {one.section for one in about}
    if about and not _INSTALLING.search(about[0].section):
        sections = {about[0].section}
    blocks = any(one.shown for one in about)
    for command in candidates:
        here, spoken = command.section in sections, blocks and not command.shown
        # What a sentence says of a folder's list is about that folder.
        lists = (one for one in command.lists if not (spoken and "/" in one))
        wanted = command.requirements if here and not spoken else ()
        whole = replace(
            command,
            lists=tuple(one for one in lists if one in sources and not _aside(one, sources)),
            environments=tuple(one for one in command.environments if one in sources),
            requirements=tuple(one for one in wanted if not _own(one, names, sources)),
        )
        if not _is_empty(whole) and (here or whole.kind != "project" or of_root(whole)):
            yield whole


def _candidates(commands: Iterable[Command]) -> list[Command]:
    known = [one for one in commands if one.kind != "apt"]
    found = [one for one in known if not one.optional]
    if any(one.kind in _OF_CHECKOUT and one.shown for one in found):
        return found
    # Nothing else installs the checkout, which is the development version.
    return [one for one in known if not one.optional or _is_for_checkout(one)]


def _is_empty(command: Command) -> bool:
    if command.kind == "packages":
        return not (command.requirements or command.lists)
    return command.kind == "list" and not command.lists


def _aside(path: str, sources: Mapping[str, Source]) -> bool:
    """A list for images or documentation, if the root has one of its own."""
    folders = set(path.split("/")[:-1])
    return bool(ASIDE & folders) and f"{path.rpartition('/')[2]}" in sources


def _own(found: Requirement, names: set[str], sources: Mapping[str, Source]) -> bool:
    """The project itself, as a release or a checkout, or a tool that only installs."""
    folder = f"{found.name.replace('-', '_')}/"
    if found.url and any(path.lower().startswith(folder) for path in sources):
        return True
    if found.name == "setuptools" and "==" in found.spec:
        # Old code imports what later releases removed: torch.utils.tensorboard of torch 1.9.
        return False
    return found.name in names or (found.name in TOOLS and framework_of(found) is None)
