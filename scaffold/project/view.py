"""Everything that was read, with the install path laid over it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scaffold.project.frameworks import Sign, Weight, framework_of
from scaffold.project.install_path import InstallPath
from scaffold.project.manifests import Role, base_of, kind_or_included
from scaffold.project.sources import Note, Requirement, Source, Topic

_WEAK = {"image": Weight.IMAGE, "command": Weight.COMMAND, "import": Weight.IMPORT}


@dataclass(frozen=True, slots=True)
class View:
    """The sources by path, the install path, and every path of the repository."""

    sources: Mapping[str, Source]
    path: InstallPath
    seen: tuple[str, ...]

    def role(self, path: str) -> Role:
        """What kind of file stands at a path."""
        return kind_or_included(path).role

    def on_path(self, path: str) -> bool:
        """Whether the project's own installation reads the file."""
        return path in self.path.paths

    def in_order(self) -> Iterator[Source]:
        """The install path's files in order of authority, then the others by role and name."""
        yield from (self.sources[path] for path in self.path.paths)
        rest = [path for path in self.sources if not self.on_path(path)]
        for path in sorted(rest, key=lambda path: (self.role(path).value, path.count("/"), path)):
            yield self.sources[path]

    def in_project(self, path: str) -> bool:
        """Whether a file speaks for the folder that is installed, on its path or beside it."""
        return self.on_path(path) or base_of(path) == self.path.base

    def notes(self, topic: Topic) -> Iterator[tuple[Source, Note]]:
        """Notes of one topic with their files, in the order of `in_order`."""
        for source in self.in_order():
            for note in source.notes:
                if note.topic is topic:
                    yield source, note

    def requirements(self) -> Iterator[tuple[Source, Requirement]]:
        """Dependencies that manifests name: no locks, no prose, no bare constraints."""
        for source in self.in_order():
            if self.role(source.path) is Role.MANIFEST and source.path not in self.path.constraints:
                yield from ((source, one) for one in source.requirements)

    def signs(self) -> Iterator[Sign]:
        """Everything that speaks of a framework, weighed."""
        for source in self.in_order():
            if source.path in self.path.constraints:
                continue
            for requirement in source.requirements:
                found = framework_of(requirement)
                if found is not None:
                    weight = self._weight(source, requirement, found[1])
                    yield Sign(found[0], requirement, weight, found[1])

    def _weight(self, source: Source, requirement: Requirement, named: bool) -> Weight:
        if requirement.group in _WEAK:
            return _WEAK[requirement.group]
        if not self.on_path(source.path):
            return Weight.ELSEWHERE if named else Weight.ELSEWHERE_IMPLIED
        if self.role(source.path) is Role.LOCK:
            return Weight.LOCKED
        if requirement.group:
            return Weight.OPTIONAL if named else Weight.OPTIONAL_IMPLIED
        return Weight.NAMED if named else Weight.IMPLIED
