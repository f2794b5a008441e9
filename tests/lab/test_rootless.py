"""Rootless Docker: containers are listed, recreated, saved and pruned as elsewhere."""

import json

import pytest

from scaffold.adapters.docker.engine import docker_engine
from scaffold.container.recreate.differences import differences
from tests.lab.support.container_options import IMAGE, IMAGE_OPTIONS, OPTIONS, VOLUMES
from tests.lab.support.container_world import world
from tests.lab.support.images import provide
from tests.lab.support.recreating import finished, names, recreated
from tests.lab.support.rootless import running_rootless, why_no_rootless
from tests.lab.support.same_again import made_again, removed, unlike_as_typed

pytestmark = pytest.mark.long

NAME = "own"


@pytest.fixture(scope="module")
def rootless(lab_can_run):
    if reason := why_no_rootless():
        pytest.skip(reason)
    with running_rootless() as engine:
        provide(engine, IMAGE)
        yield engine


def test_container_is_recreated_with_its_files_and_volumes(rootless):
    assert "rootless" in rootless.docker("info").stdout
    options = ("--init", "--publish=18588:80", "--volume=own-data:/v", "--volume=/unnamed")
    more = ("--shm-size=1g", "--cap-add=SYS_PTRACE", "--ulimit=nofile=1024:2048")
    rootless.docker("run", "--detach", f"--name={NAME}", *options, *more, IMAGE, "sleep", "1000")
    rootless.docker("exec", NAME, "sh", "-c", "echo a >/root/file; echo b >/unnamed/file")
    made = recreated(rootless, NAME, "--publish=18589:81", "--env=A=1")
    assert (made["started"], made["unlike"]) == (True, [])
    files = rootless.docker("exec", NAME, "cat", "/root/file", "/unnamed/file").stdout
    assert files == "a\nb\n"
    code, out, _ = finished(rootless, "list", "--json")
    listed = {one["name"]: one for one in json.loads(out)["containers"]}
    assert (code, len(listed[NAME]["ports"])) == (0, 2)
    assert finished(rootless, "save", NAME, "lab/own:1", "--yes")[0] == 0
    assert finished(rootless, "prune", "--yes")[0] == 0
    assert names(rootless, NAME) == [NAME]


def test_what_its_user_may_not_is_found_out_before_anything_stops(rootless):
    before = rootless.inspect(NAME)
    code, _, err = finished(rootless, "recreate", NAME, "--publish=88:88", "--yes")
    assert (code, "privileged port 88" in err or "permission denied" in err) == (1, True), err
    assert rootless.inspect(NAME)["State"]["StartedAt"] == before["State"]["StartedAt"]


def test_container_with_any_option_is_the_same_again(rootless, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", rootless.socket)
    unlike, refused = {}, []
    rows = {name: ((*words, IMAGE, "sleep", "9"), ()) for name, words in OPTIONS.items()}
    rows |= {name: (words, VOLUMES) for name, words in IMAGE_OPTIONS.items()}
    with world(rootless), docker_engine() as opened:
        for option, (words, known) in rows.items():
            tried = rootless.docker("create", "--name=lab-typed", *words, check=False)
            removed(rootless)
            if tried.returncode:
                refused.append(option)
                continue
            plan, new = made_again(rootless, opened, words)
            found = [
                *differences(plan.old, new),
                *unlike_as_typed(rootless, opened, plan, option, known),
            ]
            removed(rootless)
            if found:
                unlike[option] = found
    assert unlike == {}
    assert refused == ["--runtime", "--storage-opt"]
