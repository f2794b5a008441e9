"""`scaffold container prune`: remove old containers that `recreate` kept, and unused images."""

from collections.abc import Iterable

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.commands.container.recovery import all_names
from scaffold.container.engine_json import Raw, is_running, name_of
from scaffold.container.facts import ContainerFacts, read_container
from scaffold.container.names import COMMENT, REPOSITORY, RecreateRole, parse_dated_name
from scaffold.container.recreate.recovery import unfinished
from scaffold.container.recreate.references import refers_to
from scaffold.errors import TargetError
from scaffold.records import dataclass


@dataclass(frozen=True, slots=True)
class Prunable:
    """Kept containers, and images that no container will use after their removal.

    `needed` are kept containers that stay, since others refer to them, in words.
    """

    containers: tuple[ContainerFacts, ...]
    images: tuple[str, ...]
    needed: tuple[str, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether there is anything to remove."""
        return bool(self.containers or self.images)


def find_prunable(engine: DockerEngine, name: str | None = None) -> Prunable:
    """What can be removed, for one container or all; nothing of an unfinished recreate."""
    names = all_names(engine)
    kept = [
        one
        for one in names
        if (d := parse_dated_name(one))
        and d.part is RecreateRole.BEFORE
        and name in {None, d.name}
        # Without its successor it is the only copy.
        and d.name in names
        and unfinished(d.name, names) is None
    ]
    inspects = [found for one in names if (found := engine.inspect(one, size=one in kept))]
    going = [read_container(one) for one in inspects]
    stopped, needed = [], []
    for facts, inspect in zip(going, inspects, strict=True):
        if facts.name in kept and not is_running(inspect):
            users = _users(inspect, inspects)
            needed += users
            stopped += [facts] if not users else []
    gone = {facts.id for facts in stopped}
    used = {one["Image"] for one in inspects if one["Id"] not in gone}
    return Prunable(tuple(stopped), _images(engine, used, name), tuple(needed))


def _users(kept: Raw, others: Iterable[Raw]) -> list[str]:
    """Containers that refer to a kept one: without it they could not start any more."""
    return [
        f"{name} still uses {name_of(kept)}, which stays; first: scaffold container recreate {name}"
        for one in others
        if refers_to(one, kept) and parse_dated_name(name := name_of(one)) is None
    ]


def _images(engine: DockerEngine, used: set[str], name: str | None) -> tuple[str, ...]:
    if name is not None:
        return ()
    found = []
    for tag in engine.images(f"{REPOSITORY}/*"):
        image = engine.image(tag)
        if image and image.get("Comment") == COMMENT and image["Id"] not in used:
            found.append(tag)
    return tuple(found)


def prune(engine: DockerEngine, prunable: Prunable) -> tuple[str, ...]:
    """Remove them, but no volumes; returns the errors of what could not be removed."""
    refused = []
    for container in prunable.containers:
        engine.remove(container.name)
    # Newest first: an image can only be removed after those built on it.
    for image in sorted(prunable.images, key=lambda tag: tag.rpartition(":")[2], reverse=True):
        try:
            engine.remove_image(image)
        except TargetError as error:
            refused.append(error.message)
    return tuple(refused)
