"""What one file of a repository says, before anything is decided."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Unread:
    """Stands where a file's content would: why it could not be had."""

    reason: str


class Topic(StrEnum):
    """What a note speaks of."""

    PYTHON = "python"
    CUDA = "cuda"
    NVCC = "nvcc"
    PORT = "port"
    INDEX = "index"
    LINKS = "links"
    CHANNEL = "channel"
    FRAMEWORK = "framework"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One dependency as a file names it.

    `name` is normalised (PEP 503), `spec` a PEP 440 specifier set without local versions.
    `group` is empty for what every install takes, else the extra, group or environment.
    `local` is a local version or build string (`cu118`), `url` a direct reference.
    `conda` says that conda installs it, as a finished build.
    """

    name: str
    spec: str = ""
    extras: tuple[str, ...] = ()
    where: str = ""
    text: str = ""
    group: str = ""
    marker: str = ""
    local: str = ""
    url: str = ""
    conda: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """One observation that is no dependency: a Python range, a CUDA release, a port."""

    topic: Topic
    value: str
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """One file's content.

    `tools` are package managers whose own tables stand in it, `includes` the files it names
    as (path relative to the root, whether only as constraints). `installable` says that the
    file makes its folder a Python project.
    """

    path: str
    requirements: tuple[Requirement, ...] = ()
    notes: tuple[Note, ...] = ()
    includes: tuple[tuple[str, bool], ...] = ()
    tools: frozenset[str] = frozenset()
    mentions: frozenset[str] = frozenset()
    installable: bool = False
    problems: tuple[str, ...] = ()
