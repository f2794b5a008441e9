"""The part of the plan for a container that was changed by hand: what its image has to repeat."""

from scaffold.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PipLayer:
    """One list of Python packages and where it is installed. `name` is the list's file.

    `python` is shell-quoted, and so is what ends in `arguments`. `venv_arguments` make the
    environment first. `fetch_pip` stands for an environment without a pip of its own. `owner`
    is whom the files belong to, empty for root; `home` is that login's.
    """

    name: str
    where: str
    python: str
    options: str
    owner: str
    home: str
    venv_arguments: str
    fetch_pip: bool
    uninstall_arguments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CondaLayer:
    """One conda environment: its file, its prefix, shell-quoted, and whether it is created again.

    `owner` and `home` as for PipLayer.
    """

    name: str
    prefix: str
    create: bool
    owner: str
    home: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptedPlan:
    """What was added to the base image by hand: see scaffold/adopting.

    `env` has values quoted for ENV; `…_arguments`, `accounts` and `after` are shell text.
    `early` and `late` tell whether files are put in place before and after the packages.
    `entrypoint` and `command` are JSON, empty for the base image's.
    """

    origin: str
    env: tuple[tuple[str, str], ...] = ()
    accounts: tuple[str, ...] = ()
    early: bool = False
    gone: bool = False
    late: bool = False
    apt: bool = False
    apt_removed_arguments: str = ""
    conda: tuple[CondaLayer, ...] = ()
    conda_image: str = ""
    pip: tuple[PipLayer, ...] = ()
    npm_arguments: str = ""
    after: tuple[str, ...] = ()
    root_at_start: bool = False
    user: str = ""
    workdir: str = ""
    entrypoint: str = ""
    command: str = ""
    build_options: tuple[str, ...] = ()
