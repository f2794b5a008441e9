"""Fixes and chosen settings: agreed to, run, checked again; the rest goes to an administrator."""

import base64
import re
from dataclasses import replace

import pytest

from scaffold.adapters.ssh.transport import Done
from scaffold.commands.host.administrator import report_for_administrator
from scaffold.commands.host.attendant import StepState
from scaffold.commands.host.choices import (
    apply_settings,
    require_settings,
    set_up_rootless,
    way_out,
)
from scaffold.commands.host.fix import FixRun, report_check, run_fixes, show_fixes
from scaffold.commands.host.server import Server
from scaffold.errors import InputError, TargetError
from scaffold.facts import (
    ClientFacts,
    DaemonFile,
    DockerFacts,
    HostFacts,
    LoginFacts,
    ToolkitFacts,
)
from scaffold.findings import Consent, Finding, Interrupts, Level, Step, by_hand, root
from tests.commands.host.talking import Talking

PACKED = re.compile(r"echo ([A-Za-z0-9+/=]+) \| base64 -d")
FACTS = HostFacts(
    login=LoginFacts(user="ada", home="/home/ada"),
    uid=1000,
    docker=DockerFacts(rootless=False),
    toolkit=ToolkitFacts(version="1.20.0"),
)


def finding(name: str, *steps: Step, level=Level.ERROR, consent=Consent.ROUTINE) -> Finding:
    return Finding(
        id=name,
        level=level,
        topic=name.partition(".")[0],
        message=f"{name} is wrong",
        why="Because.",
        fix=steps,
        consent=consent,
    )


STEP = root("Do it.", "true", undo=("false",))
GROUP = root("Join.", "usermod", "-aG", "docker", "ada", interrupts=Interrupts.LOGIN)
RESTART = root("Restart.", "systemctl", "restart", "docker", interrupts=Interrupts.CONTAINERS)
REBOOT = root("Reboot.", "reboot", interrupts=Interrupts.MACHINE)


class Checked:
    """A host as a check sees it."""

    recording = None

    def __init__(self, *findings: Finding, facts: HostFacts | None = FACTS) -> None:
        self.findings, self.facts = findings, facts


class Remote:
    """Answers by parts of a script, and keeps what was run."""

    name, config = "gpu01", None

    def __init__(self, **answers: Done) -> None:
        self.answers, self.scripts, self.ended = answers, [], 0

    def run(self, command: str, text: bytes = b"", seconds: float = 60) -> Done:
        packed = PACKED.search(command)
        script = base64.b64decode(packed[1]).decode() if packed else text.decode()
        self.scripts.append(script)
        return next(
            (done for part, done in self.answers.items() if part in script), Done(0, "", "")
        )

    def end_sharing(self) -> None:
        self.ended += 1


def fixing(*checks: Checked, remote=None, attendant=None, no_root="", is_root=False) -> FixRun:
    """A run whose checks see these hosts, one after the other; the last stays."""
    later = list(checks[1:]) or [checks[0]]

    def probe() -> Checked:
        return later.pop(0) if len(later) > 1 else later[0]

    server = Server(
        remote=remote or Remote(),
        attendant=attendant or Talking(),
        no_root=no_root,
        is_root=is_root,
    )
    return FixRun(server=server, checked=checks[0], probe=probe)  # type: ignore[arg-type]


def outcomes(run: FixRun) -> list[tuple[str, StepState]]:
    return [(one.step, one.state) for one in run.server.attendant.outcomes]  # type: ignore[attr-defined]


def test_a_fix_counts_once_the_check_passes():
    fault = finding("toolkit.missing", STEP)
    run = fixing(Checked(fault), Checked())
    run_fixes(run)
    assert outcomes(run) == [("fix toolkit.missing", StepState.DONE)]
    assert run.server.attendant.outcomes[0].details == ("to undo: sudo false",)  # type: ignore[attr-defined]
    run = fixing(Checked(fault))
    run_fixes(run)
    assert outcomes(run) == [("fix toolkit.missing", StepState.FAILED)]


def test_a_group_counts_at_the_next_login():
    remote = Remote()
    run_fixes(fixing(Checked(finding("docker.permission", GROUP)), Checked(), remote=remote))
    assert remote.ended == 1


def test_without_root_nothing_is_asked_and_all_is_left():
    attendant = Talking()
    run = fixing(
        Checked(finding("toolkit.missing", STEP), finding("docker.stopped", STEP)),
        attendant=attendant,
        no_root="--no-sudo",
    )
    run_fixes(run)
    assert {state for _, state in outcomes(run)} == {StepState.LEFT}
    assert attendant.asked == []
    assert attendant.outcomes[0].text.startswith("needs an administrator (--no-sudo)")


def test_what_is_not_agreed_to_is_left_with_its_commands():
    run = fixing(Checked(finding("toolkit.missing", STEP)), attendant=Talking(agrees=False))
    run_fixes(run)
    (outcome,) = run.server.attendant.outcomes  # type: ignore[attr-defined]
    assert (outcome.state, outcome.details) == (StepState.LEFT, ("Do it.", "    sudo true"))


@pytest.mark.parametrize(
    ("listed", "told"),
    [(Done(0, "web\n", ""), "containers: web"), (Done(124, "", ""), "Docker does not answer")],
)
def test_containers_are_named_before_docker_restarts(listed, told):
    attendant = Talking()
    remote = Remote(**{"docker ps": listed})
    run_fixes(
        fixing(
            Checked(finding("toolkit.restart-pending", RESTART)),
            Checked(),
            remote=remote,
            attendant=attendant,
        )
    )
    assert told in attendant.asked[1].text
    assert attendant.asked[1].own_choice


def test_nothing_starts_over_a_broken_daemon_json():
    broken = finding("daemon.invalid", by_hand("Correct it."), consent=Consent.BY_HAND)
    run = fixing(Checked(broken, finding("toolkit.restart-pending", RESTART)))
    run_fixes(run)
    (outcome,) = run.server.attendant.outcomes  # type: ignore[attr-defined]
    assert outcome.text == "not started: daemon.invalid is wrong"
    assert "Correct it." in outcome.details


def test_a_reboot_ends_the_run():
    run = fixing(Checked(finding("driver.missing", REBOOT, consent=Consent.OWN_CHOICE)))
    with pytest.raises(TargetError, match="has to reboot"):
        run_fixes(run)


@pytest.mark.parametrize(("level", "raises"), [(Level.ERROR, True), (Level.WARN, False)])
def test_an_error_that_stays_ends_the_run_and_a_warning_waits(level, raises):
    remote = Remote(**{"begin 2": Done(1, "", "E: odd")})
    run = fixing(Checked(finding("toolkit.old", STEP, level=level)), remote=remote)
    if raises:
        with pytest.raises(TargetError, match="Do it: E: odd"):
            run_fixes(run)
        return
    run_fixes(run)
    assert outcomes(run) == [("fix toolkit.old", StepState.FAILED)]


def test_the_check_lists_errors_with_their_fix():
    run = fixing(Checked())
    report_check(run)
    warning = finding("toolkit.old", STEP, level=Level.WARN)
    run.checked = Checked(finding("toolkit.missing", STEP), warning)  # type: ignore[assignment]
    report_check(run)
    show_fixes(run)
    clean, found, again, *would = run.server.attendant.outcomes  # type: ignore[attr-defined]
    assert (clean.state, clean.text) == (StepState.HOLDS, "no errors and no warnings")
    assert found.text == "2 findings"
    assert found.details[0] == "error toolkit.missing: toolkit.missing is wrong"
    assert found.details[-1] == "warn toolkit.old: toolkit.old is wrong"
    # The steps of what would be fixed follow, so they are not listed twice.
    assert again.details == (found.details[0], found.details[-1])
    assert [one.state for one in would] == [StepState.WOULD] * 2


def with_file(text: str) -> HostFacts:
    file = DaemonFile("/etc/docker/daemon.json", text)
    return replace(FACTS, client=ClientFacts(daemon_files=(file,)))


SET = '{"data-root": "/data"}'


def test_a_setting_is_run_and_holds_afterwards():
    attendant = Talking()
    run = fixing(Checked(facts=with_file("{}")), Checked(facts=with_file(SET)), attendant=attendant)
    assert apply_settings(run, ["data-root=/data"], dry_run=False) == []
    assert outcomes(run) == [("fix set.data-root", StepState.DONE)]
    assert not attendant.asked[0].own_choice
    assert apply_settings(run, ["data-root=/data"], dry_run=False) == []
    assert outcomes(run)[1:] == [("fix set.data-root", StepState.HOLDS)]


@pytest.mark.parametrize(
    ("agrees", "dry_run", "state"),
    [
        (True, False, StepState.FAILED),
        (False, False, StepState.LEFT),
        (True, True, StepState.WOULD),
    ],
)
def test_a_setting_that_is_not_in_effect_stays_open(agrees, dry_run, state):
    run = fixing(Checked(facts=with_file("{}")), attendant=Talking(agrees=agrees))
    (left,) = apply_settings(run, ["data-root=/data"], dry_run=dry_run)
    assert left.id == "set.data-root"
    assert outcomes(run) == [("fix set.data-root", state)]


def test_a_file_that_nobody_can_read_fails_its_setting_only():
    file = DaemonFile("/etc/docker/daemon.json", None, "Permission denied")
    run = fixing(Checked(facts=replace(FACTS, client=ClientFacts(daemon_files=(file,)))))
    assert apply_settings(run, ["data-root=/data"], dry_run=False) == []
    assert outcomes(run) == [("set data-root", StepState.FAILED)]


def test_settings_are_refused_before_anything_is_done():
    require_settings(["log-rotation", "mig=3g.40gb"])
    with pytest.raises(InputError, match="not a setting"):
        require_settings(["log-rotation", "other"])


ALLOWED = Done(0, "scaffold-has setuptool\nscaffold-done rootless\n", "")
MISSING = Done(0, "scaffold-missing newuidmap is not installed\nscaffold-done rootless\n", "")
ROOTLESS = replace(FACTS, docker=DockerFacts(rootless=True))

ROOTLESS_RUNS = {
    "allowed": (ALLOWED, (FACTS, ROOTLESS), {}, StepState.DONE),
    "allowed, and another engine stays": (ALLOWED, (FACTS, FACTS), {}, StepState.FAILED),
    "something is missing": (MISSING, (FACTS,), {}, StepState.LEFT),
    "there already": (ALLOWED, (ROOTLESS,), {}, StepState.HOLDS),
    "root itself": (ALLOWED, (FACTS,), {"is_root": True}, StepState.LEFT),
    "nobody agrees": (ALLOWED, (FACTS,), {"attendant": Talking(agrees=False)}, StepState.LEFT),
}


@pytest.mark.parametrize("row", ROOTLESS_RUNS.values(), ids=ROOTLESS_RUNS)
def test_docker_for_one_account(row):
    answer, facts, options, state = row
    remote = Remote(**{"missing()": answer})
    run = fixing(*(Checked(facts=one) for one in facts), remote=remote, **options)
    set_up_rootless(run)
    assert outcomes(run)[-1:] == [("rootless", state)]
    if state is StepState.DONE:
        assert any("dockerd-rootless-setuptool.sh install" in one for one in remote.scripts)
        assert not any("sudo" in one.rpartition("begin ")[2] for one in remote.scripts)


@pytest.mark.parametrize(
    ("answer", "no_root", "offered"),
    [(ALLOWED, "no sudo", True), (MISSING, "no sudo", False), (ALLOWED, "", False)],
)
def test_the_way_out_is_named_where_it_is_open(answer, no_root, offered):
    hint = way_out(fixing(Checked(), remote=Remote(**{"missing()": answer}), no_root=no_root))
    assert bool(hint) == offered
    assert hint is None or hint.details == ("scaffold host setup gpu01 --rootless",)


@pytest.mark.parametrize(
    ("findings", "no_root", "file", "states"),
    [
        ((), "no sudo", True, [StepState.HOLDS]),
        ((), "no sudo", False, []),
        ((finding("toolkit.missing", STEP),), "", False, []),
        ((finding("toolkit.missing", STEP),), "no sudo", False, [StepState.LEFT]),
        ((finding("toolkit.missing", STEP),), "", True, [StepState.LEFT]),
        (
            (finding("driver.old", by_hand("Update it."), consent=Consent.BY_HAND),),
            "no sudo",
            True,
            [StepState.LEFT],
        ),
    ],
)
def test_the_administrator_gets_text_and_script(findings, no_root, file, states, tmp_path):
    script = tmp_path / "fixes.sh"
    run = fixing(Checked(*findings), no_root=no_root)
    report_for_administrator(run, script if file else None)
    assert [state for _, state in outcomes(run)] == states
    assert script.exists() == (file and bool(findings))
    if script.exists():
        assert script.stat().st_mode & 0o777 == 0o755
        assert findings[0].id in script.read_text()
        assert any(findings[0].id in line for line in run.server.attendant.outcomes[0].details)  # type: ignore[attr-defined]
