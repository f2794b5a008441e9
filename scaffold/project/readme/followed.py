"""The commands of the README that install the project."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from scaffold.project.formats.manifests import GUIDE, Role, kind_or_included
from scaffold.project.readme.selecting import of_root, taken
from scaffold.project.sources import UNDECIDED, Command, Requirement, Source
from scaffold.project.syntax.requirement import normal_name
from scaffold.project.syntax.text import path_of
from scaffold.records import dataclass

_README = re.compile(r"README(?:\.(?:md|rst|txt|markdown))?", re.IGNORECASE)
_GUIDE = re.compile(rf"(?:docs?/(?:en/|source/)?)?{GUIDE}\.(?:md|rst|txt)", re.IGNORECASE)
_DEVICE = re.compile(
    r"[-_.]?(?<![a-z])(?:cpu|gpu|cuda|cu\d\d+|nvidia|amd|rocm|intel|xpu|npu|hpu|mps|directml|ipex)"
    r"(?:[-_.]?\d[\d.]*(?=[-_./]))?(?![a-z])",
    re.IGNORECASE,
)


def best_for_gpu(names: Iterable[str]) -> tuple[str, ...]:
    """Names without those for another device, if the same name for NVIDIA's GPUs is there."""
    names = tuple(names)
    best: dict[str, str] = {}
    for one in names:
        best[_DEVICE.sub("", one)] = max(best.get(_DEVICE.sub("", one), one), one, key=_device)
    return tuple(one for one in names if one in best.values())


def names_device(name: str) -> bool:
    """Whether a name has a word for a device, as `train-gpu` has."""
    return _DEVICE.search(name) is not None


def _device(path: str) -> tuple[bool, int]:
    """How well a list of one device fits a GPU of NVIDIA: its newest CUDA is best."""
    found = re.search(r"cu(?:da)?[-_.]?(\d[\d.]*\d)|gpu|cuda|nvidia", path, re.IGNORECASE)
    release = found[1].replace(".", "") if found and found[1] else "0"
    return found is not None, int(release[:4])


@dataclass(frozen=True, slots=True)
class Followed:
    """What the README's commands install, in their order.

    `for_users` are the places of commands that programs which use the package need, `undecided`
    the commands of scripts that depend on more than the options of the README.
    """

    commands: tuple[Command, ...] = ()
    for_users: frozenset[str] = frozenset()
    undecided: tuple[Command, ...] = ()

    def requirements(self) -> Iterator[Requirement]:
        """Packages of the commands, each once: the first command decides, later ones are
        alternatives.
        """
        seen = set()
        for command in self.commands:
            for found in command.requirements:
                if found.name not in seen:
                    seen.add(found.name)
                    yield found

    @property
    def commands_name_packages(self) -> bool:
        """Whether some command installs packages by name."""
        return any(command.requirements for command in self.commands)

    @property
    def commands_are_whole(self) -> bool:
        """Whether the commands name everything: a notebook's add to what its service has."""
        named = (command.where for command in self.commands if command.requirements)
        return any(not path_of(where).endswith(".ipynb") for where in named)

    def lists(self) -> tuple[str, ...]:
        """Requirements files that the commands install; of one for each device that for GPUs."""
        named = dict.fromkeys(
            one for found in self.commands if not found.environments for one in found.lists
        )
        return best_for_gpu(named)

    def environments(self) -> tuple[str, ...]:
        """Conda environments that the commands create, the one for GPUs first."""
        found = dict.fromkeys(one for command in self.commands for one in command.environments)
        return tuple(sorted(found, key=lambda one: "gpu" not in one.lower()))

    def ways(self) -> frozenset[str]:
        """Names of the install methods that the commands show."""
        ways = {"conda" for command in self.commands if command.environments}
        ways |= {"requirements" for command in self.commands if command.lists}
        ways |= {"project" for command in self.commands if of_root(command)}
        return frozenset(ways | {one.manager for one in self.commands if one.manager})


def follow_readme(sources: Mapping[str, Source]) -> Followed:
    """The commands of the main README, or of the installation guide if it shows none.

    If no list and no command names a package, those of the project's own image come first.
    """
    names = {normal_name(source.name) for source in sources.values() if source.name}
    shown = _of_prose(sources, names)
    if shown.for_users or any(one.requirements or one.lists for one in shown.commands):
        return shown
    return Followed((*_of_image(sources, names), *shown.commands))


def _of_prose(sources: Mapping[str, Source], names: set[str]) -> Followed:
    for pattern in (_README, _GUIDE):
        paths = sorted((p for p in sources if pattern.fullmatch(p)), key=lambda p: (len(p), p))
        for path in paths:
            commands = tuple(run_scripts(sources[path].commands, sources))
            found = tuple(taken(commands, sources, names))
            if found:
                for_users = _for_users(commands, found, sources)
                own = tuple(one for one in found if one.where not in for_users)
                return Followed(own, for_users, tuple(_undecided(sources[path].commands, sources)))
    return Followed()


def run_scripts(commands: Iterable[Command], sources: Mapping[str, Source]) -> Iterator[Command]:
    """The commands, and in place of one that runs a script those of the script it reaches."""
    for command in commands:
        if not command.script:
            yield command
        for inner in _of_script(command, sources):
            if set(inner.conditions) <= set(command.options):
                yield replace(inner, section=command.section, optional=command.optional)


def _undecided(commands: Iterable[Command], sources: Mapping[str, Source]) -> Iterator[Command]:
    """Commands of a script that its options ask for, and another condition may leave out."""
    for command in commands:
        for inner in () if command.optional else _of_script(command, sources):
            left = set(inner.conditions) - set(command.options)
            if left == {UNDECIDED} and (inner.requirements or inner.local):
                yield inner


def _of_script(command: Command, sources: Mapping[str, Source]) -> Iterator[Command]:
    there = sources.get(command.script) if command.script else None
    return (one for one in (there.commands if there else ()) if not one.script)


def _for_users(
    commands: Iterable[Command], taken: Iterable[Command], sources: Mapping[str, Source]
) -> frozenset[str]:
    """Where a README that installs the released package, and never the checkout, goes on.

    What follows belongs to programs that use the package.
    """
    own = {source.name for path, source in sources.items() if source.name and "/" not in path}
    places = [
        (command.where, any(one.name in own and not one.url for one in command.requirements))
        for command in commands
    ]
    released = [number for number, (_, there) in enumerate(places) if there]
    if not released or any(one.kind not in {"packages", "conda-packages"} for one in taken):
        return frozenset()
    return frozenset(where for where, _ in places[released[0] :])


_OWN_IMAGE = re.compile(r"(?:docker/)?Dockerfile(?:[-._](?:gpu|cuda))?", re.IGNORECASE)
_OF_IMAGE = frozenset({"packages", "conda-packages", "python"})


def _of_image(sources: Mapping[str, Source], names: set[str]) -> Iterator[Command]:
    """Packages of the project's Dockerfile, notebooks or scripts, if no manifest lists any."""
    listed = (kind_or_included(path).role in {Role.MANIFEST, Role.LOCK} for path in sources)
    if any(there and one.requirements for there, one in zip(listed, sources.values(), strict=True)):
        return
    images = sorted((path for path in sources if _OWN_IMAGE.fullmatch(path)), key=len)[:1]
    for path in (*images, *(one for one in sources if one.endswith((".ipynb", ".py")))):
        kinds = _OF_IMAGE if path in images else {"packages"}
        for command in taken(sources[path].commands, sources, names):
            if command.kind in kinds:
                yield command
