"""`scaffold host setup`, steps `check` and `fix`: each fix agreed to, run, and checked again."""

import shlex
from collections.abc import Callable
from dataclasses import field
from datetime import UTC, datetime

from scaffold.checks.topics import SERIOUS
from scaffold.commands.host.attendant import ProposedChange, StepOutcome, StepState
from scaffold.commands.host.check import CheckedHost
from scaffold.commands.host.server import Server, SudoError
from scaffold.errors import TargetError
from scaffold.findings import Finding, Interrupts, Level, Step
from scaffold.host import remote_steps
from scaffold.host.fixing import Proposal, obstacle, proposals, shown
from scaffold.host.record import record_of, recorded
from scaffold.records import dataclass

HUNG = 124
"""Exit code of timeout(1) after it stopped the command."""


@dataclass(slots=True, kw_only=True)
class FixRun:
    """The fixes of one host in one run.

    `probe` checks the host again, `whole` shows scripts of ours completely, `by` is the login
    that the records of the changes name.
    """

    server: Server
    checked: CheckedHost
    probe: Callable[[], CheckedHost]
    whole: bool = False
    tried: set[str] = field(default_factory=set)

    @property
    def by(self) -> str:
        """The login's name."""
        facts = self.checked.facts
        return (facts.login.user if facts else None) or "unknown"

    def lines(self, proposal: Proposal) -> tuple[str, ...]:
        """The steps of a fix as text."""
        found = (shown(step, root=self.server.is_root, whole=self.whole) for step in proposal.steps)
        return tuple(line for lines in found for line in lines)

    def report(self, finding: Finding, state: StepState, text: str, *details: str) -> None:
        """Report the end of a fix."""
        self.server.attendant.report(StepOutcome(f"fix {finding.id}", state, text, details))


def report_check(run: FixRun) -> None:
    """Step `check`: what was found; for errors also the fix, unless it was shown before."""
    told = frozenset(run.tried)
    found = [one for one in run.checked.findings if one.level in {*SERIOUS, Level.WARN}]
    attendant = run.server.attendant
    if not found:
        attendant.report(StepOutcome("check", StepState.HOLDS, "no errors and no warnings"))
        return
    details = tuple(line for one in found for line in _finding_lines(run, one, told))
    serious = any(one.level in SERIOUS for one in found)
    text = f"{len(found)} finding{'s' if len(found) > 1 else ''}"
    state = StepState.LEFT if serious else StepState.HOLDS
    attendant.report(StepOutcome("check", state, text, details))


def _finding_lines(run: FixRun, finding: Finding, told: frozenset[str]) -> tuple[str, ...]:
    line = f"{finding.level.value} {finding.id}: {finding.message}"
    if finding.level not in SERIOUS or finding.id in told:
        return (line,)
    steps = [shown(step, root=run.server.is_root, whole=False) for step in finding.fix]
    return (line, *(f"  {text}" for step in steps for text in step))


def run_fixes(run: FixRun) -> None:
    """Offer each fix once, the root cause first, until nothing is left to offer."""
    while proposal := _next(run):
        run.tried.add(proposal.finding.id)
        _offer(run, proposal)


def show_fixes(run: FixRun) -> None:
    """Report what was found and what would run, and run nothing."""
    offered = proposals(run.checked.findings)
    # Their steps follow, so that the check does not list them too.
    run.tried.update(one.finding.id for one in offered)
    report_check(run)
    for proposal in offered:
        lines = run.lines(proposal)
        run.report(proposal.finding, StepState.WOULD, proposal.finding.message, *lines)


def _next(run: FixRun) -> Proposal | None:
    offered = proposals(run.checked.findings)
    return next((one for one in offered if one.finding.id not in run.tried), None)


def _offer(run: FixRun, proposal: Proposal) -> None:
    if apply(run, proposal):
        _report_fixed(run, proposal)


def apply(run: FixRun, proposal: Proposal, *, chosen: bool = False) -> bool:
    """Ask, run the steps and check the host again; report and return False if not run.

    `chosen` means that the user named this change, so that a general yes covers it.
    """
    finding = proposal.finding
    if first := obstacle(proposal, run.checked.findings):
        lines = [line for step in first.fix for line in shown(step, root=False, whole=False)]
        run.report(finding, StepState.LEFT, f"not started: {first.message}", *lines)
        return False
    if run.server.no_root and proposal.needs_root:
        return _leave_for_root(run, finding)
    if not _agreed(run, proposal, chosen=chosen):
        run.report(finding, StepState.LEFT, finding.message, *run.lines(proposal))
        return False
    # The password is asked for before progress is shown, which would overwrite the prompt.
    if proposal.needs_root and not run.server.may_be_root():
        return _leave_for_root(run, finding)
    return _run_or_report(run, proposal)


def _leave_for_root(run: FixRun, finding: Finding) -> bool:
    reason = run.server.no_root
    run.report(finding, StepState.LEFT, f"needs an administrator ({reason}): {finding.message}")
    return False


def _agreed(run: FixRun, proposal: Proposal, *, chosen: bool) -> bool:
    change = ProposedChange(
        id=proposal.finding.id,
        text=f"{proposal.finding.message}. {proposal.finding.why}",
        details=run.lines(proposal),
        own_choice=proposal.own_choice and not chosen,
        is_fix=not chosen,
    )
    return run.server.attendant.agree(change) and may_restart(
        run.server, restarts=proposal.restarts_docker
    )


def _run_or_report(run: FixRun, proposal: Proposal) -> bool:
    finding = proposal.finding
    try:
        _run_steps(run, proposal)
    except TargetError as error:
        # After an error of this kind nothing else can be fixed; a warning can wait.
        if finding.level in SERIOUS or isinstance(error, SudoError):
            raise
        run.report(finding, StepState.FAILED, error.message, error.hint)
        return False
    if proposal.needs_new_login:
        run.server.remote.end_sharing()
    run.checked = run.probe()
    return True


def _report_fixed(run: FixRun, proposal: Proposal) -> None:
    """Fixed means that the same check passes now."""
    finding = proposal.finding
    if finding.id in {one.id for one in run.checked.findings}:
        run.report(finding, StepState.FAILED, f"not fixed: {finding.message}")
        return
    root = "" if run.server.is_root else "sudo "
    undo = [f"to undo: {root}{shlex.join(argv)}" for argv in proposal.undo]
    run.report(finding, StepState.DONE, f"fixed: {finding.message}", *undo)


def may_restart(server: Server, *, restarts: bool) -> bool:
    """Name running containers before Docker restarts, and ask."""
    if not restarts:
        return True
    command = remote_steps.wrapped("timeout 10 docker ps --format '{{.Names}}' 2>/dev/null")
    done = server.remote.run(command)
    names = done.out.split()
    if not names and done.code != HUNG:
        return True
    which = ", ".join(names) or "unknown, because Docker does not answer"
    text = f"restarting Docker ends these containers: {which}"
    change = ProposedChange(id="docker-restart", text=text, own_choice=True, is_fix=True)
    return server.attendant.agree(change)


def _run_steps(run: FixRun, proposal: Proposal) -> None:
    for step in proposal.steps:
        if step.interrupts is Interrupts.MACHINE:
            _reboot(run, step)
            return
        run_recorded(run, step, proposal.finding.id)


def run_recorded(run: FixRun, step: Step, finding: str) -> None:
    """Run one step of the fix of a finding; the server keeps a record to undo it."""
    stops = step.interrupts is Interrupts.CONTAINERS
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{finding}"
    run.server.run(recorded(step, record_of(step, name, finding, run.by, stops=stops)))


def _reboot(run: FixRun, step: Step) -> None:
    change = ProposedChange(id="reboot", text=step.why, own_choice=True, is_fix=True)
    if run.server.attendant.agree(change):
        run.server.run(step)
    raise TargetError(
        f"{run.server.name} has to reboot before anything else can be checked",
        hint=f"run again after the reboot: scaffold host setup {run.server.name}",
    )
