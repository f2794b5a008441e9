"""The layers of the image, from what changes least to what changes most."""

import re
import shlex
from collections.abc import Iterator

from scaffold.answers.choices import GpuNeed
from scaffold.plan.dependencies import (
    as_path,
    copies,
    dependency_layers,
    is_local,
    package_layers,
    reasons,
    why_capped,
)
from scaffold.plan.left_out import deletions
from scaffold.plan.managers import UV, Manager, is_list, release_of
from scaffold.plan.model import CONDA_ENVIRONMENT, Layer
from scaffold.plan.situation import CONSTRAINTS, KEPT, Situation, one_line
from scaffold.project.framework import Framework
from scaffold.resolver.resolution import FrameworkBuild

JUPYTER = "jupyterlab>=4,<5"

UNKNOWN_CUDA = "12.6"
"""CUDA release for conda if the driver is unknown."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

_TARGETS = (("8.9", (2, 0), "8.6"), ("8.6", (1, 8), "8.0"))
"""Capabilities that older releases of torch refuse in TORCH_CUDA_ARCH_LIST, and what runs there.

Source: torch/utils/cpp_extension.py, supported_arches, at the tags of these releases.
"""

_MAX_JOBS = 16

_JOB_MIB = 4096
"""What one nvcc process of a large extension takes: flash-attention's README."""


def layers_of(case: Situation) -> Iterator[Layer]:
    """Every layer that installs something into the project's environment."""
    if case.makes_environment:
        return
    yield from _conda(case)
    yield from _framework(case)
    yield from _jupyter(case)
    jupyter = (JUPYTER,) if case.answers.jupyter else ()
    yield from dependency_layers(case, (*companions(case), *jupyter))
    yield from package_layers(case)
    yield from _isolated(case)


def tools_of(case: Situation) -> tuple[str, ...]:
    """The programs that are installed apart from the project's packages, as requirements."""
    if case.makes_environment:
        return ()
    wanted = [UV] if case.uses_uv or case.python_source == "uv" else []
    wanted += [case.row] if case.row.tool and case.recipe != "conda" else []
    rows = [row for row in dict.fromkeys(wanted) if not (case.copies_uv and row is UV)]
    return tuple(
        tool
        for row in rows
        for tool in (
            (row.tool.partition("==")[0],)
            if _is_too_old(case, row)
            else filter(None, (row.tool, row.beside))
        )
    )


def _is_too_old(case: Situation, row: Manager) -> bool:
    """Whether the image's Python is older than the manager's pinned release needs."""
    return release_of(case.resolution.python) < row.tool_python


def _conda(case: Situation) -> Iterator[Layer]:
    if case.recipe != "conda":
        return
    files = [path for path in case.files if path.endswith((".yml", ".yaml"))]
    arguments = shlex.join(word for path in files for word in ("-f", as_path(path)))
    # conda's virtual package __cuda is what the driver supports.
    known = case.host.cuda_reported or case.resolution.cuda or UNKNOWN_CUDA
    cuda = known if case.answers.gpu is not GpuNeed.NONE else ""
    override = f"CONDA_OVERRIDE_CUDA={cuda} " if cuda else ""
    told = ("A build sees no GPU, so CONDA_OVERRIDE_CUDA names the CUDA release of the driver.",)
    added = [word for path in _added_lists(case) for word in ("-r", as_path(path))]
    pip = (f"{case.install} {shlex.join(added)}",) if added else ()
    more = "".join(f" {shlex.quote(word)}" for word in case.project.conda_packages)
    driver = override if more else ""
    yield Layer(
        comments=(*reasons(case), *(told if cuda else ())),
        env=(("CONDA_PKGS_DIRS", "/root/.cache/mamba"),),
        copies=copies(case.files),
        caches=("/root/.cache/mamba", *((case.cache,) if added else ())),
        commands=(
            *deletions(case.left_out),
            f"{override}micromamba create --yes --prefix {CONDA_ENVIRONMENT} {arguments}",
            f"{driver}micromamba install --yes --prefix {CONDA_ENVIRONMENT} pip{more}",
            *pip,
        ),
    )


def _added_lists(case: Situation) -> list[str]:
    """Lists that README's commands install into the environment once conda has made it."""
    named = {value for step in case.project.steps for value in step.values}
    return [path for path in case.files if is_list(path) and path in named]


def _framework(case: Situation) -> Iterator[Layer]:
    if case.holds_framework and KEPT[case.answers.framework]:
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
    wanted = (*case.build.requirements, *companions(case))
    # An image that holds the framework may need nothing beside it.
    if wanted:
        yield from _framework_builds(case, case.build, wanted)


def _framework_builds(
    case: Situation, build: FrameworkBuild, wanted: tuple[str, ...]
) -> Iterator[Layer]:
    """The build of the framework with its companions, and those of further frameworks."""
    # An index of its own need not have other packages, so what is capped comes before it.
    before = (f"{case.install} {shlex.join(case.caps)}",) if build.index_url and case.caps else ()
    wanted = wanted if before else (*wanted, *case.caps)
    told = (*_why(case, build), *why_capped(case))
    yield Layer(
        comments=("The framework is the largest layer and changes least.", *told),
        caches=(case.cache,),
        commands=(*before, f"{case.install} {_from(case, build)}{shlex.join(wanted)}"),
    )
    for other in case.others:
        # An index of its own has none of the first framework, which stays as it is.
        beside = () if other.index_url else build.requirements
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


def companions(case: Situation) -> tuple[str, ...]:
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


def _isolated(case: Situation) -> Iterator[Layer]:
    """What needs the framework while it is built."""
    here = [one for one in case.project.isolated if not is_local(case, one.where, one.name)]
    imported = [name for one in case.project.local for name in one.imports]
    tools = dict.fromkeys((*case.project.build_tools, *case.project.setup_imports, *imported))
    held = (*_framework_names(case), *case.caps)
    needed = [tool for tool in tools if _name(tool) not in held and tool not in held]
    if not needed and not here:
        return
    install = f"{case.install}{case.kept}"
    commands = [f"{install} {shlex.join(needed)}"] if needed else []
    texts = shlex.join(one.text for one in here)
    commands += [f"{install} --no-build-isolation {texts}"] if here else []
    reason = "Built against the framework, so after it and without build isolation."
    yield Layer(
        comments=(reason if here else "What the project's own build needs.",),
        env=_compiler_env(case),
        caches=(case.cache,),
        commands=tuple(commands),
    )


def _framework_names(case: Situation) -> tuple[str, ...]:
    return KEPT[case.answers.framework]


def _target(build: FrameworkBuild | None, capability: str) -> str:
    """The capability that extensions are compiled for: the card's, or the nearest known one."""
    if build is None or build.framework is not Framework.PYTORCH:
        return capability
    for newer, since, older in _TARGETS:
        if capability == newer and release_of(build.version) < since:
            capability = older
    return capability


def _compiler_env(case: Situation) -> tuple[tuple[str, str], ...]:
    """For which cards extensions are compiled, and in how many processes at once."""
    if not (case.compiles or case.answers.nvcc):
        return ()
    known = {gpu.compute_capability for gpu in case.host.gpus or () if gpu.compute_capability}
    targets = {_target(case.build, one) for one in known}
    cards = ";".join(sorted(targets, key=lambda text: tuple(map(int, text.split(".")))))
    jobs = min(_MAX_JOBS, (case.host.memory_mib or 4 * _JOB_MIB) // _JOB_MIB)
    if case.host.system and case.host.system.cpus:
        jobs = min(jobs, case.host.system.cpus)
    return (*([("TORCH_CUDA_ARCH_LIST", cards)] if cards else ()), ("MAX_JOBS", str(max(1, jobs))))
