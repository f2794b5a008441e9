"""What a host makes of the answers."""

from dataclasses import replace

import pytest

from scaffold.answers.for_host import doubts, of_this_host, reconciled, remembered_answers, settled
from scaffold.answers.free_gpus import chosen, usage
from scaffold.answers.validation import build_answers, complete
from scaffold.errors import InputError
from scaffold.facts import Gpu, HostFacts
from scaffold.facts.system import LoginFacts, SystemFacts
from scaffold.project.facts import ProjectFacts
from scaffold.project.framework import Framework

CARDS = (
    Gpu(name="A", index=0, memory_mib=100, memory_free_mib=90, processes=1, utilization_percent=80),
    Gpu(name="A", index=1, memory_mib=100, memory_free_mib=60, processes=0, utilization_percent=0),
    Gpu(name="A", index=2, memory_mib=100, memory_free_mib=99, processes=0, utilization_percent=1),
    Gpu(name="A", index=3, memory_mib=100, memory_free_mib=100, mig_enabled=True),
)
HOST = HostFacts(
    name="gpu01", uid=1234, gid=5, gpus=CARDS, login=LoginFacts(user="ada", home="/home/ada")
)


def values(facts=HOST, **given):
    full = complete(reconciled({"host": "gpu01", **given}), ProjectFacts(), facts)
    return settled(full, facts, "my p")


@pytest.mark.parametrize(
    ("files", "workspace", "place"),
    [
        ("remote-ssh", "", "/home/ada/my p"),
        ("remote-ssh", "~/x/../y", "/home/ada/y"),
        ("context", "/srv//p/", "/srv/p"),
        ("context", "my-volume", "my-volume"),
    ],
)
def test_the_place_becomes_whole(files, workspace, place):
    found = values(files=files, workspace=workspace)
    assert found["workspace"] == place
    answers = build_answers(found, "my p")
    assert answers.workspace == (place if files == "context" else "")
    assert (answers.host, answers.uid) == ("gpu01", 1234)
    kept = remembered_answers(found)
    assert (kept["host"], kept["workspace"], kept["uid"]) == ("gpu01", place, 1234)


def test_mounts_of_a_remote_engine_are_paths_there():
    mounts = ("~/data:/data:ro", "./out:/out", "models:/models", "/d:/d")
    found = values(files="context", mount=mounts)
    there = ("/home/ada/data:/data:ro", "/home/ada/my p/out:/out", "models:/models", "/d:/d")
    assert found["mount"] == there
    assert values(files="remote-ssh", mount=mounts)["mount"] == mounts


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"workspace": "volume"}, "only --files context"),
        ({"workspace": "/"}, "no folder"),
        ({"files": "context", "workspace": "vol", "mount": ("./o:/o",)}, "is inside the project"),
        ({"gpus": "free:4"}, "4"),
        ({"target": "local"}, "contradict"),
        ({"host": "", "target": "remote", "files": "context"}, "needs a host"),
    ],
)
def test_what_cannot_be_is_refused(given, word):
    with pytest.raises(InputError, match=word):
        values(**given)


@pytest.mark.parametrize("given", [{}, {"files": "context", "workspace": "/w", "mount": ("~:/h",)}])
def test_an_unknown_home_is_asked_for(given):
    with pytest.raises(InputError, match="home folder"):
        values(HostFacts(name="gpu01"), **given)


def test_free_gpus_are_those_that_nobody_uses():
    assert chosen("free", HOST) == "device=2"
    assert chosen("free:2", HOST) == "device=2,1"
    assert chosen("free:3", HOST) == "device=2,1,0"
    assert chosen("2", HOST) == "2"
    assert usage(CARDS[0]) == ("10 of 100 MiB used", "80 % busy", "1 programs")
    assert usage(Gpu(name="A")) == ("memory unknown", "load unknown", "programs unknown")
    with pytest.raises(InputError, match="none known"):
        chosen("free", HostFacts())


def test_doubts_of_root_and_of_free_gpus_are_told():
    root = HostFacts(
        name="gpu01", uid=0, gid=0, gpus=CARDS, login=LoginFacts(user="root", home="/root")
    )
    full = complete(reconciled({"host": "gpu01", "gpus": "free"}), ProjectFacts(), root)
    free, login = doubts(full, root)
    assert "device=2" in free
    assert "1000:1000" in login
    assert doubts(complete({}, ProjectFacts(), HOST), HOST) == []


def test_answers_of_another_host_are_dropped():
    record = {"host": "gpu01", "workspace": "/w", "uid": 5, "gpu": "none"}
    assert of_this_host(record, {}) == record
    assert of_this_host(record, {"host": "gpu02"}) == {"host": "gpu01", "gpu": "none"}
    assert reconciled({"target": "local"})["host"] == ""
    assert reconciled({"gpu": "none"}) == {"gpu": "none"}
    assert remembered_answers(complete({}, ProjectFacts(), HOST)) == {}


@pytest.mark.parametrize("name", ["ada@gpu01", "gpu01:22", "-x", "a b"])
def test_a_host_is_named_by_its_alias(name):
    with pytest.raises(InputError, match="no alias"):
        build_answers(complete({"host": name}, ProjectFacts(), HOST), "p")


def test_a_place_is_a_path_or_a_volume():
    with pytest.raises(InputError, match="neither a path"):
        build_answers(values(files="context") | {"workspace": "a/b"}, "p")


def test_project_of_root_is_told_unless_the_container_runs_as_root():
    def said(*place, **given):
        full = complete(given, ProjectFacts(), replace(HOST, uid=0, gid=0))
        return doubts(full, replace(HOST, uid=0, gid=0), *place)

    (text,) = said()
    assert "--user root, or: chown -R 1000:1000 ." in text
    (elsewhere,) = said("build/my net")
    assert "chown -R 1000:1000 'build/my net'" in elsewhere
    assert said(user="root") == []
    assert said(target="cpu") == []


MAC = HostFacts(name="local", uid=501, gid=20, system=SystemFacts(kernel_name="Darwin"))
TORCH = ProjectFacts(framework=Framework.PYTORCH)


@pytest.mark.parametrize(
    ("given", "gpu", "told"),
    [
        ({}, "none", True),
        ({"gpu": "optional"}, "optional", True),
        ({"target": "remote"}, "optional", False),
        ({"target": "cpu"}, "none", False),
    ],
)
def test_container_on_a_mac_has_no_gpu_and_says_so(given, gpu, told):
    full = settled(complete(reconciled(given), TORCH, MAC), MAC, "p")
    assert full["gpu"] == gpu
    assert any("a Mac has no NVIDIA GPU" in one for one in doubts(full, MAC)) == told
