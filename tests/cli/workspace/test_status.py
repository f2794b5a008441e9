"""`scaffold status` at the terminal: what is not known is said to be so."""

import pytest

from scaffold.commands.workspace import status as use_case
from scaffold.commands.workspace.status import DevContainerStatus, EngineStatus
from scaffold.container.facts import read_container
from scaffold.parsing.gpu_use import GpuUse
from scaffold.workspace.gpu_share import GpuShare
from tests.container.raw_container import inspect

FACTS = read_container(inspect())
UNTOLD = GpuShare(gpu="A100", index=None, used_mib=None, busy=None, processes=2)
SITUATIONS = {
    "no GPU and nothing there": (
        EngineStatus(host="", use=GpuUse()),
        ("this computer", "no GPU", "no dev container"),
    ),
    "a driver without an answer": (EngineStatus(host="gpu01"), ("GPU use unknown",)),
    "a dead host": (
        EngineStatus(host="gpu01", error="no route", hint="is it on?"),
        ("gpu01  no route\n    is it on?",),
    ),
    "use that nobody can tell": (
        EngineStatus(
            host="gpu01",
            containers=(
                DevContainerStatus(facts=FACTS, folder="/p", ours=True, shares=None, tunnels=()),
            ),
        ),
        ("* trainer  running", "GPU use unknown", "folder  /p"),
    ),
    "a driver that tells half": (
        EngineStatus(
            host="gpu01",
            containers=(
                DevContainerStatus(
                    facts=FACTS, folder="", ours=False, shares=(UNTOLD,), tunnels=()
                ),
            ),
        ),
        ("? MiB of GPU ? (2 processes)",),
    ),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_what_is_shown(scaffold, monkeypatch, name, tmp_path):
    engine, expected = SITUATIONS[name]
    monkeypatch.setattr(use_case, "status", lambda *_, **__: [engine])
    done = scaffold("status", tmp_path)
    assert done.code == 0
    assert all(text in done.out for text in expected), done.out
    assert scaffold("status", tmp_path, "--host=gpu01").code == int(bool(engine.error))
