"""Podman through its Docker socket: what it can do is done, what it cannot is said before."""

import json

import pytest

from scaffold.checks.host import check_host
from scaffold.parsing.host import read_host
from tests.lab.hosts.healthy import HEALTHY
from tests.lab.hosts.pieces_system import sshd
from tests.lab.hosts.row import REAL_DOCKER
from tests.lab.support.engine import is_required
from tests.lab.support.host_view import Socket
from tests.lab.support.podman import running_podman, why_no_podman
from tests.lab.support.recreating import finished, names
from tests.lab.support.sshd import running_host

NAME = "pod"


@pytest.fixture(scope="module")
def podman(lab_can_run, tmp_path_factory):
    if reason := why_no_podman():
        assert not is_required(), reason
        pytest.skip(reason)
    with running_podman(tmp_path_factory.mktemp("podman")) as engine:
        words = ("--network=host", "--volume=pod-data:/data", "--env=HF_TOKEN=hf_abcdefghijk")
        engine.docker("run", "--detach", f"--name={NAME}", *words, "tiny", "sleep", "1000")
        engine.docker("exec", NAME, "touch", "/file")
        yield engine


def test_containers_are_listed_with_their_way_in(podman):
    code, out, err = finished(podman, "list", "--json")
    assert code == 0, err
    (shown,) = json.loads(out)["containers"]
    assert (shown["name"], shown["state"]) == (NAME, "running")
    assert shown["mounts"][0]["source"] == "pod-data"
    assert shown["way_in"] == f"docker exec -it {NAME} bash"


def test_container_is_saved_with_what_it_leaves_out(podman):
    code, out, err = finished(podman, "save", NAME, "lab/pod:1", "--yes", "--json")
    assert code == 0, err
    document = json.loads(out)
    assert document["left_out"] == ["pod-data:/data"]
    assert document["suspected_variables"] == ["HF_TOKEN"]
    saved = ("run", "--rm", "--network=host", "lab/pod:1", "cat", "/file")
    assert podman.docker(*saved, check=False).returncode == 0


@pytest.mark.parametrize("way", ["--yes", "--dry-run"])
def test_recreate_is_refused_before_anything_is_touched(podman, way):
    before = podman.inspect(NAME)
    code, _, err = finished(podman, "recreate", NAME, "--env=A=1", way)
    assert (code, "recreate does not work with podman" in err) == (1, True), err
    assert f"scaffold container save {NAME}" in err
    assert names(podman, NAME) == [NAME]
    assert podman.inspect(NAME)["State"]["StartedAt"] == before["State"]["StartedAt"]


def test_there_is_nothing_to_prune(podman):
    code, out, err = finished(podman, "prune", "--yes")
    assert (code, "nothing to remove" in out) == (0, True), err


def test_host_check_names_podman_behind_docker(podman, keys, client):
    socket = "/run/user/1000/podman/podman.sock"
    source = podman.folder / "podman.sock"
    source.chmod(0o666)
    changes = {
        **REAL_DOCKER,
        **sshd(f"SetEnv DOCKER_HOST=unix://{socket}"),
        socket: Socket(str(source)),
    }
    with running_host(HEALTHY | changes, keys) as host:
        client.reaches(host.port)
        client.trusts(host.port)
        facts = read_host(client.probe())
    found = [one.id for outcome in check_host(facts) for one in outcome.findings]
    assert (facts.client.podman, facts.docker is not None) == (True, True)
    assert found[0] == "docker.podman"
    assert "docker.too-old" not in found
