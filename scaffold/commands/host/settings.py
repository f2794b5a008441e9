"""`scaffold host setup --set`: settings of a server that the user chose, checked afterwards."""

from collections.abc import Sequence

from scaffold.commands.host.attendant import StepOutcome, StepState
from scaffold.commands.host.fix import FixRun, apply
from scaffold.errors import InputError
from scaffold.facts import HostFacts
from scaffold.findings import Finding
from scaffold.host.fixing import Proposal
from scaffold.host.server_settings import ServerSetting, as_finding, find_setting


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
