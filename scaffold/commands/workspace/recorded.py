"""Where a project's container runs, as `scaffold init` recorded it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffold.adapters.local.answers_file import read_record
from scaffold.adapters.probe.local import LOCAL
from scaffold.answers.model import Files
from scaffold.errors import InputError


@dataclass(frozen=True, slots=True)
class Recorded:
    """The host of a project, the way its files get there, and where they lie."""

    host: str
    files: Files
    workspace: str

    @property
    def by_context(self) -> bool:
        """Whether the editor works here and a Docker context reaches the engine there."""
        return self.files is Files.CONTEXT


def read_recorded(answers: Mapping[str, object]) -> Recorded | None:
    """What a record's answers say of a host; None for this machine."""
    known = str(answers.get("host") or "")
    if known in {"", LOCAL}:
        return None
    files = Files(str(answers.get("files") or Files.REMOTE_SSH))
    return Recorded(known, files, str(answers.get("workspace") or ""))


def recorded_host(root: Path, host: str | None = None) -> Recorded | None:
    """The host of a project; `host` names it, `local` means this machine, which is None.

    Raises InputError where a host is named that the project was not written for.
    """
    recorded = read_recorded(read_record(root).answers)
    if host == LOCAL or not (host or recorded):
        return None
    if host and (recorded is None or host != recorded.host):
        for_whom = f"written for {recorded.host}" if recorded else "not written for a host"
        raise InputError(
            f"the .devcontainer of {root} is {for_whom}",
            hint=f"scaffold init --host {host}",
        )
    return recorded
