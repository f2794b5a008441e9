"""Bringing results back from where the workspace lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scaffold.commands.sending import Kept
from scaffold.commands.sync_talk import Attendant
from scaffold.sync.place import Place


@dataclass(frozen=True, slots=True)
class PullRequest:
    """How to pull.

    `everything` stands for naming all that is new or changed there; `overwrite` replaces files
    that changed here too (they are kept beside, as `name.bak1`).
    """

    everything: bool = False
    dry_run: bool = False
    overwrite: bool = False
    ssh_config: Path | None = None


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull did, or would do in a dry run.

    `files` came, `size` are their bytes; `kept` stayed as they are here, each with the reason.
    """

    place: Place
    files: tuple[str, ...] = ()
    size: int = 0
    kept: tuple[Kept, ...] = ()
    seconds: float = 0.0


def pull(
    root: Path, place: Place, paths: Sequence[str], request: PullRequest, attendant: Attendant
) -> Pulled:
    """Bring `paths` (relative to the workspace, files or folders) from the place into `root`.

    Nothing is written outside `root`, no file that is newer here is replaced without consent,
    and none is left half. Raises TargetError where the far side does not do its part,
    InputError for a path that is not there or leaves the workspace.
    """
    raise NotImplementedError
