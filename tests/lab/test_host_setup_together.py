"""Setups beside each other and after a kill: nothing is lost, doubled, or left unknown."""

import os
import signal
import time
from pathlib import Path

from tests.lab.hosts.mendable import KEYS, NO_CARD_DRIVER, NO_REPOSITORY
from tests.lab.hosts.standins import ASKED
from tests.lab.support.engine import Engine
from tests.lab.support.laptop import Laptop
from tests.lab.support.sshd import Keys, running_host
from tests.lab.test_host_setup import gpu_engine, laptop, view
from tests.lab.test_host_setup_faults import answered, assert_whole, spawn

__all__ = ["gpu_engine", "laptop"]

REMOVE = ("--key", "--known-host", "--yes")


def test_setups_beside_each_other_lose_nothing(gpu_engine: Engine, keys: Keys, laptop: Laptop):
    with (
        running_host(view(gpu_engine, {}), keys) as one,
        running_host(view(gpu_engine, {}), keys) as two,
    ):
        names = ((one, "gpu01"), (two, "gpu02"), (one, "gpu01"))
        children = [spawn(laptop, host, "--name", name, "--yes") for host, name in names]
        ends = [answered(child) for child in children]
        assert [code for code, _ in ends] == [0, 0, 0], ends
        assert_whole(laptop, one)
        own = (laptop.home / ".ssh/gpu-scaffold.conf").read_text()
        assert [own.count(f"Host {name}\n") for name in ("gpu01", "gpu02")] == [1, 1]
        for name in ("gpu01", "gpu02"):
            assert laptop.run("docker", "--context", name, "version").returncode == 0
        # A key that both use goes with the last of them.
        assert laptop.scaffold("host", "remove", "gpu01", *REMOVE).returncode == 0
        assert laptop.run("ssh", "-o", "BatchMode=yes", "gpu02", "true").returncode == 0
        assert laptop.scaffold("host", "remove", "gpu02", *REMOVE).returncode == 0
    assert laptop.content() == {}


def test_what_a_killed_run_did_is_known_to_remove(gpu_engine: Engine, keys: Keys, laptop: Laptop):
    with running_host(view(gpu_engine, {}), keys) as host:
        installed = host.root / KEYS.lstrip("/")
        child = spawn(laptop, host, "--name", "gpu01", "--yes")
        child.expect("Trust it.*: ")
        child.sendline("yes")
        child.expect("assword.*: ")
        child.sendline("opensesame")
        wait_for(installed)
        os.kill(child.pid, signal.SIGKILL)
        child.close()
        assert_whole(laptop, host)
        code, said = answered(spawn(laptop, host, "--name", "gpu01", "--yes"))
        assert code == 0, said
        gone = laptop.scaffold("host", "remove", "gpu01", *REMOVE)
        assert gone.returncode == 0, gone.stderr
        assert not installed.exists()
        assert laptop.content() == {}


def wait_for(path: Path, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} did not come"
        time.sleep(0.002)


def test_a_driver_is_installed_on_a_choice_of_its_own_only(
    gpu_engine: Engine, keys: Keys, laptop: Laptop
):
    with running_host(view(gpu_engine, NO_CARD_DRIVER | NO_REPOSITORY), keys) as host:
        asked = host.root / ASKED.lstrip("/")
        code, said = answered(spawn(laptop, host, "--name", "gpu01", "--yes"))
        assert code == 1, said
        assert "sudo apt-get install -y nvidia-open" in said
        assert "sudo reboot" in said
        assert asked.read_text() == ""
        chosen = ("--only=driver.missing", "--only=reboot")
        code, said = answered(spawn(laptop, host, "--name", "gpu01", *chosen))
        assert code == 1, said
        assert "has to reboot" in " ".join(said.split())
        assert asked.read_text().splitlines()[-2:] == ["apt-get install -y nvidia-open", "reboot"]
        code, said = answered(spawn(laptop, host, "--name", "gpu01", "--yes"))
        assert code == 0, said
