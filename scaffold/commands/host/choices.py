"""`scaffold host setup --set` and `--rootless`: what the user chose for a server."""

from collections.abc import Sequence

from scaffold.adapters.ssh.transport import run_script
from scaffold.commands.host.attendant import ProposedChange, StepOutcome, StepState
from scaffold.commands.host.fix import FixRun, apply, run_recorded
from scaffold.errors import InputError
from scaffold.facts import HostFacts
from scaffold.findings import Finding
from scaffold.host.fixing import Proposal, shown
from scaffold.host.rootless import CHECK, read_check, rootless_steps
from scaffold.host.server_settings import ServerSetting, as_finding, find_setting

STEP = "rootless"


def require_settings(wishes: Sequence[str]) -> None:
    """Raise InputError for a setting that does not exist, or a value that it cannot have."""
    for setting, value in map(find_setting, wishes):
        setting.steps(value, HostFacts())


def apply_settings(run: FixRun, wishes: Sequence[str], *, dry_run: bool) -> list[Finding]:
    """Apply each setting that does not hold yet; those that stay open."""
    found = (_apply(run, *find_setting(text), dry_run=dry_run) for text in wishes)
    return [finding for finding in found if finding]


def _apply(run: FixRun, setting: ServerSetting, value: str, *, dry_run: bool) -> Finding | None:
    facts = run.checked.facts
    try:
        finding = as_finding(setting, value, facts or HostFacts())
    except InputError as error:
        outcome = StepOutcome(f"set {setting.key}", StepState.FAILED, error.message)
        run.server.attendant.report(outcome)
        return None
    if facts and setting.holds(value, facts):
        run.report(finding, StepState.HOLDS, finding.message)
        return None
    proposal = Proposal(finding)
    if dry_run:
        run.report(finding, StepState.WOULD, finding.message, *run.lines(proposal))
        return finding
    if not apply(run, proposal, chosen=True):
        return finding
    now = run.checked.facts
    if now and setting.holds(value, now):
        run.report(finding, StepState.DONE, f"set: {finding.message}")
        return None
    run.report(finding, StepState.FAILED, f"not in effect: {finding.message}")
    return finding


def prerequisites(run: FixRun) -> tuple[bool, tuple[str, ...]]:
    """Whether Docker's tool for it is installed, and what the host lacks for rootless Docker."""
    done = run_script(run.server.remote, CHECK.encode())
    return read_check(done.out) or (False, (f"the host gave no answer: {done.last_words}",))


def set_up_rootless(run: FixRun) -> None:
    """Step `rootless`: install and start it, and check the host again."""
    report, facts = run.server.attendant.report, run.checked.facts
    if facts and facts.docker and facts.docker.rootless:
        report(StepOutcome(STEP, StepState.HOLDS, "Docker runs for your account only"))
        return
    if run.server.is_root or facts is None:
        text = "not done: rootless Docker is for an account other than root"
        report(StepOutcome(STEP, StepState.LEFT, text))
        return
    has_tool, missing = prerequisites(run)
    if missing:
        text = "rootless Docker is not possible yet; an administrator can change this"
        report(StepOutcome(STEP, StepState.LEFT, text, missing))
        return
    steps = rootless_steps(facts, has_tool=has_tool)
    lines = tuple(line for step in steps for line in shown(step, root=False, whole=run.whole))
    text = "set up a Docker for your account only; it has its own images and containers"
    change = ProposedChange(id=STEP, text=text, details=lines)
    if not run.server.attendant.agree(change):
        report(StepOutcome(STEP, StepState.LEFT, "rootless Docker was not set up", lines))
        return
    for step in steps:
        run_recorded(run, step, STEP)
    run.server.remote.end_sharing()
    run.checked = run.probe()
    report(_outcome(run))


def _outcome(run: FixRun) -> StepOutcome:
    docker = run.checked.facts.docker if run.checked.facts else None
    if docker and docker.rootless:
        return StepOutcome(STEP, StepState.DONE, "Docker runs for your account only")
    text = "rootless Docker was installed, but it is not the engine that `docker` uses"
    return StepOutcome(STEP, StepState.FAILED, text, ("docker context use rootless",))


def way_out(run: FixRun) -> StepOutcome | None:
    """A hint at rootless Docker for who waits for an administrator; None if not possible."""
    if run.server.is_root or not run.server.no_root:
        return None
    _, missing = prerequisites(run)
    if missing:
        return None
    text = "without an administrator: a Docker for your account only"
    command = f"scaffold host setup {run.server.name} --rootless"
    return StepOutcome(STEP, StepState.LEFT, text, (command,))
