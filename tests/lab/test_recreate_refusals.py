"""Known failures are refused before the container stops, with what to do about each."""

import socket
import time

import pytest

from tests.lab.support.container_options import IMAGE
from tests.lab.support.recreating import finished, names, recreated, remove

NAME = "refuse"
LOOP = "trap exit TERM; while :; do sleep 0.1; done"
GONE = "/tmp/lab-gone"


@pytest.fixture
def run(engine):
    remove(engine, NAME)
    engine.docker("network", "rm", "lab-gone", check=False)

    def start(*options: str, program: str = LOOP) -> None:
        engine.docker("run", "--detach", f"--name={NAME}", *options, IMAGE, "sh", "-c", program)

    yield start
    remove(engine, NAME)
    engine.docker("network", "rm", "lab-gone", check=False)


def refused(engine, *words: str) -> str:
    before, there = engine.inspect(NAME), names(engine, NAME)
    code, _, err = finished(engine, "recreate", NAME, *words, "--yes")
    after = engine.inspect(NAME)
    assert code in {1, 2}, err
    assert after["State"]["StartedAt"] == before["State"]["StartedAt"]
    assert names(engine, NAME) == there
    return err


def test_folder_that_is_gone_names_both_ways_out(engine, run, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    run(f"--volume={folder}:/data")
    folder.rmdir()
    err = refused(engine, "--env=A=1")
    assert f"mkdir -p {folder}" in err
    assert "--no-volume /data" in err
    assert "nothing was changed and refuse kept running" in err
    made = recreated(engine, NAME, "--no-volume=/data")
    assert (made["started"], made["unlike"]) == (True, [])


def test_network_that_is_gone_can_be_left(engine, run):
    engine.docker("network", "create", "lab-gone")
    run("--network=lab-gone")
    engine.docker("stop", "--time=0", NAME)
    engine.docker("network", "rm", "lab-gone")
    err = refused(engine, "--env=A=1")
    assert "docker network create lab-gone" in err
    assert "--no-network lab-gone" in err
    recreated(engine, NAME, "--no-network=lab-gone", "--network=bridge")
    engine.docker("start", NAME)
    assert list(engine.inspect(NAME)["NetworkSettings"]["Networks"]) == ["bridge"]


def test_networks_are_joined_and_left(engine, run):
    engine.docker("network", "create", "lab-gone")
    run()
    made = recreated(engine, NAME, "--network=lab-gone")
    assert made["unlike"] == []
    assert set(engine.inspect(NAME)["NetworkSettings"]["Networks"]) == {"bridge", "lab-gone"}
    recreated(engine, NAME, "--no-network=bridge")
    assert set(engine.inspect(NAME)["NetworkSettings"]["Networks"]) == {"lab-gone"}
    recreated(engine, NAME, "--network=host")
    assert engine.inspect(NAME)["HostConfig"]["NetworkMode"] == "host"
    assert "not connected to lab-gone" in refused(engine, "--no-network=lab-gone")


def test_port_that_is_taken_is_refused_with_a_hint(engine, run):
    run()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert "use another host port" in refused(engine, f"--publish=127.0.0.1:{port}:1")


def test_restart_and_what_is_in_memory_are_told(engine, run):
    run("--tmpfs=/fast:size=16m")
    code, out, _ = finished(engine, "recreate", NAME, "--env=A=1", "--dry-run")
    assert code == 0
    assert "not kept: the memory of its programs, and files in /dev/shm, /fast" in out


def test_failure_after_the_stop_says_that_programs_were_restarted(engine, run):
    run(program=f'test -z "$FAIL" || exit 7; {LOOP}')
    code, _, err = finished(engine, "recreate", NAME, "--env=FAIL=1", "--yes")
    assert code == 1
    assert "files and settings are as before, but the programs in refuse were restarted" in err
    assert engine.inspect(NAME)["State"]["Running"]


def test_no_more_health_is_demanded_than_before(engine, run):
    health = ("--health-cmd=false", "--health-interval=1s", "--health-retries=1")
    run(*health)
    while engine.inspect(NAME)["State"]["Health"]["Status"] != "unhealthy":
        time.sleep(0.2)
    code, out, err = finished(engine, "recreate", NAME, "--env=A=1", "--yes")
    assert code == 0, err
    assert "it was unhealthy before" in out


def test_ports_say_who_can_reach_them(engine, run):
    run()
    _, out, _ = finished(engine, "recreate", NAME, "-p", "18888:8888", "--dry-run")
    assert "18888:8888 opens the port to the network" in out
    assert "--publish 127.0.0.1:18888:8888" in out
    assert f"scaffold tunnel --container {NAME} 8888" in out
    _, out, _ = finished(engine, "recreate", NAME, "-p", "8888", "--dry-run")
    assert "container port 8888 on a random host port" in out
    _, out, _ = finished(engine, "recreate", NAME, "-p", "127.0.0.1:18888:8888", "--dry-run")
    assert "opens the port" not in out


def test_secret_values_are_never_printed(engine, run):
    secret = "hf_abcdefghijklmnopqrstuvwxyz"
    words = f"{LOOP}; : --password=geheim1234"
    run(f"--env=HF_TOKEN={secret}", "--label=api_key=geheim1234", program=words)
    for form in ((), ("--json",)):
        code, out, err = finished(engine, "recreate", NAME, "--env=A=1", "--dry-run", *form)
        assert code == 0, err
        assert secret not in out + err
        assert "geheim1234" not in out + err
        assert "HF_TOKEN=<secret>" in out
    code, _, err = finished(engine, "recreate", NAME, "--dry-run", "--show-secrets")
    assert (code, "needs a terminal" in err) == (2, True)
    _, out, _ = finished(engine, "list", "--json")
    assert "geheim1234" not in out
