"""The result of reading a repository."""

from enum import StrEnum

from scaffold.project.framework import Framework
from scaffold.records import dataclass


class PackageManager(StrEnum):
    """What installs the project's dependencies."""

    PIP = "pip"
    UV = "uv"
    CONDA = "conda"
    POETRY = "poetry"
    PDM = "pdm"
    PIPENV = "pipenv"
    HATCH = "hatch"
    PIXI = "pixi"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observation: its subject, its position (`requirements.txt:3`), its text.

    `used` is False if the project's own install path does not read that place, so that
    a disagreeing source is shown and not followed.
    """

    what: str
    where: str
    text: str
    used: bool = True


@dataclass(frozen=True, slots=True)
class InstallStep:
    """One command of the README's own install path, as it was read; it is never executed.

    `kind` is python, packages, conda-packages, list, environment, project or sync; `values`
    are the packages, files, extras or flags of the command.
    """

    kind: str
    values: tuple[str, ...]
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class NeededPackage:
    """A dependency (PEP 508) that no list of the project names: from a command or an import."""

    text: str
    where: str
    guessed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalPath:
    """A dependency that is a folder of the repository and needs the source to be installed.

    `path` is relative to the root (`.` is the project), `text` the line or the item of a list
    that a copy of the file must lack to be installed without the source, empty where the file
    has it in another form. `imports` are the modules that its setup.py imports, which build
    isolation would hide.
    """

    path: str
    where: str
    text: str
    editable: bool = False
    extras: tuple[str, ...] = ()
    manager: PackageManager = PackageManager.PIP
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pin:
    """A line of an installed list that names a framework by one of its distributions."""

    where: str
    text: str
    spec: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolated:
    """A package whose build imports the framework, so that build isolation breaks it.

    `text` is the argument for pip, `line` the original line.
    """

    name: str
    text: str
    where: str
    reason: str
    compiles: bool = True
    line: str = ""


@dataclass(frozen=True, slots=True)
class PipOnly:
    """A line of an installed list that pip reads and uv does not."""

    where: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class SystemPackage:
    """A Debian package that the project needs, by its name in the newest release."""

    name: str
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Submodule:
    """A git submodule; `missing` says that its folder is empty."""

    path: str
    url: str
    missing: bool


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another folder of the repository that is a project of its own."""

    path: str
    manager: PackageManager
    framework: Framework


@dataclass(frozen=True, slots=True, kw_only=True)
class DevConfig:
    """An existing dev container configuration that the user or the project wrote.

    `kind` is image, dockerfile or compose; paths are relative to the root.
    """

    path: str
    kind: str
    image: str = ""
    dockerfile: str = ""
    compose_files: tuple[str, ...] = ()
    service: str = ""
    workspace_folder: str = ""
    remote_user: str = ""
    gpu: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFacts:
    """One repository.

    `framework_spec` and `python_spec` are PEP 440 specifier sets (`>=2.8,<3`; empty: any).
    `cuda_hint` is a CUDA release that the project names (`12.4`). `nvcc` says that something
    must be compiled against CUDA. `install_files` are the paths, relative to the root, that
    the package manager reads to install the dependencies. `index_urls` are package indexes
    that the project's own files ask for. `requirements` are the packages that its installation
    names, as PEP 508 texts; with `plain_lists`, its files tell no more of them. `problems` are
    files that could not be read.

    `base` is the folder of the project that is followed, `siblings` are others that could be
    meant. `soft` names the values (python, cuda, framework) that only prefer; `python_bound`
    and `framework_bound` are what remains of theirs if the preference fails. `companions`
    belong in the framework's own command, `packages` are dependencies that no list names.
    `local` needs the source, `isolated` the framework and no build isolation, after
    `build_tools`. `needed_files` must lie beside the lock for it to be read. `extras` and
    `groups` of the project are what its README asks for, `exclusive` sets of extras of which one
    is installed. `apt_unknown` are system packages
    that no supported release is known to have. `base_image` is what a Dockerfile of the project
    builds on, if that is more than a system. `requires` is what its metadata asks for, and
    `dynamic` says that its pyproject.toml leaves the dependencies to a build, `legacy` that its
    code needs TensorFlow 1. `settings` are variables with which the README's commands build.
    `conda_packages` are words of conda's own command, for what README adds to an environment.
    With `uv_options`, uv reads the lists as pip does; `pip_only` is a line that uv cannot read.
    `undecided` are places in a script of the README whose commands depend on the machine.
    """

    framework: Framework = Framework.NONE
    framework_spec: str = ""
    python_spec: str = ""
    package_manager: PackageManager = PackageManager.PIP
    install_files: tuple[str, ...] = ()
    index_urls: tuple[str, ...] = ()
    installable: bool = False
    nvcc: bool = False
    cuda_hint: str | None = None
    ports: tuple[int, ...] = ()
    notebooks: bool = False
    devcontainer: bool = False
    evidence: tuple[Evidence, ...] = ()
    problems: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    plain_lists: bool = False
    base: str = ""
    siblings: tuple[Sibling, ...] = ()
    python_project: bool = True
    other_language: str = ""
    soft: frozenset[str] = frozenset()
    python_bound: str = ""
    framework_bound: str = ""
    framework_pins: tuple[Pin, ...] = ()
    steps: tuple[InstallStep, ...] = ()
    companions: tuple[str, ...] = ()
    packages: tuple[NeededPackage, ...] = ()
    extras: tuple[str, ...] = ()
    exclusive: tuple[tuple[str, ...], ...] = ()
    groups: tuple[str, ...] = ()
    local: tuple[LocalPath, ...] = ()
    needed_files: tuple[str, ...] = ()
    isolated: tuple[Isolated, ...] = ()
    build_tools: tuple[str, ...] = ()
    setup_imports: tuple[str, ...] = ()
    apt: tuple[SystemPackage, ...] = ()
    apt_unknown: tuple[SystemPackage, ...] = ()
    submodules: tuple[Submodule, ...] = ()
    lfs: tuple[str, ...] = ()
    lfs_missing: tuple[str, ...] = ()
    configs: tuple[DevConfig, ...] = ()
    base_image: Evidence | None = None
    ours: tuple[str, ...] = ()
    brings_python: bool = False
    brings_framework: bool = False
    conda_packages: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    dynamic: bool = False
    legacy: bool = False
    settings: tuple[tuple[str, str], ...] = ()
    uv_options: tuple[str, ...] = ()
    pip_only: PipOnly | None = None
    undecided: tuple[str, ...] = ()

    @property
    def asked_packages(self) -> tuple[str, ...]:
        """The packages whose bounds a framework has to fit: of the lists, and its companions."""
        return (*self.requirements, *self.companions)

    def places(self, what: str) -> tuple[str, ...]:
        """Where the followed files name something, such as `requirements.txt:3`, each once."""
        found = (one.where for one in self.evidence if one.what == what and one.used)
        return tuple(dict.fromkeys(filter(None, found)))
