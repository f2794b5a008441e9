"""Runs the command line in this process, as a shell would call it."""

import sys
from dataclasses import dataclass

import pytest

from scaffold.adapters.local import signals
from scaffold.adapters.probe import local
from scaffold.cli import main, report
from scaffold.commands.init import read
from scaffold.facts import DockerFacts, Gpu, HostFacts

T4_HOST = HostFacts(
    architecture="x86_64",
    driver_version="535.183.01",
    cuda_reported="12.2",
    gpus=(Gpu(name="Tesla T4", compute_capability="7.5"),),
    docker=DockerFacts(server_version="28.2.2", rootless=False, runtimes=("nvidia", "runc")),
    memory_mib=32768,
    uid=1000,
    gid=1000,
)


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


@pytest.fixture
def host(monkeypatch):
    """A machine with a T4 in place of this one, whose GPU nobody can know."""

    def be(facts: HostFacts) -> None:
        for module in (read, local):
            monkeypatch.setattr(module, "probe_local", lambda: facts)

    be(T4_HOST)
    return be


@pytest.fixture
def scaffold(monkeypatch, capsys, host):
    """Call the command line; returns exit code and output."""

    # Threads of other tests may not have ended yet, and `leave` would end the process for them.
    monkeypatch.setattr(signals, "leave", sys.exit)

    def run(*args: object) -> Done:
        report.console.cache_clear()
        monkeypatch.setattr("sys.argv", ["scaffold", *map(str, args)])
        with pytest.raises(SystemExit) as exited:
            main.main()
        captured = capsys.readouterr()
        return Done(int(exited.value.code or 0), captured.out, captured.err)

    return run
