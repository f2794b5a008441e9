"""What the project needs of the machine: a CUDA release, the CUDA compiler, ports."""

import re
from collections.abc import Iterable

from scaffold.project.choices.framework_choice import locked_cuda, locked_sign
from scaffold.project.choices.repository_parts import extension_to_fetch
from scaffold.project.evidence import EvidencedValue
from scaffold.project.facts import Evidence, LocalPath
from scaffold.project.formats.conda import conda_notes
from scaffold.project.formats.manifests import Role
from scaffold.project.framework import Framework
from scaffold.project.packages.frameworks import Weight
from scaffold.project.packages.knowledge import (
    COMPILED,
    COMPILED_FROM_GIT,
    CUDA_PACKAGES,
    ON_FIRST_USE,
    PORTS,
)
from scaffold.project.sources import Requirement, Subject
from scaffold.project.syntax.markers import applies
from scaffold.project.syntax.specifiers import cuda_release
from scaffold.project.view import View
from scaffold.records import dataclass


@dataclass(frozen=True, slots=True)
class Cuda:
    """The CUDA release that the project names, and whether that only prefers."""

    value: str | None
    soft: bool = False
    evidence: tuple[Evidence, ...] = ()


def choose_cuda(view: View, framework: Framework) -> Cuda:
    """The CUDA release that the project names: packages and builds before base images.

    What its lock or lists pin must be met; an image, or a command of the README, prefers.
    """
    found = [*_builds(view, framework), *_locked_libraries(view, framework), *_cuda_notes(view)]
    strong = [one for one in found if one[0] <= 2]
    weak = [one for one in found if one[0] == 3]
    decided = min(strong or weak, key=lambda one: one[0], default=None)
    release = decided[1] if decided else None
    evidence = [
        Evidence("cuda", where, text, used=rank <= 3 and value == release)
        for rank, value, where, text in found
    ]
    ordered = tuple(sorted(evidence, key=lambda one: not one.used))
    return Cuda(release, bool(weak) and not strong, ordered)


_Cuda = tuple[int, str, str, str]
"""Rank (0 locked build, 1 selector, 2 index, 3 image or command, 4 not followed), release,
where, text."""

_LIBRARY = re.compile(r"nvidia-[a-z-]+-cu(1\d)")


def _locked_libraries(view: View, framework: Framework) -> list[_Cuda]:
    """NVIDIA's libraries in a lock tell the CUDA of a build whose version does not."""
    signs = [sign for sign in view.signs if sign.framework == framework and sign.named]
    locked = locked_sign(signs)
    if locked is None or locked_cuda(locked.requirement) is not None:
        return []
    libraries = []
    for source, found in view.installed:
        if view.role(source.path) is not Role.LOCK or not applies(found.marker):
            continue
        match = _LIBRARY.fullmatch(found.name)
        if match or found.name == "nvidia-cuda-runtime":
            exact = re.match(r"==(1\d\.\d+)", found.spec)
            precise = exact is not None and found.name.startswith("nvidia-cuda-runtime")
            release = exact[1] if exact and precise else match[1] if match else None
            if release:
                libraries.append((not precise, release, found.where, found.text))
    return [(0, release, where, text) for _, release, where, text in sorted(libraries)[:1]]


def _builds(view: View, framework: Framework) -> list[_Cuda]:
    signs = [sign for sign in view.signs if sign.framework == framework and sign.named]
    locked = locked_sign(signs)
    found = []
    for sign in signs:
        requirement = sign.requirement
        is_lock = sign.weight == Weight.LOCKED
        release = locked_cuda(requirement) if is_lock else _named_cuda(requirement)
        if release is None or not applies(requirement.marker):
            continue
        rank = 0 if sign == locked else 1 if sign.on_path and not is_lock else 4
        rank = 3 if sign.weight >= Weight.IMAGE or requirement.group == "command" else rank
        rank = 4 if sign.weight == Weight.NOT_INSTALLED else rank
        found.append((rank, release, requirement.where, requirement.text))
    return found


_EXTRA = re.compile(r"cuda(1[2-9])(?:[-_].*)?")
"""`jax[cuda12]`; what was built for CUDA 11 ended with jax 0.4.25, and newer releases ignore it."""


def _named_cuda(requirement: Requirement) -> str | None:
    """The CUDA release that a requirement names: by its version, or by an extra."""
    extras = (match[1] for one in requirement.extras if (match := _EXTRA.fullmatch(one)))
    return cuda_release(requirement.local) or next(extras, None)


def _cuda_notes(view: View) -> list[_Cuda]:
    found = []
    for source, note in view.notes(Subject.CUDA):
        name = re.split(r"[^a-z-]", note.text.rpartition("::")[2])[0]
        rank = 1 if name in CUDA_PACKAGES else 2
        if view.role(source.path) is Role.IMAGE:
            rank = 3
        elif not view.on_path(source.path):
            rank = 4
        found.append((rank, note.value, note.where, note.text))
    for one in view.followed.requirements():
        # `conda install pytorch cudatoolkit=11.3` of the README prefers, as its index does.
        if one.conda and one.name in CUDA_PACKAGES:
            found += [(3, note.value, note.where, note.text) for note in conda_notes(one)]
    return found


_FOR_CUDA = re.compile(r"(?:CUDA|CUBLAS)\w*=(?:1|on|true|yes)\b", re.IGNORECASE)
_EXAMPLES = {"example", "examples", "sample", "samples", "tutorial", "tutorials", "docs", "doc"} | {
    "test",
    "tests",
}


def _is_example(path: str) -> bool:
    """Whether a file shows how to use the project, and is no part of its build."""
    return bool(_EXAMPLES & set(path.split("/")[:-1]))


def _is_packaged(view: View, path: str) -> bool:
    """Whether a file is in a Python package: it may be data that is compiled when it is used."""
    return view.has(f"{path.rpartition('/')[0]}/__init__.py")


@dataclass(frozen=True, slots=True)
class Compiler:
    """Whether nvcc is needed, and whether only when the project runs."""

    value: bool
    soft: bool
    evidence: tuple[Evidence, ...]


def choose_nvcc(view: View, local: Iterable[LocalPath]) -> Compiler:
    """Whether something is compiled with nvcc: CUDA sources, extensions, packages.

    `local` are the folders that the installation names.
    """
    sources = [path for path in view.seen if path.endswith((".cu", ".cu.cc"))]
    sources = [path for path in sources if not _is_example(path)]
    evidence = [
        Evidence("nvcc", path, "CUDA source", not _is_packaged(view, path)) for path in sources[:3]
    ]
    evidence += [
        Evidence("nvcc", note.where, note.text, not _is_example(source.path))
        for source, note in view.notes(Subject.NVCC)
    ]
    evidence += [
        Evidence("nvcc", command.where, f"{setting}: builds for CUDA")
        for command in view.followed.commands
        for setting in command.settings
        if _FOR_CUDA.search(setting)
    ]
    links = " ".join(
        note.value for topic in (Subject.INDEX, Subject.LINKS) for _, note in view.notes(topic)
    )
    for source, requirement in view.requirements():
        reason = compiled_reason(requirement, links)
        if reason:
            installed = view.is_installed(requirement)
            used = view.on_path(source.path) and installed and applies(requirement.marker)
            text = f"{requirement.text}: {reason}"
            evidence.append(Evidence("nvcc", requirement.where, text, used))
    evidence += [
        Evidence("nvcc", one.where, f"{name}: {COMPILED[name].reason}")
        for one in local
        if (name := extension_to_fetch(view, one.path))
    ]
    deciding = [one for one in evidence if one.used]
    soft = bool(deciding) and all(one.text.endswith(ON_FIRST_USE) for one in deciding)
    ordered = sorted(evidence, key=lambda one: not one.used)
    return Compiler(bool(deciding), soft, tuple(ordered))


def compiled_reason(requirement: Requirement, links: str) -> str:
    """Why a package is compiled during its installation; empty if it is not."""
    if requirement.conda and requirement.name not in {"cuda-nvcc", "cudatoolkit-dev"}:
        return ""
    # A local version (`+pt113cu117`) is that of a finished build; `cuda11.8` stands for an index.
    finished = requirement.local and not requirement.local.startswith("cuda")
    if finished or requirement.url.split("#")[0].endswith(".whl"):
        return ""
    if requirement.name in COMPILED_FROM_GIT and "git" in requirement.url:
        return "a checkout of its sources is compiled"
    row = COMPILED.get(requirement.name)
    return row.reason if row and row.wheels not in links else ""


def choose_ports(view: View) -> EvidencedValue[tuple[int, ...]]:
    """Ports of servers among the dependencies, and those that an image or container names."""
    evidence: dict[tuple[int, str], Evidence] = {}
    for source in view.in_order:
        role = view.role(source.path)
        for requirement in source.requirements if role is not Role.LOCK else ():
            port = PORTS.get(requirement.name)
            if port:
                # Where no manifest exists, a README's install command is all there is.
                used = view.on_path(source.path) or (role.value > 3 and view.path.way is None)
                one = Evidence("port", requirement.where, f"{requirement.text}: {port}", used)
                evidence.setdefault((port, requirement.where), one)
    for _, note in view.notes(Subject.PORT):
        evidence[int(note.value), note.where] = Evidence("port", note.where, note.text)
    ordered = sorted(evidence.items(), key=lambda one: not one[1].used)
    ports = sorted({port for (port, _), one in ordered if one.used})
    return EvidencedValue(tuple(ports), tuple(one for _, one in ordered))
