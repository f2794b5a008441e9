"""Packages that the project's lists do not name: those of README's commands, or of its imports."""

import re
from collections.abc import Iterator
from dataclasses import replace

from scaffold.project.choices.aside import ASIDE
from scaffold.project.choices.isolated_builds import as_pep508, isolated
from scaffold.project.facts import NeededPackage
from scaffold.project.framework import Framework
from scaffold.project.framework_table import BY_FRAMEWORK, DISTRIBUTIONS
from scaffold.project.packages.frameworks import framework_of
from scaffold.project.packages.imports import guessed_packages
from scaffold.project.sources import Requirement, Source, Subject
from scaffold.project.syntax.requirement import normal_name
from scaffold.project.view import View
from scaffold.records import dataclass

_ALL_FRAMEWORKS = frozenset(DISTRIBUTIONS.values())


@dataclass(frozen=True, slots=True)
class Extra:
    """Packages outside the lists: those of the framework's own command, and all others."""

    companions: tuple[str, ...] = ()
    packages: tuple[NeededPackage, ...] = ()


def extra_packages(view: View, framework: Framework) -> Extra:
    """Packages that README's commands add to the project's lists, or else its imports."""
    listed = {one.name for _, one in _listed(view)}
    # What an extra offers is imported by the part that the extra is for.
    offered = {one.name for _, one in view.requirements() if one.group.startswith("extra")}
    offered = offered if listed else set()
    apart = {one.name for one in isolated(view)} | listed
    found = [one for name, one in _of_commands(view, framework) if name not in apart]
    for guess in _guessed(view, listed=bool(listed)):
        name = _name(guess.text)
        if name in apart | offered | {_name(one.text) for one in found} | _ALL_FRAMEWORKS:
            # A further framework that is only imported is a backend to choose from.
            continue
        # Every project with a companion imports it, so the import alone proves it.
        if _is_companion(name, framework) or not (listed or view.followed.commands_are_whole):
            found.append(guess)
    found += _kernel(view, apart | {_name(one.text) for one in found}) if not listed else []
    companions = tuple(one for one in found if _is_companion(_name(one.text), framework))
    others = tuple(one for one in found if one not in companions)
    return Extra(tuple(one.text for one in companions), others)


def _kernel(view: View, known: set[str]) -> list[NeededPackage]:
    """What notebooks run in, unless something that brings it is named."""
    books = [path for path in view.seen if path.endswith(".ipynb")]
    books = [path for path in books if not ASIDE & set(path.split("/")[:-1])]
    there = known & {"ipykernel", "jupyter", "jupyterlab", "notebook"}
    return [NeededPackage("ipykernel", books[0], guessed=True)] if books and not there else []


def _name(text: str) -> str:
    return normal_name(re.split(r"[\[@=<>!~; ]", text)[0])


def _is_companion(name: str, framework: Framework) -> bool:
    return framework in BY_FRAMEWORK and name in BY_FRAMEWORK[framework].companions


def _of_commands(view: View, framework: Framework) -> Iterator[tuple[str, NeededPackage]]:
    for one in view.followed.requirements():
        name = _FROM_CONDA.get(one.name, one.name) if one.conda else one.name
        if name is not None and framework_of(one) != (framework, True):
            yield name, NeededPackage(as_pep508(replace(one, name=name)), one.where)


_FROM_CONDA: dict[str, str | None] = {
    # conda's name, and that of the index; None for what the image or apt brings.
    "opencv": "opencv-python",
    "py-opencv": "opencv-python",
    "pytorch": "torch",
    "pillow-simd": "pillow",
    "faiss-gpu": "faiss-cpu",
    "pytables": "tables",
    "msgpack-python": "msgpack",
    "ffmpeg": None,
    "libsndfile": None,
    "cpuonly": None,
    "cudatoolkit": None,
    "cudatoolkit-dev": None,
    "cuda-toolkit": None,
    "cuda-nvcc": None,
    "cuda": None,
    "cudnn": None,
    "nccl": None,
    "pytorch-cuda": None,
    "pytorch-mutex": None,
    "cuda-version": None,
    "mkl": None,
    "blas": None,
    "libblas": None,
    "gcc": None,
    "gxx": None,
    "gcc-linux-64": None,
    "gxx-linux-64": None,
    "cmake": None,
    "git": None,
    "git-lfs": None,
    "nodejs": None,
    "openblas": None,
    "libgcc": None,
    "llvm-openmp": None,
    "torchtitan": None,
}


def _listed(view: View) -> Iterator[tuple[Source, Requirement]]:
    for source, one in view.installed:
        if one.group != "command":
            yield source, one


def _guessed(view: View, *, listed: bool) -> Iterator[NeededPackage]:
    notes = [
        note
        for source, note in view.notes(Subject.IMPORT)
        if not ASIDE & set(source.path.split("/")[:-1])
        and _speaks(view, source.path)
        and not (listed and source.path.endswith(".ipynb"))
    ]
    return guessed_packages(notes, view.is_module)


def _speaks(view: View, path: str) -> bool:
    base = view.path.base
    return not base or path.startswith(f"{base}/")
