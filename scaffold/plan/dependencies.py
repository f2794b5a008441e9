"""The layers of the project's dependencies, by its own lists or by its package manager."""

import re
import shlex
from collections.abc import Iterator
from typing import NamedTuple

from scaffold.plan.left_out import deletions
from scaffold.plan.managers import is_list, is_pyproject, release_of
from scaffold.plan.model import LOCK, Layer
from scaffold.plan.situation import Situation, one_line
from scaffold.project.syntax.requirement import normal_name


def dependency_layers(case: Situation, earlier: tuple[str, ...]) -> Iterator[Layer]:
    """The layers that install the project's own lists, after the packages of earlier layers."""
    if case.recipe == "pip":
        yield from _lists(case, earlier)
    elif case.recipe not in {"conda", "pixi"}:
        yield from _managed(case)


def _lists(case: Situation, earlier: tuple[str, ...]) -> Iterator[Layer]:
    """What pip or uv installs from the project's lists, or from what is known of setup.py."""
    wanted = wanted_lists(case)
    if not wanted.asks:
        return
    if case.answers.lock:
        yield Layer(
            comments=("The project's dependencies, in the versions of the lock file.",),
            copies=copies((LOCK,)),
            caches=(case.cache,),
            commands=(f"{case.install} --require-hashes -r {LOCK}",),
        )
        return
    words = (*wanted.words, *wanted.known)
    first = first_packages(case, wanted.files)
    if first:
        yield _first_layer(case, first)
        # Layers before this one have packages that no list names.
        seeds = SEEDS if release_of(case.resolution.python) < (3, 12) else ()
        words = ("--exact", *seeds, *earlier, *words)
    told = (*filter(None, (case.why_pip,)), *(() if case.build else why_capped(case)))
    yield Layer(
        comments=("The project's dependencies.", *told, *reasons(case)),
        copies=copies(wanted.files),
        caches=(case.cache,),
        commands=(
            *deletions(case.left_out),
            f"{case.install}{case.list_options}{case.kept} {shlex.join(words)}",
        ),
    )


SEEDS = ("pip", "setuptools")
"""What an environment for Python before 3.12 begins with, as `python -m venv` had it."""

_OTHERWISE = "echo 'The next layer installs the packages.'"
"""If this list fails, one that was corrected since is in the next layer."""


def _first_layer(case: Situation, packages: tuple[str, ...]) -> Layer:
    lines = " \\\n        ".join(map(shlex.quote, packages))
    return Layer(
        comments=(
            "The lists as scaffold init read them. If you add a package, the next layer installs",
            "that one only; it removes what the lists no longer need.",
        ),
        caches=(case.cache,),
        commands=(f"{case.install}{case.kept} \\\n        {lines} \\\n    || {_OTHERWISE}",),
    )


def first_packages(case: Situation, files: tuple[str, ...]) -> tuple[str, ...]:
    """The packages of the lists as they are now, if a layer of their own has the same result.

    uv alone can make an environment exact. Hashes, indexes and links that lists give to their
    packages would not hold in a layer without the lists.
    """
    project = case.project
    own = case.vendor or case.resolution.base is not None
    if not (case.uses_uv and project.plain_lists and files) or own or case.odd:
        return ()
    builds = (case.build, *case.others) if case.build else ()
    named = (text for build in builds for text in build.requirements)
    apart = {normal_name(_name(text)) for text in (*named, *(one.text for one in case.left_out))}
    return tuple(text for text in project.requirements if _name(text) not in apart)


class WantedLists(NamedTuple):
    """The project's lists: their files, an installer's words for them, and what none names."""

    files: tuple[str, ...]
    words: tuple[str, ...]
    known: tuple[str, ...]

    @property
    def asks(self) -> bool:
        """Whether anything is asked for, and not only constrained."""
        return bool(self.known) or any(_list_option(path) != "-c" for path in self.files)


def extras_of(case: Situation) -> tuple[str, ...]:
    """The project's extras; of those for one CUDA release each, that of the decided build."""
    build, asked = case.resolution.build, case.project.extras
    decided = build.variant if build else ""
    sets = [one for one in case.project.exclusive if decided in one]
    return tuple(
        dict.fromkeys(decided if any(name in one for one in sets) else name for name in asked)
    )


def wanted_lists(case: Situation) -> WantedLists:
    """What pip or uv has to read for the project's dependencies."""
    lists = [path for path in case.files if is_list(path)]
    pyproject = [path for path in case.files if is_pyproject(path)]
    read = case.uses_uv and not case.project.dynamic and not case.inseparable
    words = [word for path in lists for word in (_list_option(path), as_path(path))]
    for path in pyproject if read else ():
        words += ["-r", as_path(path)]
        words += [word for extra in extras_of(case) for word in ("--extra", extra)]
        words += [word for group in case.project.groups for word in ("--group", _of(path, group))]
    known = () if read and pyproject else _known(case)
    return WantedLists((*lists, *(pyproject if read else ())), tuple(words), known)


def _known(case: Situation) -> tuple[str, ...]:
    """What the metadata asks for, without the framework that is installed already."""
    builds = (case.build, *case.others) if case.build else ()
    chosen = {_name(text) for build in builds for text in build.requirements}
    return tuple(text for text in case.project.requires if _name(text) not in chosen)


def _name(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower()


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
        comments=("The project's dependencies, without its own code.", *reasons(case)),
        copies=copies(case.files),
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
        extras="".join(row.extras.format(shlex.quote(name)) for name in extras_of(case)),
        groups="".join(row.groups.format(shlex.quote(name)) for name in project.groups),
    )


def package_layers(case: Situation) -> Iterator[Layer]:
    """Packages of README's commands or of imports that no list names."""
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


def is_local(case: Situation, where: str, name: str) -> bool:
    """Whether a package is a folder of the project, which the image has not."""
    return any(name == one.path or (where and where == one.where) for one in case.project.local)


def reasons(case: Situation) -> tuple[str, ...]:
    """Why lines are missing from the image's copies, one comment for each reason."""
    reasons = dict.fromkeys(one.because for one in case.left_out)
    return tuple(one_line(f"{', '.join(_texts(case, because))} {because}.") for because in reasons)


def why_capped(case: Situation) -> Iterator[str]:
    """Why later releases of other packages are kept out, one comment for each."""
    for decision in case.resolution.decisions:
        if decision.chosen in case.caps:
            yield f"{one_line(decision.chosen)}: {one_line(decision.because)}"


def _texts(case: Situation, because: str) -> tuple[str, ...]:
    return tuple(one.text.strip() for one in case.left_out if one.because == because and one.text)


def copies(files: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """COPY keeps no folders, so the files of each folder are copied by themselves."""
    folders: dict[str, list[str]] = {}
    for path in files:
        folders.setdefault(path.rpartition("/")[0], []).append(path)
    return tuple(
        (" ".join(paths), f"./{folder}/".replace("//", "/")) for folder, paths in folders.items()
    )


def as_path(path: str) -> str:
    """A leading dash would be read as an option."""
    return f"./{path}" if path.startswith("-") else path
