"""What is asked of the resolver: what the user said, what the project pins, what it prefers."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations

from scaffold.answers.model import Answers
from scaffold.answers.question import Value
from scaffold.catalogue import load_catalogue
from scaffold.catalogue.rows import Build
from scaffold.facts import HostFacts
from scaffold.project.facts import PackageManager, ProjectFacts
from scaffold.project.framework import Framework
from scaffold.resolver.builds import in_range
from scaffold.resolver.resolution import Conflict, Decision, Resolution, Wishes, askers
from scaffold.resolver.resolving import resolve
from scaffold.versions import parse_version


def resolve_for(
    answers: Answers,
    project: ProjectFacts,
    host: HostFacts,
    given: Mapping[str, Value],
    by: Mapping[str, str] | None = None,
) -> tuple[Resolution | Conflict, list[str]]:
    """The resolution, and a note for each preference that it could not keep.

    A preference never forbids: if nothing meets it, it is left aside. `by` says whose an answer
    is, by its key.
    """
    wishes = replace(wishes_of(answers, project, given), by=askers(project.places, by or {}))
    first = resolve(load_catalogue(), host, wishes)
    if isinstance(first, Conflict) and wishes.cuda and not project.cuda_hint:
        first = resolve(load_catalogue(), host, replace(wishes, cuda=None))
    own = brings_own(answers, project)
    old = [*_too_old(answers, project, host)] if own else []
    if not isinstance(first, Conflict):
        return _own_python(first, project) if own else first, old
    for relaxed, dropped in _relaxed(wishes, project, given):
        found = resolve(load_catalogue(), host, relaxed)
        if not isinstance(found, Conflict):
            found = _own_python(found, project) if own else found
            return found, [*(_note(project, kind) for kind in dropped), *old]
    return first, []


def _too_old(answers: Answers, project: ProjectFacts, host: HostFacts) -> Iterator[str]:
    """That a pinned framework of the environment has no build for the GPUs of the host."""
    framework, spec = answers.framework, answers.framework_spec
    wishes = Wishes(framework=framework, framework_spec=spec, gpu=answers.gpu)
    if project.brings_framework and _builds_of(wishes):
        found = resolve(load_catalogue(), host, wishes)
        if isinstance(found, Conflict):
            asked = f"{answers.package_manager.value} brings {framework.value}{spec}"
            yield f"{asked}, whose builds do not run on this GPU: {found.fact}"


def why_not_on(image: str, host: HostFacts) -> str:
    """Why an image cannot be the base on a host, empty if it can."""
    found = resolve(load_catalogue(), host, Wishes(image=image))
    return found.fact if isinstance(found, Conflict) else ""


def _own_python(found: Resolution, project: ProjectFacts) -> Resolution:
    """The resolution without a word about the base image's Python, which runs nothing here."""
    own = Decision(
        what="Python",
        chosen=project.python_spec or "the newest that the environment allows",
        because=f"{project.package_manager.value} brings it with the environment",
        source="the project's files",
    )
    decisions = (own if one.what == "Python" else one for one in found.decisions)
    return replace(found, decisions=tuple(decisions))


def wishes_of(answers: Answers, project: ProjectFacts, given: Mapping[str, Value]) -> Wishes:
    """What is asked: the answers, and the CUDA release that the project names.

    A framework that the user typed makes the project's CUDA release void. An environment that
    brings its own Python and framework asks for neither.
    """
    wishes = Wishes(
        framework=answers.framework,
        framework_spec=answers.framework_spec,
        python_spec=answers.python_spec,
        stack=answers.stack,
        gpu=answers.gpu,
        nvcc=answers.nvcc,
        packages=project.asked_packages,
        image=answers.image,
    )
    if brings_own(answers, project):
        cuda = project.cuda_hint or (_compiled_with(wishes) if wishes.nvcc else None)
        nothing = replace(wishes, framework=Framework.NONE, framework_spec="", python_spec="")
        return replace(nothing, cuda=cuda)
    if "framework" in given or answers.framework != project.framework:
        return wishes
    return replace(wishes, cuda=project.cuda_hint)


def _compiled_with(wishes: Wishes) -> str | None:
    """The newest CUDA of the builds of a pinned release: conda installs one of these.

    PyTorch refuses to compile for another major release of CUDA (torch.utils.cpp_extension).
    """
    return max((one.cuda for one in _builds_of(wishes)), key=parse_version, default=None)


def _builds_of(wishes: Wishes) -> list[Build]:
    """The known CUDA builds of a pinned release."""
    if "==" not in wishes.framework_spec:
        return []
    builds = load_catalogue().builds_for(wishes.framework, "x86_64", cpu=False)
    return [one for one in builds if one.cuda and in_range(one, wishes)]


def brings_own(answers: Answers, project: ProjectFacts) -> bool:
    """Whether conda or pixi brings Python, and the framework if there is one."""
    own = answers.package_manager in {PackageManager.CONDA, PackageManager.PIXI}
    if answers.package_manager != project.package_manager or not own:
        return False
    return project.brings_python and (
        project.brings_framework or project.framework is Framework.NONE
    )


def _relaxed(
    wishes: Wishes, project: ProjectFacts, given: Mapping[str, Value]
) -> Iterator[tuple[Wishes, tuple[str, ...]]]:
    """The wishes with fewer and fewer preferences, the least loss first."""
    soft = [kind for kind in ("cuda", "nvcc", "python", "framework") if kind in project.soft]
    soft = [kind for kind in soft if kind not in given]
    for size in range(1, len(soft) + 1):
        for dropped in combinations(soft, size):
            yield _without(wishes, project, dropped), dropped


def _without(wishes: Wishes, project: ProjectFacts, kinds: tuple[str, ...]) -> Wishes:
    """The wishes with the bounds that remain, in the place of each preference."""
    if "cuda" in kinds:
        wishes = replace(wishes, cuda=None)
    if "nvcc" in kinds:
        wishes = replace(wishes, nvcc=False)
    if "python" in kinds:
        wishes = replace(wishes, python_spec=project.python_bound)
        wishes = replace(wishes, by=replace(wishes.by, python=("the project",)))
    if "framework" in kinds:
        wishes = replace(wishes, framework_spec=project.framework_bound)
        wishes = replace(wishes, by=replace(wishes.by, framework=("the project",)))
    return wishes


def _note(project: ProjectFacts, kind: str) -> str:
    values = {
        "cuda": f"CUDA {project.cuda_hint}",
        "python": f"Python {project.python_spec}",
        "framework": f"{project.framework.value}{project.framework_spec}",
    }
    where = ", ".join(project.places(kind))
    if kind == "nvcc":
        return (
            f"{where}: no image with nvcc of CUDA {project.cuda_hint} runs here, so it is left out"
        )
    if kind == "framework" and project.legacy:
        return f"{where}: its code needs TensorFlow 1, which no package runs here; {_TF1}"
    source = f"{where} names" if where else "the project names"
    return f"{source} {values[kind]}, which nothing on this host meets; taken as a preference only"


_TF1 = "to run it: --image nvcr.io/nvidia/tensorflow:23.03-tf1-py3 (GPU), or --target cpu"
