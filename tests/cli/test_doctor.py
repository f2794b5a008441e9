"""`scaffold doctor`: what is printed, and the exit code."""

import json

import pytest

from scaffold.commands.computer import doctor
from tests.checks.test_computer import DOWN, GPU01, computer


@pytest.fixture
def found(monkeypatch):
    def be(**changes):
        monkeypatch.setattr(doctor, "gather", lambda *, network: computer(**changes))

    return be


def test_a_good_computer_is_fine(scaffold, found):
    found()
    done = scaffold("doctor")
    assert done.code == 0
    assert "0 errors, 0 warnings" in done.out


def test_a_blocker_sets_the_exit_code_and_has_its_fix(scaffold, found):
    found(**DOWN, agent="missing")
    done = scaffold("doctor")
    assert done.code == 1
    assert "sudo systemctl enable --now docker" in done.out
    assert "1 error, 0 warnings" in done.out


def test_warnings_are_no_blockers(scaffold, found):
    found(**DOWN, contexts=GPU01)
    assert scaffold("doctor").code == 0


def test_json(scaffold, found):
    found(**DOWN)
    done = scaffold("doctor", "--json")
    document = json.loads(done.out)
    assert (done.code, document["schema"], document["ready"]) == (1, 1, False)
    assert document["programs"]["node"] == {"path": "/usr/bin/node", "version": "22.1"}
    assert [one["id"] for one in document["findings"]] == ["docker.down"]
