"""The layers of the image, from what changes least to what changes most."""

import re
import shlex
from collections.abc import Iterator

from scaffold.answers.model import GpuNeed
from scaffold.plan.left_out import deletions
from scaffold.plan.managers import UV
from scaffold.plan.model import CONDA_ENVIRONMENT, Layer
from scaffold.plan.situation import (
    CONSTRAINTS,
    KEPT,
    Situation,
    is_list,
    is_pyproject,
    old_for,
    one_line,
)
from scaffold.resolver.resolution import FrameworkBuild

JUPYTER = "jupyterlab>=4,<5"

UNKNOWN_CUDA = "12.6"
"""What conda is told for a driver that nobody knows."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_MAX_JOBS = 16
_JOB_MIB = 4096
"""What one nvcc process of a large extension takes: flash-attention's README."""


def layers_of(case: Situation) -> Iterator[Layer]:
    """Every layer that installs something into the project's environment."""
    yield from _conda(case)
    yield from _framework(case)
    yield from _jupyter(case)
    yield from _dependencies(case)
    yield from _packages(case)
    yield from _isolated(case)


def tools_of(case: Situation) -> tuple[str, ...]:
    """The programs that are installed apart from the project's packages, as requirements."""
    wanted = [UV] if case.uses_uv or case.python_source == "uv" else []
    wanted += [case.row] if case.row.tool and case.recipe != "conda" else []
    rows = dict.fromkeys(wanted)
    return tuple(
        tool
        for row in rows
        for tool in (
            (row.tool.partition("==")[0],)
            if old_for(row, case.resolution)
            else filter(None, (row.tool, row.beside))
        )
    )


def _conda(case: Situation) -> Iterator[Layer]:
    if case.recipe != "conda":
        return
    files = [path for path in case.files if path.endswith((".yml", ".yaml"))]
    arguments = shlex.join(word for path in files for word in ("-f", _safe(path)))
    # conda's virtual package __cuda is what the driver supports.
    known = case.host.cuda_reported or case.resolution.cuda or UNKNOWN_CUDA
    cuda = known if case.answers.gpu is not GpuNeed.NONE else ""
    override = f"CONDA_OVERRIDE_CUDA={cuda} " if cuda else ""
    told = ("A build sees no GPU, so conda is told which CUDA release the driver supports.",)
    yield Layer(
        comments=(*_reasons(case), *(told if cuda else ())),
        env=(("CONDA_PKGS_DIRS", "/root/.cache/mamba"),),
        copies=_copies(case.files),
        caches=("/root/.cache/mamba",),
        commands=(
            *deletions(case.left_out),
            f"{override}micromamba create --yes --prefix {CONDA_ENVIRONMENT} {arguments}",
            f"micromamba install --yes --prefix {CONDA_ENVIRONMENT} pip",
        ),
    )


def _framework(case: Situation) -> Iterator[Layer]:
    if case.vendor and KEPT[case.answers.framework]:
        names = "|".join(KEPT[case.answers.framework])
        yield Layer(
            comments=("Later layers fail rather than replace the framework of the image.",),
            commands=(
                "python -m pip list --format=freeze >installed.txt",
                f"grep -E '^({names})==' installed.txt >{CONSTRAINTS}",
            ),
        )
    if case.build is None:
        return
    wanted = (*case.build.requirements, *_companions(case))
    yield Layer(
        comments=("The framework is the largest layer and changes least.", *_why(case, case.build)),
        caches=(case.cache,),
        commands=(f"{case.install} {_from(case, case.build)}{shlex.join(wanted)}",),
    )
    for other in case.others:
        # An index of its own has none of the first framework, which stays as it is.
        beside = () if other.index_url else case.build.requirements
        wanted = (*beside, *other.requirements)
        yield Layer(
            comments=("A further framework in the same environment.", *_why(case, other)),
            caches=(case.cache,),
            commands=(f"{case.install} {_from(case, other)}{shlex.join(wanted)}",),
        )


def _from(case: Situation, build: FrameworkBuild) -> str:
    """Options for the place that a build comes from."""
    option = "--default-index" if case.uses_uv else "--index-url"
    index = case.index_of(build)
    words = [option, index] if index else []
    words += ["--find-links", build.find_links] if build.find_links else []
    return "".join(f"{shlex.quote(word)} " for word in words)


def _companions(case: Situation) -> tuple[str, ...]:
    """Packages that must fit the framework's release; the installer finds the one that does."""
    chosen = {_name(text) for text in case.build.requirements} if case.build else set()
    free = [text for text in case.project.companions if _name(text) not in chosen]
    broken = any(one.note for one in case.left_out)
    if case.project.framework_spec and not broken:
        return tuple(free)
    return tuple(filter(None, map(_name, free)))


def _name(requirement: str) -> str:
    match = _NAME.match(requirement)
    return match[0].lower() if match else ""


def _why(case: Situation, build: FrameworkBuild) -> tuple[str, ...]:
    for decision in case.resolution.decisions:
        if decision.chosen.endswith(f" {build.version} ({build.variant})"):
            return (f"{one_line(decision.chosen)}: {one_line(decision.because)}",)
    return ()


def _jupyter(case: Situation) -> Iterator[Layer]:
    if case.answers.jupyter and case.recipe != "pixi":
        yield Layer(
            comments=("Jupyter Lab, which starts with the container.",),
            caches=(case.cache,),
            commands=(f"{case.install}{case.kept} {shlex.quote(JUPYTER)}",),
        )


def _dependencies(case: Situation) -> Iterator[Layer]:
    if case.recipe == "pip":
        yield from _lists(case)
    elif case.recipe not in {"conda", "pixi"}:
        yield from _managed(case)


def _lists(case: Situation) -> Iterator[Layer]:
    """What pip or uv installs from the project's lists, or from what is known of setup.py."""
    lists = [path for path in case.files if is_list(path)]
    pyproject = [path for path in case.files if is_pyproject(path)]
    read = case.uses_uv and not case.project.dynamic and not case.inseparable
    files = (*lists, *(pyproject if read else ()))
    words = [word for path in lists for word in (_list_option(path), _safe(path))]
    for path in pyproject if read else ():
        words += ["-r", _safe(path)]
        words += [word for extra in case.project.extras for word in ("--extra", extra)]
        words += [word for group in case.project.groups for word in ("--group", _of(path, group))]
    known = () if read and pyproject else case.project.requires
    if not known and all(_list_option(path) == "-c" for path in files):
        return
    yield Layer(
        comments=("The project's dependencies.", *_reasons(case)),
        copies=_copies(files),
        caches=(case.cache,),
        commands=(
            *deletions(case.left_out),
            f"{case.install}{case.kept} {shlex.join((*words, *known))}",
        ),
    )


def _of(path: str, group: str) -> str:
    """A dependency group as uv finds it: by name, or with its file."""
    return group if path == "pyproject.toml" else f"{path}:{group}"


def _list_option(path: str) -> str:
    return "-c" if is_list(path) and "constraint" in path.lower() else "-r"


def _managed(case: Situation) -> Iterator[Layer]:
    """What the manager installs by itself, without the project's own code."""
    exported = case.names_code and case.locked and case.row.recipe in {"pdm", "pipenv"}
    if case.inseparable and not case.locked:
        return
    plain = (command(case, case.row.image, local=case.names_code),)
    commands = _exported(case) if exported else plain
    # A lock stands for its manifest as it is: Poetry refuses one that was edited.
    drops = () if case.locked else tuple(deletions(case.left_out))
    yield Layer(
        comments=("The project's dependencies, without its own code.", *_reasons(case)),
        copies=_copies(case.files),
        caches=tuple(dict.fromkeys((f"/root/.cache/{case.row.cache}", case.cache))),
        commands=(*drops, *commands),
    )


_EXPORTS = {
    "pdm": "pdm export{at} --without-hashes --output exported.txt",
    "pipenv": "{at}pipenv requirements --dev >exported.txt",
}
"""Managers that cannot leave local code out, and how they tell the rest."""


def _exported(case: Situation) -> tuple[str, ...]:
    return (
        command(case, _EXPORTS[case.row.recipe]),
        r"sed -i -E '/^(-e |\.|file:)|@ file:/d' exported.txt",
        f"{case.install} -r exported.txt",
    )


def command(case: Situation, text: str, *, local: bool = False) -> str:
    """A manager's command for this project."""
    row, project = case.row, case.project
    left_out = row.local if local else {"uv-lock": "project"}.get(row.recipe, "")
    return text.format(
        at=row.at.format(shlex.quote(project.base)) if project.base else "",
        local=left_out,
        verb=row.locked if case.locked else row.free,
        extras="".join(row.extras.format(shlex.quote(name)) for name in project.extras),
        groups="".join(row.groups.format(shlex.quote(name)) for name in project.groups),
    )


def _packages(case: Situation) -> Iterator[Layer]:
    """What a command of README or an import names beside the lists."""
    packages = case.project.packages
    if not packages or case.recipe == "pixi":
        return
    guessed = any(one.guessed for one in packages)
    places = ", ".join(dict.fromkeys(one.where for one in packages))
    origin = "Guessed from imports" if guessed else f"Named in {places}"
    yield Layer(
        comments=(one_line(f"{origin}: the project has no list of these packages."),),
        caches=(case.cache,),
        commands=(f"{case.install}{case.kept} {shlex.join(one.text for one in packages)}",),
    )


def _isolated(case: Situation) -> Iterator[Layer]:
    """What needs the framework while it is built."""
    here = [one for one in case.project.isolated if not is_local(case, one.where, one.name)]
    imported = [name for one in case.project.local for name in one.imports]
    tools = dict.fromkeys((*case.project.build_tools, *case.project.setup_imports, *imported))
    needed = [tool for tool in tools if _name(tool) not in _framework_names(case)]
    if not needed and not here:
        return
    install = f"{case.install}{case.kept}"
    commands = [f"{install} {shlex.join(needed)}"] if needed else []
    texts = shlex.join(word for one in here for word in shlex.split(one.text, comments=True))
    commands += [f"{install} --no-build-isolation {texts}"] if here else []
    reason = "Built against the framework, so after it and with its files in sight."
    yield Layer(
        comments=(reason if here else "What the project's own build needs.",),
        env=_compiler_env(case),
        caches=(case.cache,),
        commands=tuple(commands),
    )


def _framework_names(case: Situation) -> tuple[str, ...]:
    return KEPT[case.answers.framework]


def is_local(case: Situation, where: str, name: str) -> bool:
    """Whether a package is a folder of the project, which the image has not."""
    return any(name == one.path or (where and where == one.where) for one in case.project.local)


def _compiler_env(case: Situation) -> tuple[tuple[str, str], ...]:
    """For which cards extensions are compiled, and in how many processes at once."""
    if not (case.compiles or case.answers.nvcc):
        return ()
    known = {gpu.compute_capability for gpu in case.host.gpus or () if gpu.compute_capability}
    cards = ";".join(sorted(known, key=lambda text: tuple(map(int, text.split(".")))))
    jobs = min(_MAX_JOBS, (case.host.memory_mib or 4 * _JOB_MIB) // _JOB_MIB)
    if case.host.system and case.host.system.cpus:
        jobs = min(jobs, case.host.system.cpus)
    return (*([("TORCH_CUDA_ARCH_LIST", cards)] if cards else ()), ("MAX_JOBS", str(max(1, jobs))))


def _reasons(case: Situation) -> tuple[str, ...]:
    """Why lines are missing from the image's copies, one comment for each reason."""
    reasons = dict.fromkeys(one.because for one in case.left_out)
    return tuple(one_line(f"{', '.join(_texts(case, because))} {because}.") for because in reasons)


def _texts(case: Situation, because: str) -> tuple[str, ...]:
    return tuple(one.text.strip() for one in case.left_out if one.because == because and one.text)


def _copies(files: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """COPY keeps no folders, so the files of each folder are copied by themselves."""
    folders: dict[str, list[str]] = {}
    for path in files:
        folders.setdefault(path.rpartition("/")[0], []).append(path)
    return tuple(
        (" ".join(paths), f"./{folder}/".replace("//", "/")) for folder, paths in folders.items()
    )


def _safe(path: str) -> str:
    """A leading dash would be read as an option."""
    return f"./{path}" if path.startswith("-") else path
