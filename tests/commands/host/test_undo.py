"""`host setup --undo`: own records, the last first, and the key at the end."""

import base64
import json
import re

import pytest

from scaffold.adapters.ssh.transport import Done
from scaffold.commands.host import undo
from scaffold.commands.host.attendant import StepState
from scaffold.errors import TargetError
from scaffold.facts import HostFacts, LoginFacts
from scaffold.host.record import ChangeRecord
from tests.commands.host.talking import Talking

PACKED = re.compile(r"echo ([A-Za-z0-9+/=]+) \| base64 -d")


def record(name: str, by: str = "ada", *, stops: bool = False) -> ChangeRecord:
    return ChangeRecord(
        id=name,
        finding=name.partition("-")[2],
        why=f"Do {name}.",
        by=by,
        undo="gpasswd -d ada docker",
        files=("/etc/x",),
        stops_containers=stops,
    )


RECORDS = (
    record("1-toolkit.missing", stops=True),
    record("2-docker.permission"),
    record("3-docker.other", by="kim"),
)


class Remote:
    """Lists records, takes them back, and keeps the order of what it was asked for."""

    name, config = "gpu01", None

    def __init__(self, *, kept: str = "", containers: str = "", listed: bool = True) -> None:
        self.kept, self.containers, self.listed = kept, containers, listed
        self.done: list[str] = []

    def run(self, command: str, text: bytes = b"", seconds: float = 60) -> Done:
        if text.startswith(b"records="):
            lines = [f"scaffold-record {one.id} {one.about()}" for one in RECORDS]
            end = "scaffold-done list\n" if self.listed else ""
            return Done(0, "\n".join([*lines, "scaffold-own", end]), "")
        packed = PACKED.search(command)
        script = base64.b64decode(packed[1]).decode() if packed else command
        if "docker ps" in script:
            return Done(0, self.containers, "")
        if taken := re.search(r"take_back ([0-9]\S*)", script.rpartition("\n}\n")[2]):
            self.done.append(taken[1])
            return Done(int(bool(self.kept)), self.kept, "")
        if "systemctl restart docker" in script:
            self.done.append("restart")
        return Done(0, "", "")

    def end_sharing(self) -> None:
        self.done.append("end sharing")


@pytest.fixture
def ran(monkeypatch, tmp_path):
    """`ran(remote, attendant)`: the undo of a host whose key was installed by us."""
    monkeypatch.setenv("HOME", str(tmp_path))
    facts = HostFacts(login=LoginFacts(user="ada"), uid=1000)

    class Checked:
        pass

    Checked.facts = facts  # type: ignore[attr-defined]
    monkeypatch.setattr(undo, "probe_by_name", lambda *_: None)
    monkeypatch.setattr(undo, "judge", lambda *_: Checked())

    def run(remote, attendant, *, dry_run=False, key=True):
        if key:
            noted = json.dumps({"key": {"line": "ssh-ed25519 AAAA x", "path": "/k"}})
            (tmp_path / ".ssh").mkdir(exist_ok=True)
            block = f"# >>> gpu01\nHost gpu01\n  # undo: {noted}\n# <<< gpu01\n"
            (tmp_path / ".ssh/gpu-scaffold.conf").write_text(block)
        return undo.undo_setup(remote, attendant, dry_run=dry_run)

    return run


def states(undone) -> list[tuple[str, str]]:
    return [(one.step, one.state.value) for one in undone.outcomes]


def test_own_changes_go_back_the_last_first_and_docker_restarts_once(ran):
    remote = Remote()
    undone = ran(remote, Talking())
    assert remote.done == ["2-docker.permission", "1-toolkit.missing", "restart", "end sharing"]
    assert states(undone) == [
        ("undo docker.permission", "done"),
        ("undo toolkit.missing", "done"),
        ("undo key", "done"),
    ]
    assert undone.exit_code == 0


def test_a_dry_run_shows_the_same_and_changes_nothing(ran):
    remote, attendant = Remote(), Talking()
    undone = ran(remote, attendant, dry_run=True)
    assert [step for step, _ in states(undone)] == [
        *("undo docker.permission", "undo toolkit.missing", "undo key")
    ]
    assert {state for _, state in states(undone)} == {"would"}
    assert undone.outcomes[0].details == ("run: gpasswd -d ada docker", "restore: /etc/x")
    assert (remote.done, attendant.asked) == ([], [])


def test_what_somebody_changed_is_told_and_counts(ran):
    undone = ran(Remote(kept="scaffold-kept /etc/x: changed since\n"), Talking(), key=False)
    assert undone.exit_code == 1
    assert undone.outcomes[0].details == ("kept: /etc/x: changed since",)


def test_nothing_goes_back_without_agreement(ran):
    remote = Remote()
    undone = ran(remote, Talking(agrees=False))
    assert {state for _, state in states(undone)} == {"left"}
    assert remote.done == []


def test_containers_that_run_are_named_first(ran):
    remote, attendant = Remote(containers="web\n"), Talking(agrees=False)
    undone = ran(remote, attendant, key=False)
    assert "these containers: web" in attendant.asked[0].text
    assert states(undone) == [("undo", "left")]


def test_records_that_cannot_be_read_are_an_error(ran):
    with pytest.raises(TargetError, match="cannot read the records"):
        ran(Remote(listed=False), Talking())


def test_a_server_without_changes_of_ours_says_so(ran, monkeypatch):
    monkeypatch.setattr("tests.commands.host.test_undo.RECORDS", ())
    undone = ran(Remote(), Talking(), key=False)
    (outcome,) = undone.outcomes
    assert (outcome.state, undone.exit_code) == (StepState.HOLDS, 0)


def test_without_sudo_roots_changes_wait_for_an_administrator(ran, monkeypatch):
    monkeypatch.setattr(undo.Server, "may_be_root", lambda _self: False)
    undone = ran(Remote(), Talking(), key=False)
    assert {state for _, state in states(undone)} == {"left"}
    assert "needs an administrator" in undone.outcomes[0].text
