"""`scaffold host setup`, last step: what only an administrator can change, as text and script."""

import shlex
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from scaffold.adapters.local.files import NewFile, write_files
from scaffold.checks.host import toolkit
from scaffold.checks.topics import SERIOUS
from scaffold.commands.host.attendant import StepOutcome, StepState
from scaffold.commands.host.fix import FixRun
from scaffold.facts import DockerFacts, HostFacts
from scaffold.findings import Finding, Level
from scaffold.host.admin_script import AdminRequest, admin_script, admin_text
from scaffold.host.fixing import proposals

NO_ENGINE = {"docker.missing", "docker.permission", "docker.stopped"}
"""Findings that hide everything that only a Docker engine tells."""

NOT_CONFIGURED = "toolkit.not-configured"
FROM_FILES = {"toolkit.missing", "toolkit.old-sources"}
"""Findings that installed programs and files prove, without an engine."""


def report_for_administrator(
    run: FixRun, file: Path | None, wishes: Sequence[Finding] = ()
) -> None:
    """Report the open fixes and wishes that need root, and write them to `file` as a script."""
    request = _request(run, wishes)
    if not (request.fixes or request.by_hand):
        if file:
            text = f"nothing needs an administrator: {file} was not written"
            run.server.attendant.report(StepOutcome("admin", StepState.HOLDS, text))
        return
    if not (file or run.server.no_root):
        return
    if file:
        script = admin_script(request).encode("utf-8", "surrogateescape")
        write_files([NewFile(path=file, content=script, mode=0o755)])
    where = f" (as a script: {file})" if file else "; --admin-script FILE writes a script"
    text = f"send this to the administrator of {run.server.name}{where}"
    run.server.attendant.report(StepOutcome("admin", StepState.LEFT, text, admin_text(request)))


def _request(run: FixRun, wishes: Sequence[Finding]) -> AdminRequest:
    open_findings = [one for one in run.checked.findings if one.level in {*SERIOUS, Level.WARN}]
    open_findings += foreseen(run.checked.facts, open_findings)
    fixes = [fix for fix in proposals([*open_findings, *wishes]) if fix.needs_root]
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


def foreseen(facts: HostFacts | None, found: Sequence[Finding]) -> list[Finding]:
    """The toolkit's findings that no check can see before this account reaches Docker.

    The administrator is asked once. Only what the host's files prove is included.
    """
    hidden = {one.id for one in found} & NO_ENGINE
    if facts is None or facts.docker is not None or not hidden:
        return []
    texts = [file.text for file in facts.client.daemon_files if file.text is not None]
    named = any("nvidia" in text for text in texts)
    runtimes = ("runc", "nvidia") if named else ("runc",)
    assumed = replace(facts, docker=DockerFacts(runtimes=runtimes))
    likely = [one for check in toolkit.TOPIC.checks for one in check(assumed)]
    proved = FROM_FILES if facts.toolkit.cdi_files or named else FROM_FILES | {NOT_CONFIGURED}
    return [one for one in likely if one.id in proved and one not in found]


def _by_hand(finding: Finding) -> tuple[str, ...]:
    """An error whose fix is words, or commands that a person has to judge."""
    if not any(step.sudo or not step.argv for step in finding.fix):
        return ()
    lines = [f"By hand: {finding.id}: {finding.message}"]
    for step in finding.fix:
        command = f" ({shlex.join(step.argv)})" if step.argv else ""
        lines.append(f"   {step.why}{command}")
    return tuple(lines)
