"""Containers of public questions: recreated with a port and a volume more, and adopted."""

import json
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.lab.support.asking import (
    COMPOSE,
    as_adopted,
    asked_about,
    end,
    note_for,
    plain_settings,
    start,
    unlike,
)
from tests.lab.support.engine import is_required
from tests.lab.support.lesser_rights import lesser_rights
from tests.lab.support.public_containers import EACH_TIME, NAME, QUESTIONS
from tests.lab.support.recreating import finished, recreated
from tests.lab.support.rows import with_long

PORT, VOLUME = "127.0.0.1:18499:4999", "question-added:/added"
MARK = "/srv/made by hand.txt"


@pytest.fixture(scope="module")
def others(engine):
    if not Path(COMPOSE).exists():
        missing = f"{COMPOSE} is not installed"
        pytest.fail(missing) if is_required() else pytest.skip(missing)
    with asked_about(engine):
        yield


@pytest.fixture
def question(request, engine, others, tmp_path):
    """The container of the question, running, with a file that somebody made in it."""
    folder = tmp_path / "host"
    folder.mkdir()
    end(engine, folder)
    with lesser_rights(engine.folder) if request.param.beyond else nullcontext():
        start(engine, request.param, folder)
        (folder / "mark").write_text("kept")
        # A read-only root has no files that somebody made.
        engine.docker("cp", str(folder / "mark"), f"{NAME}:{MARK}", check=False)
        yield request.param
        end(engine, folder)


def state(engine) -> tuple[str, str, bool]:
    found = engine.inspect(NAME)
    return found["Id"], found["State"]["StartedAt"], found["State"]["Running"]


each = pytest.mark.parametrize("question", with_long(QUESTIONS.items(), EACH_TIME), indirect=True)


@each
def test_recreate_adds_a_port_and_a_volume_and_leaves_the_rest(engine, question, tmp_path):
    before, begun = plain_settings(engine.inspect(NAME)), state(engine)
    ports = ("--publish", PORT)
    refusal = question.refused or question.no_port
    if refusal:
        code, _, err = finished(engine, "recreate", NAME, *ports, "--volume", VOLUME, "--yes")
        assert (code != 0, refusal in err) == (True, True), err
        assert state(engine) == begun
        ports = ()
    if question.refused:
        return
    document = recreated(engine, NAME, *ports, "--volume", VOLUME)
    assert document["unlike"] == []
    after = plain_settings(engine.inspect(NAME))
    assert state(engine)[0] != begun[0]
    assert after["Mounts"].pop("/added")["Name"] == "question-added"
    if ports:
        bound = [{"HostIp": "127.0.0.1", "HostPort": "18499"}]
        assert after["HostConfig"]["PortBindings"].pop("4999/tcp") == bound
        assert after["Config"]["ExposedPorts"].pop("4999/tcp") == {}
    before["HostConfig"].setdefault("PortBindings", {})
    before["Config"].setdefault("ExposedPorts", {})
    after["HostConfig"].setdefault("PortBindings", {})
    after["Config"].setdefault("ExposedPorts", {})
    assert after == before
    if not before["HostConfig"].get("ReadonlyRootfs"):
        engine.docker("cp", f"{NAME}:{MARK}", str(tmp_path / "mark"))
        assert (tmp_path / "mark").read_text() == "kept"


@each
def test_adopt_builds_an_equal_image_or_refuses_before_it_writes(engine, question, tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    begun = state(engine)
    code, out, err = finished(engine, "adopt", NAME, str(project), "--yes", "--json", "--verify")
    document = json.loads(out) if out else {}
    assert (code, (document.get("comparison") or {}).get("different")) == (0, []), err + out
    assert state(engine) == begun
    secrets = dict(one.split("=", 1) for one in engine.inspect(NAME)["Config"]["Env"])
    notes = "\n".join(document["notes"])
    differing = unlike(plain_settings(engine.inspect(NAME)), as_adopted(engine, project, secrets))
    assert {name: both for name, both in differing.items() if note_for(name) not in notes} == {}
