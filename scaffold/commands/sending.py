"""Bringing the workspace to its place: only what changed, nothing there lost."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scaffold.commands.sync_talk import Attendant
from scaffold.sync.place import Place


@dataclass(frozen=True, slots=True)
class SendRequest:
    """How to send.

    `delete` removes there what was sent once and is gone here, after consent; `dry_run` changes
    nothing; `take_over` goes on where another laptop holds the place; `overwrite` replaces
    files that were edited there too (they are kept beside, as `name.bak1`).
    """

    delete: bool = False
    dry_run: bool = False
    take_over: bool = False
    overwrite: bool = False
    ssh_config: Path | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A path that was not sent, and why: it was edited there too, or is something else there."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What a send did, or would do in a dry run.

    `files` are paths, relative to the workspace, that travelled, `size` their bytes. `gone` are
    those that were sent once, are gone here, and are still there; `deleted` those that this run
    removed. `way` is how they travelled; empty where nothing had to. `clock_ahead` is how many
    seconds the far clock is ahead of ours, negative where it is behind.
    """

    place: Place
    files: tuple[str, ...] = ()
    size: int = 0
    gone: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    kept: tuple[Kept, ...] = ()
    way: Literal["", "rsync", "tar"] = ""
    seconds: float = 0.0
    clock_ahead: float = 0.0


def send(root: Path, place: Place, request: SendRequest, attendant: Attendant) -> Sent:
    """Bring the workspace `root` to its place; a second run sends only what changed.

    Each file there is at any moment either the old or the new one. Raises TargetError where the
    far side does not do its part (unreachable, read-only, full), InputError where the place is
    held by another laptop or cannot be one; what was whole there stays whole.
    """
    raise NotImplementedError
