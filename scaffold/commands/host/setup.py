"""`scaffold host setup`: from a login to a Docker context and a container that sees the GPU."""

from functools import partial
from pathlib import Path

from scaffold.adapters.probe import facts_cache
from scaffold.adapters.probe.local import ProbeOptions
from scaffold.adapters.probe.over_ssh import probe_by_name
from scaffold.checks.verdict import Verdict, verdict
from scaffold.commands.host import alias, fix
from scaffold.commands.host import login as host_login
from scaffold.commands.host.administrator import NO_ENGINE, report_for_administrator
from scaffold.commands.host.attendant import HostAttendant, KeptOutcomes, StepOutcome, StepState
from scaffold.commands.host.check import CheckedHost, judge
from scaffold.commands.host.choices import (
    apply_settings,
    require_settings,
    set_up_rootless,
    way_out,
)
from scaffold.commands.host.gpu_proof import prove_gpu
from scaffold.commands.host.login_state import Login
from scaffold.commands.host.server import Server
from scaffold.findings import Finding
from scaffold.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSetupRequest:
    """What the user asked for.

    `use` makes the context the current one, `whole` shows scripts completely, `no_sudo` leaves
    everything that needs root to an administrator, and `admin_script` is the file for it.
    `settings` are wishes such as `log-rotation` or `data-root=/data/docker`.
    """

    destination: str
    name: str = ""
    key: Path | None = None
    passphrase: bool = False
    use: bool = False
    replace_context: bool = False
    replace_alias: bool = False
    dry_run: bool = False
    whole: bool = False
    no_sudo: bool = False
    rootless: bool = False
    admin_script: Path | None = None
    settings: tuple[str, ...] = ()
    ssh_config: Path | None = None


@dataclass(frozen=True, slots=True)
class HostSetup:
    """How a setup ended: the name, the last check, and every step."""

    name: str
    checked: CheckedHost
    outcomes: tuple[StepOutcome, ...] = ()

    @property
    def is_proved(self) -> bool:
        """Whether a container saw every GPU through the Docker context."""
        states = {one.step: one.state for one in self.outcomes}
        working = {StepState.DONE, StepState.HOLDS}
        return states.get("gpu") is StepState.DONE and states.get("context") in working

    @property
    def verdict(self) -> Verdict:
        """What the last check and the proof say together."""
        found = verdict(self.checked.findings, gpu_proved=self.is_proved)
        unproved = found.is_ready and not self.is_proved
        return Verdict.UNKNOWN if unproved else found

    @property
    def exit_code(self) -> int:
        """0 if GPU containers run, 1 if something keeps them from it."""
        return int(not self.verdict.is_ready)


def set_up(request: HostSetupRequest, attendant: HostAttendant) -> HostSetup:
    """Run every step in order; skip each that holds.

    Raises InputError for a name that is taken, TargetError if a step cannot be done.
    """
    require_settings(request.settings)
    kept = KeptOutcomes(attendant)
    login = host_login.named(request, kept)
    host_login.log_in(login, request.key, passphrase=request.passphrase)
    alias.write_alias(login)
    if request.dry_run:
        checked = _show_all(login, request)
    else:
        alias.prove_openssh(login)
        run = _fix_run(login, request)
        if request.rootless:
            set_up_rootless(run)
        fix.run_fixes(run)
        wishes = apply_settings(run, request.settings, dry_run=False)
        checked = _finish(login, request, run, wishes)
    return HostSetup(login.name, checked, tuple(kept.outcomes))


def _probe(login: Login) -> CheckedHost:
    """Check the host by its alias."""
    return judge(probe_by_name(login.name, ProbeOptions(), login.config), None)


def _fix_run(
    login: Login, request: HostSetupRequest, checked: CheckedHost | None = None
) -> fix.FixRun:
    found = checked or _probe(login)
    server = Server(
        remote=login.remote,
        attendant=login.attendant,
        is_root=bool(found.facts and found.facts.uid == 0),
        no_root="--no-sudo" if request.no_sudo else "",
    )
    probe = partial(_probe, login)
    return fix.FixRun(server=server, checked=found, probe=probe, whole=request.whole)


def _show_all(login: Login, request: HostSetupRequest) -> CheckedHost:
    recording = login.recording or probe_by_name(login.target.name, ProbeOptions(), login.config)
    run = _fix_run(login, request, judge(recording, None))
    fix.show_fixes(run)
    apply_settings(run, request.settings, dry_run=True)
    alias.make_context(login, use=False, replace=request.replace_context)
    text = "run a container that lists its GPUs, and compare with the host"
    login.attendant.report(StepOutcome("gpu", StepState.WOULD, text))
    return run.checked


def _finish(
    login: Login, request: HostSetupRequest, run: fix.FixRun, wishes: list[Finding]
) -> CheckedHost:
    """The steps after the fixes; none of them needs root."""
    fix.report_check(run)
    if run.checked.recording:
        facts_cache.remember(login.name, run.checked.recording)
    alias.make_context(login, use=request.use, replace=request.replace_context)
    prove_gpu(login, run.checked)
    report_for_administrator(run, request.admin_script, wishes)
    if not request.rootless and _lacks_engine(run) and (hint := way_out(run)):
        login.attendant.report(hint)
    return run.checked


def _lacks_engine(run: fix.FixRun) -> bool:
    """Whether this account reaches no Docker engine."""
    return any(finding.id in NO_ENGINE for finding in run.checked.findings)
