"""`scaffold container save`: save a container as an image; list what is not included."""

from dataclasses import dataclass

from scaffold.adapters.docker.disk import free_bytes
from scaffold.adapters.docker.engine import DockerEngine
from scaffold.commands.container.recovery import find
from scaffold.commands.container.search import search
from scaffold.container.engine_json import is_running, name_of
from scaffold.container.saving import (
    left_out,
    parse_reference,
    suspected_layers,
    suspected_variables,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SavePlan:
    """What will be saved, and what the user should know before.

    `unread` is why not all files could be searched for secrets; empty if they were.
    """

    name: str
    repository: str
    tag: str
    running: bool
    changes_bytes: int
    left_out: tuple[str, ...]
    variables: tuple[str, ...]
    layers: tuple[str, ...]
    files: tuple[str, ...]
    unread: str
    replaces: bool
    free_bytes: int | None = None

    @property
    def reference(self) -> str:
        """The image's name and tag."""
        return f"{self.repository}:{self.tag}"

    @property
    def needs_consent(self) -> bool:
        """Whether a secret may be disclosed, or another image loses its name."""
        return bool(self.variables or self.layers or self.files or self.unread or self.replaces)


def plan_save(engine: DockerEngine, name: str, reference: str) -> SavePlan:
    """Plan the save without changing anything. Raises InputError for an invalid name."""
    repository, tag = parse_reference(reference)
    found = find(engine, name)
    secrets = search(engine, found)
    return SavePlan(
        name=name_of(found),
        repository=repository,
        tag=tag,
        running=is_running(found),
        changes_bytes=int(found.get("SizeRw") or 0),
        left_out=left_out(found),
        variables=suspected_variables(found),
        layers=suspected_layers(engine.history(found["Image"])),
        files=secrets.files,
        unread=secrets.unread,
        replaces=engine.image(f"{repository}:{tag}") is not None,
        free_bytes=free_bytes(engine),
    )


def save(engine: DockerEngine, saving: SavePlan, message: str, author: str) -> str:
    """Save the image; its id. The container is paused meanwhile, so that files are consistent."""
    return engine.commit(saving.name, saving.repository, saving.tag, message, author)
