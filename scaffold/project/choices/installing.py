"""What the installation needs besides its lists: folders, isolated builds, README's packages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatch

from scaffold.project.choices.aside import ASIDE
from scaffold.project.choices.device_needs import compiled_reason
from scaffold.project.facts import (
    Framework,
    InstallStep,
    Isolated,
    LocalPath,
    NeededPackage,
    PackageManager,
    Pin,
)
from scaffold.project.formats.manifests import Role
from scaffold.project.framework_table import BY_FRAMEWORK, DISTRIBUTIONS
from scaffold.project.packages.frameworks import framework_of
from scaffold.project.packages.imports import guessed_packages, module_places
from scaffold.project.packages.knowledge import BUILT_WITH_FRAMEWORK, BUILT_WITH_NUMPY
from scaffold.project.sources import Command, Requirement, Source, Subject
from scaffold.project.syntax.markers import applies
from scaffold.project.syntax.requirement import normal_name
from scaffold.project.view import View

BUILD_TOOLS = ("setuptools", "wheel", "packaging", "ninja", "psutil")
"""What builds with torch import or call: flash-attn's and torch's own installation guides."""


@dataclass(frozen=True, slots=True)
class Extra:
    """Packages beside the lists: those of the framework's own command, and all others."""

    companions: tuple[str, ...] = ()
    packages: tuple[NeededPackage, ...] = ()


def steps(view: View) -> tuple[InstallStep, ...]:
    """The README's commands that are followed, in their order."""
    return tuple(
        InstallStep(one.kind, _values(one), one.where, one.text) for one in view.followed.commands
    )


def _values(command: Command) -> tuple[str, ...]:
    return (
        *((command.python,) if command.python else ()),
        *(one.text for one in command.requirements),
        *command.lists,
        *command.environments,
        *(target for target, _, _ in command.local),
        *command.extras,
        *command.groups,
    )


def local_paths(view: View) -> tuple[LocalPath, ...]:
    """Folders of the repository that the installation names, each once, with what they import."""
    found: dict[str, LocalPath] = {}
    for path in view.path.paths:
        for one in view.sources[path].local:
            for member in _members(view, one):
                found.setdefault(member.path, member)
    for command in view.followed.commands:
        for target, extras, editable in command.local:
            if target == (view.path.base or ".") or target in found or target == ".":
                continue
            found[target] = LocalPath(
                path=target,
                where=command.where,
                text=command.text,
                editable=editable,
                extras=extras,
            )
    return tuple(
        replace(one, imports=setup_imports(view, "" if path == "." else path))
        for path, one in found.items()
    )


def _members(view: View, one: LocalPath) -> Iterator[LocalPath]:
    """A workspace source of uv has the path of the member of that name."""
    if one.path:
        yield one
        return
    name = normal_name(one.extras[0])
    for path, source in view.sources.items():
        if source.name == name and path.endswith("pyproject.toml"):
            yield replace(one, path=path.rpartition("/")[0] or ".", extras=())


def needed_files(view: View) -> tuple[str, ...]:
    """Manifests of workspace members and path dependencies that uv, Poetry or PDM must see."""
    manager = view.path.way.manager if view.path.way else None
    if manager not in {PackageManager.UV, PackageManager.POETRY, PackageManager.PDM}:
        return ()
    patterns = [one for path in view.path.paths for one in view.sources[path].members]
    paths = [f"{one.path}/pyproject.toml" for one in local_paths(view)]
    found = {
        path
        for path in view.sources
        if path.endswith("pyproject.toml")
        and (path in paths or any(fnmatch(path.rpartition("/")[0], one) for one in patterns))
    }
    return tuple(sorted(found - set(view.path.paths)))


def setup_imports(view: View, folder: str) -> tuple[str, ...]:
    """Modules that a folder's setup.py imports and its pyproject.toml does not ask for."""
    prefix = f"{folder}/" if folder else ""
    setup = view.sources.get(f"{prefix}setup.py")
    project = view.sources.get(f"{prefix}pyproject.toml")
    notes = setup.notes if setup else ()
    asked = {
        note.value for note in (project.notes if project else ()) if note.topic is Subject.BUILD
    }
    modules = [note.value for note in notes if note.topic is Subject.SETUP_IMPORT]
    # An isolated build would compile against another torch than the one that is installed.
    modules += ["torch"] if "torch" in asked else []
    places = module_places(view.seen)
    wanted = [one for one in modules if normal_name(one) not in asked - {"torch"}]
    return tuple(one for one in dict.fromkeys(wanted) if f"{prefix}{one}" not in places)


def build_tools(view: View, apart: tuple[Isolated, ...]) -> tuple[str, ...]:
    """What has to be installed before a build that is not isolated, as requirements."""
    folders = {view.path.base} | {one.path for one in local_paths(view) if one.path != "."}
    folders = {folder for folder in folders if setup_imports(view, folder)}
    if not (apart or folders):
        return ()
    wanted = {name: name for name in BUILD_TOOLS}
    for folder in sorted(folders):
        source = view.sources.get(f"{folder}/pyproject.toml".lstrip("/"))
        for note in source.notes if source else ():
            if note.topic is Subject.BUILD:
                wanted[note.value] = note.text
    return tuple(wanted.values())


def isolated(view: View) -> tuple[Isolated, ...]:
    """Dependencies whose build imports what isolation would hide, each once."""
    topics = (Subject.INDEX, Subject.LINKS)
    links = " ".join(note.value for topic in topics for _, note in view.notes(topic))
    found: dict[str, Isolated] = {}
    for source, one in view.installed:
        locked = view.role(source.path) is Role.LOCK
        if one.conda or locked or not applies(one.marker) or one.name in found:
            continue
        reason = compiled_reason(one, links)
        if one.name in BUILT_WITH_FRAMEWORK and (reason or "git" in one.url):
            found[one.name] = Isolated(
                name=one.name,
                text=_pep508(one),
                where=one.where,
                reason=reason or "is built from its sources",
                line=one.text,
            )
        elif one.name in BUILT_WITH_NUMPY:
            why = "its setup.py imports numpy or Cython"
            found[one.name] = Isolated(
                name=one.name,
                text=_pep508(one),
                where=one.where,
                reason=why,
                compiles=False,
                line=one.text,
            )
    return tuple(found.values())


def _pep508(one: Requirement) -> str:
    """A requirement as pip takes it on its command line, without its local version."""
    extras = f"[{','.join(one.extras)}]" if one.extras else ""
    if one.url:
        return (
            one.text if one.text.startswith(("git+", "http")) else f"{one.name}{extras} @ {one.url}"
        )
    return f"{one.name}{extras}{one.spec}"


def framework_pins(view: View) -> tuple[Pin, ...]:
    """Lines of the installed lists that name a framework itself."""
    return tuple(
        Pin(one.where, one.text, one.spec, one.name)
        for source, one in view.installed
        if (framework_of(one) or (None, False))[1]
        and not one.conda
        and view.role(source.path) is Role.MANIFEST
        and applies(one.marker)
    )


def extra_packages(view: View, framework: Framework) -> Extra:
    """What commands of the README, or else the imports, add to the project's lists."""
    listed = {one.name for _, one in _listed(view)}
    apart = {one.name for one in isolated(view)} | listed
    found = [one for name, one in _of_commands(view, framework) if name not in apart]
    for guess in _guessed(view, listed=bool(listed)):
        name = _name(guess.text)
        if name in apart | {_name(one.text) for one in found} | {DISTRIBUTIONS.get(framework)}:
            continue
        # A companion is imported by whoever has it, so its import alone is proof enough.
        if _is_companion(name, framework) or not (listed or view.followed.commands_name_packages):
            found.append(guess)
    companions = tuple(one for one in found if _is_companion(_name(one.text), framework))
    others = tuple(one for one in found if one not in companions)
    return Extra(tuple(one.text for one in companions), others)


def _name(text: str) -> str:
    return normal_name(re.split(r"[\[@=<>!~; ]", text)[0])


def _is_companion(name: str, framework: Framework) -> bool:
    return framework in BY_FRAMEWORK and name in BY_FRAMEWORK[framework].companions


def _of_commands(view: View, framework: Framework) -> Iterator[tuple[str, NeededPackage]]:
    for one in view.followed.requirements():
        name = _FROM_CONDA.get(one.name, one.name) if one.conda else one.name
        if name is not None and framework_of(one) != (framework, True):
            yield name, NeededPackage(_pep508(replace(one, name=name)), one.where)


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
    places = module_places(view.seen)
    notes = [
        note
        for source, note in view.notes(Subject.IMPORT)
        if not ASIDE & set(source.path.split("/")[:-1])
        and _speaks(view, source.path)
        and not (listed and source.path.endswith(".ipynb"))
    ]
    return guessed_packages(notes, places)


def _speaks(view: View, path: str) -> bool:
    base = view.path.base
    return not base or path.startswith(f"{base}/")
