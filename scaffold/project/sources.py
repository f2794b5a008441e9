"""The content of one file of a repository, before any decision."""

from enum import StrEnum

from scaffold.project.facts import DevConfig, LocalPath
from scaffold.records import dataclass


@dataclass(frozen=True, slots=True)
class Unread:
    """Replaces a file's content: the reason why it could not be read."""

    reason: str


class Subject(StrEnum):
    """The subject of a note."""

    PYTHON = "python"
    CUDA = "cuda"
    NVCC = "nvcc"
    PORT = "port"
    INDEX = "index"
    LINKS = "links"
    UV_OPTION = "option of uv"
    PIP_ONLY = "line for pip"
    CHANNEL = "channel"
    FRAMEWORK = "framework"
    SETUP_IMPORT = "setup import"
    SYSTEM = "system package"
    SUBMODULE = "submodule"
    LFS = "lfs"
    BUILD = "build requirement"
    SERVICE = "service"
    IMPORT = "import"
    TESTED = "tested Python"
    LEGACY = "code of an earlier release"
    BASE = "base image"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One dependency as a file names it.

    `name` is normalised (PEP 503), `spec` a PEP 440 specifier set without local versions.
    `group` is empty for packages of every install, else the extra, group or environment.
    `local` is a local version or build string (`cu118`), `url` a direct reference.
    `conda` says that conda installs it, as a finished build, `built` that a lock knows no wheel
    of it.
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
    built: bool = False


UNDECIDED = ""
"""The condition of a script's command of which nothing in the script tells when it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One install command of a text.

    `kind` is that of InstallStep, or apt. `local` are folders of the repository with their extras
    and whether they are editable, `settings` the variables in front of the command. `optional`
    says that the text calls the command optional or names another platform, `shown` that it is in a
    block of code. `section` are the headings above it. `script` is a shell script of the
    repository that the command runs with `options`; `conditions` are the options without which a
    script leaves the command out.
    """

    kind: str
    where: str
    text: str = ""
    requirements: tuple[Requirement, ...] = ()
    lists: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    local: tuple[tuple[str, tuple[str, ...], bool], ...] = ()
    indexes: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    every_extra: bool = False
    isolated: bool = False
    upgrades: bool = False
    manager: str = ""
    folder: str = ""
    python: str = ""
    system: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    optional: bool = False
    shown: bool = True
    section: str = ""
    script: str = ""
    options: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """One observation that is no dependency: a Python range, a CUDA release, a port."""

    topic: Subject
    value: str
    where: str
    text: str


POETRY_1 = "lock of Poetry 1"
"""A mention of a poetry.lock in the form that needs [tool.poetry] beside it."""

OTHER_LANGUAGE = "notebook of another language"

DYNAMIC = "dynamic dependencies"
"""A mention of a pyproject.toml whose dependencies only a build of the project tells."""

OPTIONS = "options of packages"
"""A mention of a list that tells more of its packages than names and versions: hashes, indexes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file's content.

    `tools` are package managers whose own tables it holds, `includes` the files it names
    as (path relative to the root, whether only as constraints). `installable` says that the
    file makes its folder a Python project, `name` is the distribution's. `local` are folders
    of the repository among the dependencies, `commands` the install commands of a text,
    `default_groups` the groups that are installed by default, `members` the
    patterns of a workspace's folders, `conflicts` the sets of extras of which uv takes one.
    """

    path: str
    requirements: tuple[Requirement, ...] = ()
    notes: tuple[Note, ...] = ()
    includes: tuple[tuple[str, bool], ...] = ()
    tools: frozenset[str] = frozenset()
    mentions: frozenset[str] = frozenset()
    installable: bool = False
    problems: tuple[str, ...] = ()
    name: str = ""
    default_groups: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    conflicts: tuple[tuple[str, ...], ...] = ()
    local: tuple[LocalPath, ...] = ()
    commands: tuple[Command, ...] = ()
    config: DevConfig | None = None
