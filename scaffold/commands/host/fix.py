"""`scaffold host setup`, check and fix: each fix agreed to, run, and looked at again."""

import shlex
from dataclasses import dataclass, field

from scaffold.adapters.probe.local import Look
from scaffold.adapters.probe.over_ssh import probe_by_name
from scaffold.adapters.ssh import program
from scaffold.checks.topics import SERIOUS
from scaffold.commands.host.attendant import Attendant, Change, Outcome, State
from scaffold.commands.host.check import Checked, judge
from scaffold.errors import TargetError
from scaffold.findings import Finding, Level, Step
from scaffold.host import remote_steps
from scaffold.host.fixing import REBOOT, Proposal, obstacle, proposals, shown


class SudoError(TargetError):
    """sudo refuses this user, so that no other step would fare better."""


HUNG = 124
"""With this `timeout` ends where it had to end its program."""

STEP_S = 1800
"""An installation over a slow network takes its time."""


@dataclass(slots=True)
class Mending:
    """One host under repair; sudo's password is typed once and kept here only.

    `whole` shows scripts of ours to their last line.
    """

    name: str
    attendant: Attendant
    checked: Checked
    whole: bool = False
    password: str | None = field(default=None, repr=False)
    tried: set[str] = field(default_factory=set)

    def look_again(self) -> None:
        """Probe anew."""
        self.checked = look(self.name)


def look(name: str) -> Checked:
    """Probe a host by its alias, and judge."""
    return judge(probe_by_name(name, Look()), None)


def say_check(checked: Checked, attendant: Attendant, told: frozenset[str] = frozenset()) -> None:
    """Step `check`: what was found; of what keeps the host from being ready also the way out.

    The ways out of those in `told` were shown before.
    """
    found = [one for one in checked.findings if one.level in {*SERIOUS, Level.WARN}]
    if not found:
        attendant.report(Outcome("check", State.HOLDS, "nothing speaks against GPU containers"))
        return
    root = bool(checked.facts and checked.facts.uid == 0)
    details = tuple(line for one in found for line in _finding_lines(one, told, root=root))
    serious = any(one.level in SERIOUS for one in found)
    text = f"{len(found)} finding{'s' if len(found) > 1 else ''}"
    attendant.report(Outcome("check", State.LEFT if serious else State.HOLDS, text, details))


def _finding_lines(finding: Finding, told: frozenset[str], *, root: bool) -> tuple[str, ...]:
    line = f"{finding.level.value} {finding.id}: {finding.message}"
    if finding.level not in SERIOUS or finding.id in told:
        return (line,)
    steps = [shown(step, root=root, whole=False) for step in finding.fix]
    return (line, *(f"  {text}" for step in steps for text in step))


def mend(mending: Mending) -> None:
    """Offer every fix once, the root cause first, until nothing is left to offer."""
    while proposal := _next(mending):
        mending.tried.add(proposal.finding.id)
        _offer(mending, proposal)


def would_mend(checked: Checked, attendant: Attendant, *, whole: bool) -> None:
    """Say what would be run, and run nothing."""
    root = bool(checked.facts and checked.facts.uid == 0)
    for proposal in proposals(checked.findings):
        text = proposal.finding.message
        lines = _lines(proposal, root=root, whole=whole)
        attendant.report(Outcome(f"fix {proposal.finding.id}", State.WOULD, text, lines))


def _next(mending: Mending) -> Proposal | None:
    offered = proposals(mending.checked.findings)
    return next((one for one in offered if one.finding.id not in mending.tried), None)


def _offer(mending: Mending, proposal: Proposal) -> None:
    finding, attendant = proposal.finding, mending.attendant
    step = f"fix {finding.id}"
    lines = _lines(proposal, root=_is_root(mending), whole=mending.whole)
    if first := obstacle(proposal, mending.checked.findings):
        text = f"not begun, since {first.message}"
        way_out = tuple(line for one in first.fix for line in shown(one, root=False, whole=False))
        attendant.report(Outcome(step, State.LEFT, text, way_out))
        return
    change = Change(
        finding.id,
        f"{finding.message}. {finding.why}",
        lines,
        own_choice=proposal.own_choice,
        is_fix=True,
    )
    if not attendant.agree(change) or not _may_restart(mending, proposal):
        attendant.report(Outcome(step, State.LEFT, finding.message, lines))
        return
    try:
        _run_steps(mending, proposal)
    except TargetError as error:
        # Without what an error speaks of nothing further can be done; the rest can wait.
        if finding.level in SERIOUS or isinstance(error, SudoError):
            raise
        attendant.report(Outcome(step, State.FAILED, error.message, (error.hint,)))
        return
    _say_mended(mending, proposal)


def _say_mended(mending: Mending, proposal: Proposal) -> None:
    """Look again: mended means that the check passes."""
    finding = proposal.finding
    if proposal.needs_new_login:
        program.end_sharing(mending.name)
    mending.look_again()
    if finding.id in {one.id for one in mending.checked.findings}:
        state, text = State.FAILED, f"still there: {finding.message}"
    else:
        state, text = State.DONE, f"mended: {finding.message}"
    root = "" if _is_root(mending) else "sudo "
    undo = tuple(f"to undo: {root}{shlex.join(argv)}" for argv in proposal.undo)
    mending.attendant.report(Outcome(f"fix {finding.id}", state, text, undo))


def _lines(proposal: Proposal, *, root: bool, whole: bool) -> tuple[str, ...]:
    found = (shown(step, root=root, whole=whole) for step in proposal.steps)
    return tuple(line for lines in found for line in lines)


def _is_root(mending: Mending) -> bool:
    return bool(mending.checked.facts and mending.checked.facts.uid == 0)


def _may_restart(mending: Mending, proposal: Proposal) -> bool:
    """Running containers are named before Docker is restarted."""
    if not proposal.restarts_docker:
        return True
    command = remote_steps.wrapped("timeout 10 docker ps --format '{{.Names}}' 2>/dev/null")
    done = program.run_by_name(mending.name, command)
    names = done.out.split()
    if not names and done.code != HUNG:
        return True
    which = ", ".join(names) or "which cannot be listed, since Docker gives no answer"
    text = f"restarting Docker ends these containers: {which}"
    return mending.attendant.agree(Change("docker-restart", text, own_choice=True, is_fix=True))


def _run_steps(mending: Mending, proposal: Proposal) -> None:
    for step in proposal.steps:
        if step.argv == REBOOT:
            _reboot(mending, step)
            return
        # Asked for before the progress is shown, which would be drawn over the question.
        asked = step.sudo and not _is_root(mending) and _needs_password(mending)
        with mending.attendant.working(step.why.rstrip(".")):
            _run(mending, step, asked=asked)


def _reboot(mending: Mending, step: Step) -> None:
    change = Change("reboot", step.why, own_choice=True, is_fix=True)
    if mending.attendant.agree(change):
        asked = not _is_root(mending) and _needs_password(mending)
        _run(mending, step, asked=asked)
    raise TargetError(
        f"{mending.name} has to start anew before anything else can be said",
        hint=f"run `scaffold host setup {mending.name}` again when it is back",
    )


def _run(mending: Mending, step: Step, *, asked: bool) -> None:
    """One step there, `asked` for sudo's password. Raises TargetError with what the host said."""
    command = remote_steps.remote_command(step, root=_is_root(mending), password=asked)
    text = f"{mending.password}\n".encode() if asked else b""
    done = program.run_by_name(mending.name, command, text, STEP_S)
    if done.code == 0 or step.argv == REBOOT:
        return
    said, doing = f"{done.err}\n{done.out}", step.why.rstrip(".")
    if refused := remote_steps.why_sudo_refused(said):
        raise SudoError(f"{doing}: {refused[0]}", hint=refused[1].replace("HOST", mending.name))
    why, hint = remote_steps.why_failed(said)
    raise TargetError(
        f"{doing}: {why or done.last_words}",
        hint=hint.replace("HOST", mending.name)
        or f"what was done so far is whole; run `scaffold host setup {mending.name}` "
        "again when that is mended",
    )


def _needs_password(mending: Mending) -> bool:
    """Ask for sudo's password where it wants one, once a run."""
    command = remote_steps.wrapped(remote_steps.UNASKED)
    if program.run_by_name(mending.name, command).code == 0:
        return False
    if mending.password is None:
        mending.password = mending.attendant.asking.secret(f"sudo password on {mending.name}: ")
    if mending.password is None:
        raise TargetError(
            f"sudo on {mending.name} wants a password, and nobody is here to type it",
            hint="run at a terminal, or take the steps of `scaffold host check` yourself",
        )
    return True
