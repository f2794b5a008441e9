"""`scaffold container save`: a container's file system as an image, with its gaps named."""

from dataclasses import dataclass

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.commands.container.copying import free_bytes
from scaffold.commands.container.recovery import find
from scaffold.container.raw import is_running, name_of
from scaffold.container.saving import (
    left_out,
    parse_reference,
    suspected_files,
    suspected_layers,
    suspected_variables,
)


@dataclass(frozen=True, slots=True)
class Saving:
    """What will be saved and what to know of it; `files` is None where there are too many."""

    name: str
    repository: str
    tag: str
    running: bool
    changes_bytes: int
    left_out: tuple[str, ...]
    variables: tuple[str, ...]
    layers: tuple[str, ...]
    files: tuple[str, ...] | None
    replaces: bool
    free_bytes: int | None = None

    @property
    def reference(self) -> str:
        """The image's name and tag."""
        return f"{self.repository}:{self.tag}"

    @property
    def needs_consent(self) -> bool:
        """Whether something may be given away, or another image loses its name."""
        return bool(self.variables or self.layers or self.files or self.replaces)


def look(engine: DockerEngine, name: str, reference: str) -> Saving:
    """Look without changing anything. Raises InputError for a name that is none."""
    repository, tag = parse_reference(reference)
    found = find(engine, name)
    changed = engine.changed_files(found["Id"])
    return Saving(
        name=name_of(found),
        repository=repository,
        tag=tag,
        running=is_running(found),
        changes_bytes=int(found.get("SizeRw") or 0),
        left_out=left_out(found),
        variables=suspected_variables(found),
        layers=suspected_layers(engine.history(found["Image"])),
        files=None if changed is None else suspected_files(changed),
        replaces=engine.image(f"{repository}:{tag}") is not None,
        free_bytes=free_bytes(engine),
    )


def save(engine: DockerEngine, saving: Saving, message: str, author: str) -> str:
    """Save it; the image's id. Processes stand still meanwhile, so that files are whole."""
    return engine.commit(saving.name, saving.repository, saving.tag, message, author)
