"""Which engines `scaffold status` asks, and that one that fails is told and holds up no other."""

from contextlib import nullcontext

import pytest

from scaffold.commands.host.known import KnownHost
from scaffold.commands.workspace import status as use_case
from scaffold.commands.workspace.location import WorkspaceLocation
from scaffold.commands.workspace.status import status
from scaffold.errors import InputError, TargetError
from scaffold.parsing.gpu_use import GpuLoad, GpuProcess, GpuUse
from tests.container.raw_container import ID, inspect

HOSTS = [KnownHost(name="gpu01", endpoint="ssh://ada@10.0.0.1"), KnownHost(name="gpu02")]

ENGINES = {
    "this machine and all that are set up": ("", None, False, ["", "gpu01", "gpu02"]),
    "docker points at one of them": ("ssh://gpu02", None, False, ["gpu01", "gpu02"]),
    "docker points at another host": ("ssh://gpu03", None, False, ["gpu01", "gpu02", "gpu03"]),
    "the workspace's own host": ("", "gpu04", False, ["", "gpu01", "gpu02", "gpu04"]),
    "one that is said": ("", "gpu04", True, ["gpu04"]),
    "this machine said": ("", None, True, [""]),
    "a context that is gone": (None, None, False, ["", "gpu01", "gpu02"]),
}


class Engine:
    """An engine with one dev container, whose processes it may not tell."""

    def __init__(self, pids: frozenset[int] | None = frozenset()) -> None:
        self.pids = pids

    def containers(self):
        row = {"Labels": {"devcontainer.local_folder": "/p"}}
        return [{"Id": ID, **row}, {"Id": "gone", **row}, {"Id": "other", "Labels": {}}]

    def inspect(self, name):
        labels = {"devcontainer.local_folder": "/p"}
        return inspect(config={"Labels": labels}) if name == ID else None

    def process_ids(self, name):
        if self.pids is None:
            raise TargetError("there is no ps")
        return self.pids


@pytest.fixture
def world(monkeypatch, tmp_path):
    """Engines and GPU use, as a test says."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(use_case, "known_hosts", lambda *, reach: HOSTS)

    def be(engine=None, use=None, address: str | None = "") -> None:
        def settings():
            if address is None:
                raise InputError("there is no Docker context")
            return {"base_url": address}

        monkeypatch.setattr(use_case, "engine_settings", settings)
        monkeypatch.setattr(use_case, "gpu_use", lambda host, config: use)
        monkeypatch.setattr(use_case, "docker_engine", lambda *_: nullcontext(engine or Engine()))

    return be


@pytest.mark.parametrize("name", ENGINES)
def test_engines_that_are_asked(world, name, tmp_path):
    address, host, only, expected = ENGINES[name]
    world(address=address)
    found = status(WorkspaceLocation(tmp_path, host), None, only=only)
    assert sorted(one.host for one in found) == expected


def test_host_that_fails_is_told_and_holds_up_no_other(world, monkeypatch, tmp_path):
    def use(host, _config):
        if host == "gpu02":
            raise TargetError("gpu02 cannot be reached")

    world()
    monkeypatch.setattr(use_case, "gpu_use", use)
    found = {one.host: one for one in status(WorkspaceLocation(tmp_path), None, only=False)}
    assert (found["gpu02"].error, found["gpu02"].containers) == ("gpu02 cannot be reached", ())
    assert [one.facts.name for one in found["gpu01"].containers] == ["trainer"]


GPU = GpuUse(
    (GpuLoad(uuid="G", index=0, name="H100", busy=9, used_mib=5, total_mib=80),),
    (GpuProcess(7, "G", 5),),
)
IDLE = GpuUse(GPU.gpus, ())
USES = {
    "its process": (GPU, frozenset({7}), [5]),
    "another's": (GPU, frozenset({8}), []),
    "nobody's": (IDLE, None, []),
    "an engine that cannot tell": (GPU, None, None),
    "a driver that does not answer": (None, frozenset({7}), None),
}


@pytest.mark.parametrize("name", USES)
def test_gpu_use_of_a_container(world, tmp_path, name):
    use, pids, expected = USES[name]
    world(Engine(pids), use)
    (engine,) = status(WorkspaceLocation(tmp_path), None, only=True)
    (shown,) = engine.containers
    found = None if shown.shares is None else [one.used_mib for one in shown.shares]
    assert found == expected
