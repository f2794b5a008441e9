"""Everything that was read, ordered by the install path."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from functools import cached_property

from scaffold.project.choices.aside import is_aside
from scaffold.project.choices.asked_extras import asked_extras, compatible, exclusive
from scaffold.project.choices.install_path import InstallPath
from scaffold.project.facts import PackageManager
from scaffold.project.formats.manifests import Role, base_of, kind_or_included
from scaffold.project.packages.frameworks import Sign, Weight, framework_of
from scaffold.project.readme.followed import Followed
from scaffold.project.sources import Note, Requirement, Source, Subject
from scaffold.project.syntax.requirement import normal_name
from scaffold.project.syntax.text import path_of
from scaffold.records import dataclass

_DEFAULT_GROUPS: dict[PackageManager | None, set[str]] = {
    PackageManager.UV: {"dev"},
    PackageManager.PDM: {"dev"},
    PackageManager.PIPENV: {"develop"},
}
"""Groups that a manager installs by default; Poetry's own are named by its reader."""

_SPECIAL = re.compile(r"(?:^|[-_.])(?:tests?|testing|dev|docs?|lint)(?:[-_.]|$)")
"""Names of lists that serve the same, such as requirements-test.txt."""

_WEAK = {"image": Weight.IMAGE, "command": Weight.COMMAND, "import": Weight.IMPORT}


_LOCKING = frozenset({PackageManager.UV, PackageManager.POETRY, PackageManager.PDM})


def _for_gpu(listed: Iterable[Requirement]) -> bool:
    """Whether a list asks for a framework's build for NVIDIA cards by an extra of its own."""
    named = (one for one in listed if (framework_of(one) or (None, False))[1])
    return any(extra.startswith("cuda") for one in named for extra in one.extras)


@dataclass(frozen=True, eq=False)
class View:
    """The sources by path, the install path, and every path of the repository."""

    sources: Mapping[str, Source]
    path: InstallPath
    seen: tuple[str, ...]
    followed: Followed = field(default_factory=Followed)

    def role(self, path: str) -> Role:
        """The kind of file at a path."""
        return kind_or_included(path).role

    def on_path(self, path: str) -> bool:
        """Whether the project's own installation reads the file."""
        return path in self.path.paths

    def has(self, path: str) -> bool:
        """Whether the repository has a file of this path; `seen` is in order."""
        place = bisect_left(self.seen, path)
        return self.seen[place : place + 1] == (path,)

    def below(self, folder: str) -> Iterator[str]:
        """The paths in a folder and in the folders below it."""
        prefix = f"{folder}/" if folder else ""
        for place in range(bisect_left(self.seen, prefix), len(self.seen)):
            if not self.seen[place].startswith(prefix):
                return
            yield self.seen[place]

    def is_module(self, path: str) -> bool:
        """Whether a path without its ending is a module, or a folder of modules."""
        return self.has(f"{path}.py") or any(one.endswith(".py") for one in self.below(path))

    @cached_property
    def in_order(self) -> tuple[Source, ...]:
        """The install path's files in order of authority, then the others by role and name."""
        rest = [path for path in self.sources if not self.on_path(path)]
        rest.sort(key=lambda path: (self.role(path).value, path.count("/"), path))
        return tuple(self.sources[path] for path in (*self.path.paths, *rest))

    def in_project(self, path: str) -> bool:
        """Whether a file describes the folder that is installed."""
        return self.on_path(path) or base_of(path) == self.path.base

    def notes(self, topic: Subject) -> Iterator[tuple[Source, Note]]:
        """Notes of one topic with their files, in the order of `in_order`."""
        for source in self.in_order:
            for note in source.notes:
                if note.topic is topic:
                    yield source, note
            for command in self.followed.commands if topic is Subject.PYTHON else ():
                if command.python and path_of(command.where) == source.path:
                    yield source, Note(Subject.PYTHON, command.python, command.where, command.text)

    def requirements(self) -> Iterator[tuple[Source, Requirement]]:
        """Dependencies that manifests name: no locks, no prose, no bare constraints."""
        for source in self.in_order:
            if self.role(source.path) is Role.MANIFEST and source.path not in self.path.constraints:
                yield from ((source, one) for one in source.requirements)

    @cached_property
    def installed(self) -> tuple[tuple[Source, Requirement], ...]:
        """Dependencies that the installation takes: lists, locks and followed commands."""
        return tuple(self._installed())

    def _installed(self) -> Iterator[tuple[Source, Requirement]]:
        for path in self.path.paths:
            if path in self.path.constraints:
                continue
            source = self.sources[path]
            yield from ((source, one) for one in source.requirements if self.is_installed(one))
        for command in self.followed.commands:
            source = self.sources[path_of(command.where)]
            yield from ((source, one) for one in command.requirements)

    @cached_property
    def signs(self) -> tuple[Sign, ...]:
        """Everything that names a framework, with its weight."""
        return tuple(self._signs())

    def _signs(self) -> Iterator[Sign]:
        for source in self.in_order:
            if source.path in self.path.constraints:
                continue
            for requirement in source.requirements:
                found = framework_of(requirement)
                if found is not None:
                    weight = self._weight(source, requirement, found[1])
                    yield Sign(found[0], requirement, weight, found[1])
        if not self.installed:
            yield from self._imported()

    def _imported(self) -> Iterator[Sign]:
        """Frameworks that modules below the root import, for a project that lists nothing."""
        seen = set()
        for source, note in self.notes(Subject.IMPORT):
            one = Requirement(
                name=note.value,
                spec="",
                extras=(),
                where=note.where,
                text=note.text,
                group="import",
            )
            found = framework_of(one)
            if found and found[1] and found[0] not in seen and "/" in source.path:
                seen.add(found[0])
                yield Sign(found[0], one, Weight.IMPORT, found[1])

    def _weight(self, source: Source, requirement: Requirement, named: bool) -> Weight:
        if requirement.group == "command" and self.is_followed(requirement):
            return Weight.STEP if named else Weight.STEP_IMPLIED
        if requirement.group in _WEAK and requirement.where not in self.followed.for_users:
            return _WEAK[requirement.group]
        if not self.is_installed(requirement) or self._serves_others(source, requirement):
            return Weight.NOT_INSTALLED
        if not self.on_path(source.path):
            return Weight.ELSEWHERE if named else Weight.ELSEWHERE_IMPLIED
        if self.role(source.path) is Role.LOCK:
            return Weight.LOCKED
        return Weight.NAMED if named else Weight.IMPLIED

    def _serves_others(self, source: Source, requirement: Requirement) -> bool:
        """Whether a dependency is that of tests, of pages, or of programs that use the package."""
        name = source.path.rpartition("/")[2]
        special = is_aside(source.path) or _SPECIAL.search(name) is not None
        aside = special and not self.on_path(source.path)
        return (aside and self.path.way is not None) or requirement.where in self.followed.for_users

    def is_followed(self, requirement: Requirement) -> bool:
        """Whether a command's requirement belongs to the README's commands that are followed."""
        return (requirement.where, requirement.name) in self._followed_names

    @cached_property
    def _followed_names(self) -> frozenset[tuple[str, str]]:
        return frozenset((one.where, one.name) for one in self.followed.requirements())

    def is_installed(self, requirement: Requirement) -> bool:
        """Whether the install path takes a dependency: no extra or group that is not requested."""
        kind, _, name = requirement.group.partition(" ")
        if not kind:
            return True
        if kind == "extra":
            return name in self._reached
        if kind == "group":
            return name in self.groups
        return kind == "feature" and name in self.groups

    @cached_property
    def extras(self) -> frozenset[str]:
        """Extras of the project that the README's commands ask for."""
        offered = self._offered if self.every_extra else ()
        asked = asked_extras(self.followed, self.path.base or ".", offered)
        found = compatible(asked, exclusive(self.sources[path] for path in self.path.paths))
        return frozenset({*found, *self._of_gpu(set(found))})

    @cached_property
    def _reached(self) -> frozenset[str]:
        """The extras, and those that they ask for in turn: `all = ["name[train]"]`."""
        names = {self.sources[path].name for path in self.path.paths}
        reached, waiting = set[str](), list(self.extras)
        while waiting:
            extra = waiting.pop()
            if extra not in reached:
                reached.add(extra)
                own = (one for one in self._offered.get(extra, ()) if one.name in names)
                waiting += [normal_name(inner) for one in own for inner in one.extras]
        return frozenset(reached)

    @cached_property
    def _offered(self) -> Mapping[str, list[Requirement]]:
        """The project's extras by name, with what each asks for."""
        offered: dict[str, list[Requirement]] = {}
        for path in self.path.paths:
            for one in self.sources[path].requirements:
                kind, _, name = one.group.partition(" ")
                if kind == "extra" and name and self.role(path) is Role.MANIFEST:
                    offered.setdefault(name, []).append(one)
        return offered

    def _of_gpu(self, asked: set[str]) -> set[str]:
        """The extra without which a locked framework computes on the CPU: `jax[cuda12]`."""
        if self.path.way is None or self.path.way.manager not in _LOCKING:
            return set()
        extras = [name for name, listed in sorted(self._offered.items()) if _for_gpu(listed)]
        plain = (one for path in self.path.paths for one in self.sources[path].requirements)
        if asked & set(extras) or _for_gpu(one for one in plain if not one.group):
            return set()
        return set(extras[:1])

    @property
    def every_extra(self) -> bool:
        """Whether a command asks for all extras."""
        return any(command.every_extra for command in self.followed.commands)

    @cached_property
    def groups(self) -> frozenset[str]:
        """Dependency groups that the package manager takes by itself, and those requested."""
        asked = {one for command in self.followed.commands for one in command.groups}
        manager = self.path.way.manager if self.path.way else None
        default = {one for path in self.path.paths for one in self.sources[path].default_groups}
        return frozenset(asked | default | _DEFAULT_GROUPS.get(manager, set()))
