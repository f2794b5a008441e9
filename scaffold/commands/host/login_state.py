"""What the login steps of `scaffold host setup` know about a host, and record."""

from pathlib import Path

from scaffold.adapters.ssh.alias_files import AliasFiles
from scaffold.adapters.ssh.config import SshTarget
from scaffold.adapters.ssh.program import ProgramTransport
from scaffold.commands.host.attendant import HostAttendant
from scaffold.host import alias as texts
from scaffold.parsing.recording import Recording
from scaffold.records import dataclass


@dataclass(slots=True, kw_only=True)
class Login:
    """The host, its name, and what `host remove` has to know; `made` was not in home before.

    `replaces` is what the alias means so far, if that is another address or login.
    """

    name: str
    target: SshTarget
    attendant: HostAttendant
    files: AliasFiles
    dry_run: bool
    undo: dict[str, object]
    made: tuple[str, ...] = ()
    users_own: bool = False
    key: Path | None = None
    recording: Recording | None = None
    config: Path | None = None
    replaces: SshTarget | None = None
    replace_alias: bool = False

    @property
    def remote(self) -> ProgramTransport:
        """The host by its alias."""
        return ProgramTransport(self.name, self.config)

    def note(self, **facts: object) -> None:
        """Record what is about to be done; the caller holds the lock of the home folder."""
        self.renew()
        self.undo |= facts
        if not self.users_own:
            self.files.note(self.name, self.undo, self.made)

    def renew(self) -> None:
        """Read what another run has recorded meanwhile; the caller holds the lock."""
        self.undo |= texts.undo_of(self.files.text(), self.name)
