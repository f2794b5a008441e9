"""`scaffold host setup --undo`: take back what earlier runs changed on a server."""

from collections.abc import Sequence

from scaffold.adapters.probe.local import ProbeOptions
from scaffold.adapters.probe.over_ssh import probe_by_name
from scaffold.adapters.ssh.alias_files import AliasFiles
from scaffold.adapters.ssh.program import ProgramTransport
from scaffold.adapters.ssh.transport import run_script
from scaffold.commands.host.attendant import (
    HostAttendant,
    KeptOutcomes,
    ProposedChange,
    StepOutcome,
    StepState,
)
from scaffold.commands.host.check import judge
from scaffold.commands.host.fix import may_restart
from scaffold.commands.host.remove import remove_remote_key
from scaffold.commands.host.server import Server
from scaffold.errors import TargetError
from scaffold.findings import Step
from scaffold.host import record as records
from scaffold.host.record import ChangeRecord
from scaffold.records import dataclass

_RESTART = "if command -v systemctl >/dev/null; then systemctl restart docker; fi"


@dataclass(frozen=True, slots=True)
class Undone:
    """How `--undo` ended."""

    name: str
    outcomes: tuple[StepOutcome, ...] = ()

    @property
    def exit_code(self) -> int:
        """1 if something was left or failed."""
        return int(any(o.state in {StepState.LEFT, StepState.FAILED} for o in self.outcomes))


def undo_setup(remote: ProgramTransport, attendant: HostAttendant, *, dry_run: bool) -> Undone:
    """Take back recorded changes of this login, the last first, and then the key.

    Raises TargetError if the server cannot be reached, InputError if it was not set up here.
    """
    kept = KeptOutcomes(attendant)
    facts = judge(probe_by_name(remote.name, ProbeOptions(), remote.config), None).facts
    user = (facts.login.user if facts else None) or ""
    server = Server(remote=remote, attendant=kept, is_root=bool(facts and facts.uid == 0))
    own = [record for record in _records(server) if record.by == user]
    if dry_run:
        _show(own, kept)
    else:
        _take_all_back(server, own)
    _undo_key(server, dry_run=dry_run)
    if not kept.outcomes:
        kept.report(StepOutcome("undo", StepState.HOLDS, "no recorded changes on the server"))
    return Undone(remote.name, tuple(kept.outcomes))


def _records(server: Server) -> tuple[ChangeRecord, ...]:
    done = run_script(server.remote, records.list_script())
    if "scaffold-done list" not in done.out:
        raise TargetError(f"cannot read the records of {server.name}: {done.last_words}")
    return records.read_records(done.out)


def _details(record: ChangeRecord) -> tuple[str, ...]:
    found = [f"run: {record.undo}"] if record.undo else []
    return (*found, *(f"restore: {path}" for path in record.files))


def _show(own: Sequence[ChangeRecord], attendant: HostAttendant) -> None:
    for record in reversed(own):
        text = f"would take back: {record.why}"
        step = f"undo {record.finding}"
        attendant.report(StepOutcome(step, StepState.WOULD, text, _details(record)))


def _take_all_back(server: Server, own: Sequence[ChangeRecord]) -> None:
    if not may_restart(server, restarts=any(record.stops_containers for record in own)):
        text = "nothing was taken back, because containers run"
        server.attendant.report(StepOutcome("undo", StepState.LEFT, text))
        return
    taken = [record for record in reversed(own) if _take_back(server, record)]
    if any(record.stops_containers and record.as_root for record in taken):
        why = "Restart Docker, which then reads its settings from before."
        server.run(Step(why=why, argv=("sh", "-c", _RESTART), sudo=True))


def _take_back(server: Server, record: ChangeRecord) -> bool:
    """Take one change back; whether it was tried."""
    change = ProposedChange(
        id=record.finding,
        text=f"take back: {record.why}",
        details=_details(record),
        is_fix=True,
    )
    step, attendant = f"undo {record.finding}", server.attendant
    if not attendant.agree(change):
        attendant.report(StepOutcome(step, StepState.LEFT, f"kept: {record.why}"))
        return False
    if record.as_root and not server.may_be_root():
        text = f"needs an administrator ({server.no_root}): {record.why}"
        attendant.report(StepOutcome(step, StepState.LEFT, text))
        return False
    _run_take_back(server, record, step)
    return True


def _run_take_back(server: Server, record: ChangeRecord, step: str) -> None:
    done = server.try_step(records.take_back(record))
    kept = records.kept_by(done.out)
    if done.code and not kept:
        kept = (done.last_words,)
    state = StepState.LEFT if done.code else StepState.DONE
    text = f"{'not all taken back' if done.code else 'taken back'}: {record.why}"
    server.attendant.report(StepOutcome(step, state, text, tuple(f"kept: {k}" for k in kept)))


def _undo_key(server: Server, *, dry_run: bool) -> None:
    """The key goes last: afterwards only the password opens the server."""
    files = AliasFiles(server.remote.config)
    line = files.installed_key(server.name)
    if not line:
        return
    text = "remove your key from the server; only the password opens it then"
    change = ProposedChange(id="key", text=text, details=(f"~/.ssh/authorized_keys: {line}",))
    attendant = server.attendant
    if dry_run:
        attendant.report(StepOutcome("undo key", StepState.WOULD, text, change.details))
    elif not attendant.agree(change):
        attendant.report(StepOutcome("undo key", StepState.LEFT, "your key was kept"))
    else:
        remove_remote_key(files, server.remote)
        server.remote.end_sharing()
        attendant.report(StepOutcome("undo key", StepState.DONE, "your key was removed"))
