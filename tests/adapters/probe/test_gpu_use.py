"""Asking for GPU use: here, and by the ssh program that cannot connect."""

import pytest

from scaffold.adapters.probe import gpu_use
from scaffold.adapters.ssh.program import Done, ProgramTransport
from scaffold.errors import TargetError


def smi(tmp_path, monkeypatch, text: str) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")


def test_driver_that_fails_is_not_known(tmp_path, monkeypatch):
    smi(tmp_path, monkeypatch, "echo 'Failed to initialize NVML'; exit 9")
    assert gpu_use.gpu_use(None) is None


def test_driver_that_hangs_is_not_waited_for(tmp_path, monkeypatch):
    smi(tmp_path, monkeypatch, "exec sleep 3")
    monkeypatch.setattr(gpu_use, "SECONDS", 0.2)
    assert gpu_use.gpu_use(None) is None


def test_address_with_a_port_is_a_url_to_ssh(monkeypatch):
    called = []

    def run(self, _command, **_options):
        called.append(self.name)
        return Done(255 if "@" in self.name else 0, "", "No route to host\n")

    monkeypatch.setattr(ProgramTransport, "run", run)
    with pytest.raises(TargetError, match="No route to host"):
        gpu_use.gpu_use("ada@gpu01:2222")
    assert gpu_use.gpu_use("gpu01") is None
    assert called == ["ssh://ada@gpu01:2222", "gpu01"]
