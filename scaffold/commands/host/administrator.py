"""`scaffold host setup`, last step: what only an administrator can change, as text and script."""

import shlex
from datetime import UTC, datetime
from pathlib import Path

from scaffold.adapters.local.files import NewFile, write_files
from scaffold.checks.topics import SERIOUS
from scaffold.commands.host.attendant import StepOutcome, StepState
from scaffold.commands.host.fix import FixRun
from scaffold.findings import Finding, Level
from scaffold.host.admin_script import AdminRequest, admin_script, admin_text
from scaffold.host.fixing import proposals


def report_for_administrator(run: FixRun, file: Path | None) -> None:
    """Report the open fixes that need root, and write them to `file` as a script."""
    request = _request(run)
    if not (request.fixes or request.by_hand):
        if file:
            text = f"nothing needs an administrator: {file} was not written"
            run.server.attendant.report(StepOutcome("admin", StepState.HOLDS, text))
        return
    if not (file or run.server.no_root):
        return
    if file:
        script = admin_script(request).encode("utf-8", "surrogateescape")
        write_files([NewFile(file, script, 0o755)])
    where = f" (as a script: {file})" if file else "; --admin-script FILE writes a script"
    text = f"send this to the administrator of {run.server.name}{where}"
    run.server.attendant.report(StepOutcome("admin", StepState.LEFT, text, admin_text(request)))


def _request(run: FixRun) -> AdminRequest:
    open_findings = [one for one in run.checked.findings if one.level in {*SERIOUS, Level.WARN}]
    fixes = [fix for fix in proposals(open_findings) if fix.needs_root]
    named = {fix.finding.id for fix in fixes}
    return AdminRequest(
        host=run.server.name,
        user=run.by,
        stamp=f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}",
        fixes=tuple(fixes),
        by_hand=tuple(
            line
            for finding in open_findings
            if finding.level in SERIOUS and finding.id not in named
            for line in _by_hand(finding)
        ),
    )


def _by_hand(finding: Finding) -> tuple[str, ...]:
    """An error whose fix is words, or commands that a person has to judge."""
    if not any(step.sudo or not step.argv for step in finding.fix):
        return ()
    lines = [f"By hand: {finding.id}: {finding.message}"]
    for step in finding.fix:
        command = f" ({shlex.join(step.argv)})" if step.argv else ""
        lines.append(f"   {step.why}{command}")
    return tuple(lines)
