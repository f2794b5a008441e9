"""What the login steps of `scaffold host setup` know of a host, and put on record."""

from dataclasses import dataclass
from pathlib import Path

from scaffold.adapters.ssh.alias_files import AliasFiles
from scaffold.adapters.ssh.config import Target
from scaffold.commands.host.attendant import Attendant
from scaffold.host import alias as texts
from scaffold.parsing.recording import Recording


@dataclass(slots=True)
class Login:
    """Who is meant, and what `host remove` has to be told; `made` was not in home before."""

    name: str
    target: Target
    attendant: Attendant
    files: AliasFiles
    dry_run: bool
    undo: dict[str, object]
    made: tuple[str, ...] = ()
    users_own: bool = False
    key: Path | None = None
    recording: Recording | None = None

    def note(self, **facts: object) -> None:
        """Write down what is about to be done; the caller holds the lock of the home folder."""
        self.renew()
        self.undo |= facts
        if not self.users_own:
            self.files.note(self.name, self.undo, self.made)

    def renew(self) -> None:
        """Learn what another run has put on record meanwhile; the caller holds the lock."""
        self.undo |= texts.undo_of(self.files.text(), self.name)
