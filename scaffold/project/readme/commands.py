"""Install commands inside prose, Dockerfiles, CI files and notebooks, as data."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import dropwhile
from posixpath import join as join_path
from posixpath import normpath

from scaffold.project.choices.local_paths import ARCHIVES, local_target
from scaffold.project.formats.conda import conda_requirement
from scaffold.project.readme.options import split_options
from scaffold.project.readme.shell import (
    SCRIPTS,
    cloned,
    commands_of,
    entered,
    expanded,
    literals,
    logical_lines,
)
from scaffold.project.sources import Command, Requirement
from scaffold.project.syntax.requirement import parse_requirement
from scaffold.project.syntax.specifiers import cuda_release, minor_python
from scaffold.project.syntax.text import one_line, place

CONDAS = frozenset({"conda", "mamba", "micromamba"})
_BUILD_SETTING = re.compile(
    r"(?!PATH=|LD_|PYTHON|HOME=|PIP_|UV_|HF_|CUDA_VISIBLE|CUDA_HOME|CUDA_PATH|CUDACXX|HTTPS?_|ALL_PROXY"
    r"|[A-Z0-9_]*(?:TOKEN|KEY|SECRET|PASS)|NO_PROXY|DEBIAN_|CONDA_|VIRTUAL_ENV|TORCH_CUDA_ARCH_LIST|MAX_JOBS|CUDAARCHS)"
    r"[A-Z][A-Z0-9_]{2,60}=[\w.,;:+= -]{1,120}",
    re.ASCII,
)
"""A variable that only this build reads, such as FORCE_CUDA=1; no path, and nothing of the shell.

Left out are those of the machine and those that the plan sets itself.
"""

_PYTHON_PROGRAM = re.compile(r"python(\d\.\d+)")


def read_commands(
    path: str, text: str, first_line: int = 1, clones: list[str] | None = None
) -> Iterator[Command]:
    """Every install command of a shell text; a `cd` holds for the lines that follow.

    The first folder that a text clones is the project itself, whose folder is the root; what
    is installed inside of a later one is another project. `clones` carries them from block to
    block.
    """
    folder: str | None = ""
    clones = [] if clones is None else clones
    values = literals(text)
    for number, raw in logical_lines(text):
        line = expanded(raw, values)
        where = place(path, first_line + number - 1)
        for argv, before in commands_of(line):
            if argv[0] in {"cd", "pushd", "popd"}:
                folder = entered(folder or "", argv, clones)
            elif argv[:2] == ["git", "clone"]:
                clones += cloned(argv)
            found = None if folder is None else read_command(argv, where, folder)
            if found is not None:
                settings = tuple(one for one in before if _BUILD_SETTING.fullmatch(one))
                yield replace(found, text=one_line(" ".join(argv)), settings=settings)


def installed_by(path: str, text: str) -> Iterator[Requirement]:
    """The packages that install commands in a text name, as weak evidence."""
    for command in read_commands(path, text):
        for found in command.requirements:
            yield replace(found, text=command.text)


def read_command(argv: list[str], where: str, folder: str = "") -> Command | None:
    """What one command installs; None for a command that installs nothing of interest."""
    program, rest = argv[0], argv[1:]
    if program in CONDAS:
        return _conda(rest, where, folder)
    reader = _READERS.get(program)
    if reader is not None:
        return reader(rest, where, folder)
    if program.endswith(("python", "python3")) or _PYTHON_PROGRAM.fullmatch(program):
        return _python(program, rest, where, folder)
    return None


def _pip(rest: list[str], where: str, folder: str) -> Command | None:
    # A placeholder that the reader fills in, `<requirements file>`, makes it an example.
    if not rest or rest[0] != "install" or any(re.search(r"<[A-Za-z_]|\{", one) for one in rest):
        return None
    options = split_options(rest[1:])
    release = cuda_release(" ".join(options.indexes + options.links))
    requirements: list[Requirement] = []
    local: list[tuple[str, tuple[str, ...], bool]] = []
    words = [(word, False) for word in options.words] + [(word, True) for word in options.editable]
    for word, editable in words:
        target = local_target(f"./{word}" if editable and word[0] != "." else word, folder)
        if target is not None and not target[0].endswith(ARCHIVES):
            local.append((*target, editable))
        elif (found := _package(word, where, release)) is not None:
            requirements.append(found)
    if not (requirements or local or options.lists):
        return None
    return Command(
        kind="project" if local else "packages" if requirements else "list",
        where=where,
        requirements=tuple(requirements),
        lists=_below(folder, options.lists),
        constraints=_below(folder, options.constraints),
        local=tuple(local),
        indexes=tuple(options.indexes),
        links=tuple(options.links),
        isolated="--no-build-isolation" in options.flags,
        extras=options.extras,
        upgrades="-U" in options.flags or "--upgrade" in options.flags,
    )


def _below(folder: str, paths: list[str]) -> tuple[str, ...]:
    plain = (path for path in paths if "://" not in path and not path.startswith(("/", "~", "$")))
    return tuple(normpath(join_path(folder, path)) for path in plain)


def _package(word: str, where: str, release: str | None) -> Requirement | None:
    try:
        found = parse_requirement(word, where, "command")
    except ValueError:
        return None
    if found is None:
        return None
    local = f"cuda{release}" if release and not found.local else found.local
    return replace(found, local=local, text=word)


def _conda(rest: list[str], where: str, folder: str) -> Command | None:
    environment = rest[:1] == ["env"]
    verb = rest[1:2] if environment else rest[:1]
    if verb not in (["create"], ["update"], ["install"]):
        return None
    options = split_options(rest[2 if environment else 1 :])
    words = [conda_requirement(word, where, "command") for word in options.words]
    python = next((word.spec for word in words if word.name == "python"), "")
    files = _below(folder, options.files + options.lists)
    packages = tuple(one for one in words if one.name not in {"python", "pip"})
    environments = tuple(one for one in files if one.endswith((".yml", ".yaml")))
    lists = tuple(one for one in files if one.endswith(".txt"))
    if not environments and verb != ["install"] and (environment or lists):
        environments = ("environment.yml",)
    whole = bool(environments) and not lists
    kind = "environment" if whole else "conda-packages" if packages else "python"
    if kind == "python" and not (python or files):
        return None
    return Command(
        kind=kind,
        where=where,
        requirements=packages,
        lists=lists,
        environments=environments,
        python=python,
        channels=tuple(options.channels),
    )


def _sync(manager: str) -> Callable[[list[str], str, str], Command | None]:
    """uv, Poetry, PDM, Pipenv and pixi: the extras and groups that their own command requests."""
    verbs = {"uv": {"sync", "run"}, "pixi": {"install", "run"}}.get(manager, {"install", "sync"})

    def read(rest: list[str], where: str, folder: str) -> Command | None:
        if manager == "uv" and rest[:1] == ["venv"]:
            return _venv(rest[1:], where)
        if manager == "uv" and rest[:1] == ["add"]:
            return _pip(["install", *rest[1:]], where, folder)
        if not rest or rest[0] not in verbs:
            return None
        options = split_options(rest[1:])
        return Command(
            kind="sync",
            where=where,
            manager=manager,
            folder=folder,
            extras=options.extras,
            groups=options.groups,
            every_extra="--all-extras" in options.flags,
            python=minor_python(options.python) or "",
        )

    return read


def _venv(rest: list[str], where: str, _folder: str = "") -> Command | None:
    python = minor_python(split_options(rest).python) or ""
    return Command(kind="python", where=where, python=python) if python else None


def _python(program: str, rest: list[str], where: str, folder: str) -> Command | None:
    match = _PYTHON_PROGRAM.fullmatch(program)
    if rest[:2] == ["-m", "venv"]:
        return Command(kind="python", where=where, python=f"=={match[1]}.*") if match else None
    if rest[:1] and rest[0].endswith("setup.py") and {"install", "develop"} & set(rest[1:]):
        target = normpath(join_path(folder, rest[0].rpartition("/")[0] or "."))
        if not target.startswith(("..", "/")):
            return Command(kind="project", where=where, local=((target, (), "develop" in rest),))
    return None


def _apt(rest: list[str], where: str, _folder: str) -> Command | None:
    words = [word for word in rest if not word.startswith("-")]
    if not words or words[0] != "install":
        return None
    names = [word.split("=")[0].split(":")[0] for word in words[1:]]
    fine = tuple(name for name in names if re.fullmatch(r"[a-z0-9][a-z0-9+.-]+", name, re.ASCII))
    return Command(kind="apt", where=where, system=fine) if fine else None


def _pyenv(rest: list[str], where: str, _folder: str) -> Command | None:
    versions = [minor_python(word) for word in rest[1:] if word[:1].isdigit()]
    if rest[:1] not in (["install"], ["virtualenv"], ["local"]) or not versions:
        return None
    return Command(kind="python", where=where, python=versions[0] or "")


def _shell(rest: list[str], where: str, folder: str) -> Command | None:
    """A shell script of the repository that is run with options."""
    words = list(dropwhile(lambda word: word.startswith(("-", "+")), rest))
    is_path = bool(words) and words[0].endswith(SCRIPTS) and " " not in words[0]
    if not is_path or not (below := _below(folder, words[:1])):
        return None
    options = tuple(word.partition("=")[0] for word in words[1:] if word.startswith("-"))
    return Command(kind="script", where=where, script=below[0], options=options)


_READERS: dict[str, Callable[[list[str], str, str], Command | None]] = {
    # MMLab's installer is pip that knows where their wheels are.
    **dict.fromkeys(("pip", "mim"), _pip),
    **dict.fromkeys(("sh", "bash", "zsh", "source", "."), _shell),
    "apt": _apt,
    "apt-get": _apt,
    "aptitude": _apt,
    "virtualenv": _venv,
    "pyenv": _pyenv,
    **{name: _sync(name) for name in ("uv", "poetry", "pdm", "pipenv", "pixi")},
}
