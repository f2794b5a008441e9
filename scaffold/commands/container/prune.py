"""`scaffold container prune`: remove old containers that `recreate` kept, and unused images."""

from dataclasses import dataclass

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.commands.container.recovery import all_names
from scaffold.container.facts import ContainerFacts, read_container
from scaffold.container.names import COMMENT, REPOSITORY, Part, dated
from scaffold.container.raw import is_running
from scaffold.container.recovery import unfinished
from scaffold.errors import TargetError


@dataclass(frozen=True, slots=True)
class Prunable:
    """Kept containers, and images that are no container's once these are gone."""

    containers: tuple[ContainerFacts, ...]
    images: tuple[str, ...]

    @property
    def anything(self) -> bool:
        """Whether there is anything to remove."""
        return bool(self.containers or self.images)


def find_prunable(engine: DockerEngine, name: str | None = None) -> Prunable:
    """What can go: for one container, or for all. Nothing of a replacement that did not end."""
    names = all_names(engine)
    kept = [
        one
        for one in names
        if (d := dated(one))
        and d.part is Part.BEFORE
        and name in {None, d.name}
        # Without its successor it is the only one, whatever it is called.
        and d.name in names
        and unfinished(d.name, names) is None
    ]
    inspects = [found for one in names if (found := engine.inspect(one, size=one in kept))]
    going = [read_container(one) for one in inspects]
    stopped = [
        facts
        for facts, inspect in zip(going, inspects, strict=True)
        if facts.name in kept and not is_running(inspect)
    ]
    gone = {facts.id for facts in stopped}
    used = {one["Image"] for one in inspects if one["Id"] not in gone}
    return Prunable(tuple(stopped), _images(engine, used, name))


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
    """Remove them, no volume with them; what the engine would not let go of, and why."""
    refused = []
    for container in prunable.containers:
        engine.remove(container.name)
    # The newest first: an image that others were made from can only go after them.
    for image in sorted(prunable.images, key=lambda tag: tag.rpartition(":")[2], reverse=True):
        try:
            engine.remove_image(image)
        except TargetError as error:
            refused.append(error.message)
    return tuple(refused)
