"""`scaffold container save`: save a container as an image; list what is not included."""

from collections.abc import Callable
from functools import partial
from uuid import uuid4

from scaffold.adapters.docker.container_files import without_files
from scaffold.adapters.docker.disk import free_bytes
from scaffold.adapters.docker.engine import DockerEngine
from scaffold.commands.container.recovery import find
from scaffold.commands.container.search import search
from scaffold.container.engine_json import Raw, is_running, name_of, table
from scaffold.container.known_secrets import secret_values, spellings, suspected_variables
from scaffold.container.saving import (
    HISTORY,
    clean_config,
    left_out,
    parse_reference,
    suspected_layers,
    suspected_settings,
)
from scaffold.errors import InputError
from scaffold.records import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class SavePlan:
    """What will be saved, and what the user should know before.

    `variables`, `settings`, `files` and `layers` look like secrets and are left out. `unread`
    is why not all files could be searched for secrets; empty if they were. `config` are the
    settings of the image if something is left out.
    """

    name: str
    repository: str
    tag: str
    running: bool
    changes_bytes: int
    left_out: tuple[str, ...]
    variables: tuple[str, ...]
    settings: tuple[str, ...]
    layers: tuple[str, ...]
    files: tuple[str, ...]
    unread: str
    replaces: bool
    config: Raw
    free_bytes: int | None = None

    @property
    def reference(self) -> str:
        """The image's name and tag."""
        return f"{self.repository}:{self.tag}"

    @property
    def secret(self) -> bool:
        """Whether secrets are left out, so that the image is created from exported files."""
        return bool(self.variables or self.settings or self.layers or self.files)

    @property
    def needs_consent(self) -> bool:
        """Whether the image differs from the container, or another image loses its name."""
        return bool(self.secret or self.unread or self.replaces)


def plan_save(
    engine: DockerEngine, name: str, reference: str, included: frozenset[str] = frozenset()
) -> SavePlan:
    """Plan the save without changing anything; `included` secrets are saved.

    Raises InputError for an invalid name.
    """
    repository, tag = parse_reference(reference)
    found = find(engine, name)
    known = spellings(secret_values(found, included))
    secrets = search(engine, found, known, included)
    known = (*known, *secrets.values)
    history = engine.history(found["Image"])
    layers = () if HISTORY in included else suspected_layers(history, known)
    base = table(engine.image(str(found["Image"])) or {}, "Config")
    _check_names(included, found, secrets.files)
    return SavePlan(
        name=name_of(found),
        repository=repository,
        tag=tag,
        running=is_running(found),
        changes_bytes=int(found.get("SizeRw") or 0),
        left_out=left_out(found),
        variables=suspected_variables(found, known, included),
        settings=suspected_settings(found, known, included),
        layers=layers,
        files=tuple(path for path in secrets.files if path not in included),
        unread=secrets.unread,
        replaces=engine.image(f"{repository}:{tag}") is not None,
        config=clean_config(found, base, known, included),
        free_bytes=free_bytes(engine),
    )


def _check_names(included: frozenset[str], found: Raw, files: tuple[str, ...]) -> None:
    suspects = {*suspected_variables(found), *suspected_settings(found, (), ()), *files, HISTORY}
    for name in sorted(included - suspects):
        raise InputError(
            f"--include-secret: {name!r} is no suspected secret of {name_of(found)}",
            hint=f"use one of these names: {', '.join(sorted(suspects))}",
        )


def save(engine: DockerEngine, saving: SavePlan, message: str, author: str) -> str:
    """Save the image; its id.

    A commit pauses the container, so that files are consistent. It keeps every layer, the
    environment and the command of the container, so one without secrets is made of exported files.
    """
    commit = partial(_commit, engine, saving, message, author)
    return _from_files(engine, saving, commit) if saving.secret else commit(saving.name)


def _commit(engine: DockerEngine, saving: SavePlan, message: str, author: str, name: str) -> str:
    return engine.commit(name, saving.repository, saving.tag, message, author)


def _from_files(engine: DockerEngine, saving: SavePlan, commit: Callable[[str], str]) -> str:
    with engine.export(saving.name) as stream:
        image = engine.import_files(without_files(stream, saving.files))
    name = f"scaffold-look-{uuid4().hex[:12]}"
    try:
        engine.create(name, {**saving.config, "Image": image, "NetworkDisabled": True})
        made = commit(name)
    finally:
        if engine.inspect(name):
            engine.remove(name, unnamed_volumes=True)
    return made
