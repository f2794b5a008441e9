"""`scaffold.hosts`, as the docs use it."""

import pytest

from scaffold import hosts
from scaffold.errors import TargetError
from scaffold.findings import Finding, Level


def test_only_the_api_is_listed():
    assert dir(hosts) == sorted(hosts.__all__)
    assert all(hasattr(hosts, name) for name in hosts.__all__)


def test_no_name_means_two_things():
    classes = [getattr(hosts, name) for name in hosts.__all__ if name[0].isupper()]
    named = [one.__name__ for one in classes if isinstance(one, type)]
    assert not {"Request", "Seen", "Outcome", "Change", "State", "Attendant"} & set(named)


def test_a_host_that_does_not_answer_raises(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    request = hosts.HostSetupRequest(destination="ada@127.0.0.1:1", name="gpu01")
    with pytest.raises(TargetError, match="cannot reach"):
        hosts.set_up(request, hosts.Unattended())


def test_a_script_agrees_to_what_yes_covers():
    change = hosts.ProposedChange(id="docker.missing", text="install Docker")
    own = hosts.ProposedChange(id="reboot", text="reboot", own_choice=True)
    attendant = hosts.Unattended()
    assert [attendant.agree(one) for one in (change, own)] == [True, False]
    attendant.report(hosts.StepOutcome("alias", hosts.StepState.DONE, "x"))
    with attendant.working("Wait") as share_done:
        share_done(0.5)
    assert hosts.SILENT.secret("Password: ") is None
    assert hosts.SILENT.confirm(None) == "no"  # type: ignore[arg-type]


def ended(*outcomes: tuple[str, str], findings: tuple[Finding, ...] = ()) -> hosts.HostSetup:
    class Checked:
        def __init__(self) -> None:
            self.findings = findings

    steps = tuple(hosts.StepOutcome(n, hosts.StepState(s), "") for n, s in outcomes)
    return hosts.HostSetup("gpu01", Checked(), steps)  # type: ignore[arg-type]


ERROR = Finding(id="toolkit.missing", level=Level.ERROR, topic="toolkit", message="x")
WARNING = Finding(id="toolkit.old", level=Level.WARN, topic="toolkit", message="x")
PROVED = (("context", "holds"), ("gpu", "done"))


@pytest.mark.parametrize(
    ("outcomes", "findings", "verdict", "code"),
    [
        (PROVED, (), "ready", 0),
        (PROVED, (WARNING,), "ready with warnings", 0),
        (PROVED, (ERROR,), "ready with warnings", 0),
        ((("fix toolkit.missing", "left"), *PROVED), (ERROR,), "ready with warnings", 0),
        ((("context", "failed"), ("gpu", "done")), (), "unknown", 1),
        ((("context", "done"), ("gpu", "failed")), (), "unknown", 1),
        ((("context", "done"), ("gpu", "failed")), (ERROR,), "not ready", 1),
        ((), (), "unknown", 1),
    ],
)
def test_ready_follows_from_the_proof_and_the_blockers(outcomes, findings, verdict, code):
    found = ended(*outcomes, findings=findings)
    assert (found.verdict.value, found.exit_code) == (verdict, code)
