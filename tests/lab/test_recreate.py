"""`scaffold container recreate` from the first step to the last, on the real engine."""

import json
import socket
import time

import pytest

from tests.lab.support.container_options import CONFIGURED, IMAGE, NET, NET2
from tests.lab.support.container_world import world
from tests.lab.support.recreating import finished, names, recreated, remove

NAME = "work"

# A program that ends at SIGTERM, as people's servers do, and fails where it is told to.
PROGRAM = (
    *("sh", "-c"),
    'test -z "$FAIL" || exit 7; trap "date >/saved; exit" TERM; while :; do sleep 0.1; done',
)

MUCH = (
    *("--interactive", "--tty", "--gpus=all", "--shm-size=2g", "--restart=always"),
    *("--volume=/unnamed", "--volume=work-data:/named", "--volume=/tmp:/bound:ro"),
    *(f"--network={NET}", "--ip=10.214.1.88", "--network-alias=service", "--publish=18181:80"),
    *("--hostname=lab", "--env=TOKEN=a b$c", "--label=owner=ada", "--ulimit=nofile=1024:2048"),
    *("--health-cmd=test ! -e /sick", "--health-interval=1s", "--health-retries=1"),
    *("--cap-add=SYS_PTRACE", "--security-opt=seccomp=unconfined", "--add-host=db:10.0.0.5"),
    *("--sysctl=net.core.somaxconn=1024", "--tmpfs=/t:size=64m", "--pids-limit=200"),
    *("--log-opt=max-size=10m", "--stop-timeout=5", "--init", "--read-only=false", "--cpus=1"),
)


@pytest.fixture(scope="module", autouse=True)
def surroundings(engine):
    with world(engine):
        yield


@pytest.fixture
def run(engine):
    """Start the container, with options before its image; it is removed after the test."""
    remove(engine, NAME)

    def start(*options: str, image: str = IMAGE, program: tuple[str, ...] = PROGRAM) -> None:
        engine.docker("run", "--detach", f"--name={NAME}", *options, image, *program)

    yield start
    remove(engine, NAME)
    engine.docker("volume", "rm", "work-data", check=False)


def inside(engine, script: str) -> str:
    return engine.docker("exec", NAME, "sh", "-c", script).stdout


def test_running_container_gets_what_was_asked_and_keeps_the_rest(engine, run, tmp_path):
    run(*MUCH)
    engine.docker("network", "connect", "--ip=10.214.2.9", "--alias=other", NET2, NAME)
    inside(engine, "echo a >/root/file; echo b >/unnamed/file; echo c >/named/file")
    before = engine.inspect(NAME)
    asked = ("--publish=18182:8888", f"--volume={tmp_path}:/data", "--shm-size=3g", "--env=NEW=1")
    made = recreated(engine, NAME, *asked, "--gpus=0,1")
    assert (made["unlike"], made["started"]) == ([], True)
    assert len(made["changes"]) == 5
    files = inside(engine, "cat /root/file /unnamed/file /named/file; ls /saved")
    assert files.split() == ["a", "b", "c", "/saved"]
    after = engine.inspect(NAME)
    assert set(after["HostConfig"]["PortBindings"]) == {"80/tcp", "8888/tcp"}
    assert after["HostConfig"]["ShmSize"] == 3 << 30
    assert after["HostConfig"]["DeviceRequests"][0]["DeviceIDs"] == ["0", "1"]
    assert after["NetworkSettings"]["Networks"][NET2]["IPAddress"] == "10.214.2.9"
    assert "NEW=1" in after["Config"]["Env"]
    kept = engine.inspect(made["kept"])
    assert kept["Id"] == before["Id"]
    assert kept["HostConfig"]["RestartPolicy"]["Name"] == "no"
    assert names(engine, NAME) == [NAME, made["kept"]]


def pruned(out: str) -> list[str]:
    """The removed images of this container; others of the engine may have left some too."""
    return [one for one in json.loads(out)["images"] if f"/{NAME}:" in one]


def test_again_without_changes_is_the_same_and_prune_removes_what_was_kept(engine, run):
    run(*MUCH)
    inside(engine, "echo a >/root/file")
    first, second = recreated(engine, NAME), recreated(engine, NAME)
    assert first["unlike"] == second["unlike"] == []
    # PROGRAM writes a file when it is stopped, so each has something to save.
    assert first["image"] != second["image"]
    code, out, _ = finished(engine, "prune", "--dry-run")
    assert (code, out.count("container work-before-")) == (0, 2)
    code, out, _ = finished(engine, "prune", "--yes", "--json")
    kept = [one for one in json.loads(out)["containers"] if one.startswith(f"{NAME}-")]
    assert (code, kept) == (0, [second["kept"], first["kept"]])
    assert pruned(out) == [first["image"]]
    assert names(engine, NAME) == [NAME]
    assert inside(engine, "cat /root/file") == "a\n"
    engine.docker("rm", "--force", NAME)
    _, out, _ = finished(engine, "prune", "--yes", "--json")
    assert pruned(out) == [second["image"]]
    assert not engine.has_image(second["image"])


@pytest.mark.parametrize(
    ("fault", "said"), [("FAIL", "exits repeatedly"), ("SICK", "health check says unhealthy")]
)
def test_successor_that_does_not_come_up_is_taken_back(engine, run, fault, said):
    health = ("--health-cmd=test -z $SICK", "--health-interval=1s", "--health-retries=1")
    run("--restart=unless-stopped", *health)
    while engine.inspect(NAME)["State"]["Health"]["Status"] != "healthy":
        time.sleep(0.1)
    inside(engine, "echo a >/root/file")
    before = engine.inspect(NAME)
    code, _, err = finished(engine, "recreate", NAME, f"--env={fault}=1", "--yes")
    assert (code, said in err) == (1, True), err
    assert "the programs in work were restarted" in err
    after = engine.inspect(NAME)
    assert (after["Id"], after["State"]["Running"]) == (before["Id"], True)
    assert after["HostConfig"]["RestartPolicy"]["Name"] == "unless-stopped"
    assert names(engine, NAME) == [NAME]
    assert "scaffold-recreated" not in engine.docker("images").stdout


def refused(engine, *words: str) -> str:
    """Recreate what cannot be; the reason. The container must not even have been stopped."""
    before = engine.inspect(NAME)
    code, _, err = finished(engine, "recreate", NAME, *words, "--yes")
    assert code in {1, 2}
    assert names(engine, NAME) == [NAME]
    assert engine.inspect(NAME)["State"]["StartedAt"] == before["State"]["StartedAt"]
    return err


def test_what_the_engines_host_lacks_is_found_out_before_anything_stops(engine, run):
    run()
    assert "bind source path does not exist: /no/such" in refused(engine, "--volume=/no/such:/x")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert "address already in use" in refused(engine, f"--publish=127.0.0.1:{port}:1")
    engine.docker("run", "--detach", "--name=work-2", "--publish=18183:1", IMAGE, *PROGRAM)
    code, _, err = finished(engine, "recreate", NAME, "--publish=18183:1", "--yes")
    assert (code, "host port 18183 is used by work-2" in err) == (2, True)
    engine.docker("rm", "--force", "work-2")
    assert "no image no/such" in refused(engine, "--image=no/such")
    assert "cdi" in refused(engine, "--gpus=nvidia.com/gpu=all")


def test_container_with_rm_and_paused_one_are_left_alone(engine, run):
    run("--rm")
    assert "container save" in refused(engine)
    engine.docker("rm", "--force", NAME)
    run()
    engine.docker("pause", NAME)
    assert f"docker unpause {NAME}" in refused(engine)


def test_stopped_container_is_made_again_and_not_started(engine, run):
    run("--restart=always", "--volume=/unnamed")
    inside(engine, "echo b >/unnamed/file")
    engine.docker("stop", NAME)
    made = recreated(engine, NAME, "--publish=18184:1")
    assert (made["started"], made["unlike"]) == (False, [])
    assert engine.inspect(NAME)["State"]["Status"] == "created"
    engine.docker("start", NAME)
    assert inside(engine, "cat /unnamed/file; ls /saved") == "b\n/saved\n"


def test_other_image_brings_its_own_settings(engine, run):
    run("--env=OWN=1", "--entrypoint=sh", program=PROGRAM[1:])
    made = recreated(engine, NAME, f"--image={CONFIGURED}")
    config = engine.inspect(NAME)["Config"]
    assert made["image"] == config["Image"] == CONFIGURED
    assert {"OWN=1", "MODE=image"} <= set(config["Env"])
    assert (config["User"], config["WorkingDir"]) == ("1000", "/of-image")


def test_ids_do_as_names_and_unknown_names_are_told(engine, run):
    run()
    short = engine.inspect(NAME)["Id"][:6]
    assert recreated(engine, short, "--env=A=1")["container"] == NAME
    code, _, err = finished(engine, "recreate", "no-such", "--yes")
    assert (code, "scaffold container list" in err) == (2, True)


def test_container_that_came_off_its_network_stays_off(engine, run):
    run(f"--network={NET}")
    engine.docker("network", "connect", NET2, NAME)
    engine.docker("network", "disconnect", NET, NAME)
    assert recreated(engine, NAME)["unlike"] == []
    assert list(engine.inspect(NAME)["NetworkSettings"]["Networks"]) == [NET2]


def test_kept_unnamed_volumes_outlive_the_old_container(engine, run):
    run("--volume=/unnamed")
    inside(engine, "echo b >/unnamed/file")
    made = recreated(engine, NAME)
    engine.docker("rm", "--force", "--volumes", made["kept"])
    assert inside(engine, "cat /unnamed/file") == "b\n"


def test_image_whose_name_moved_on_is_taken_by_its_id(engine, run):
    engine.docker("tag", IMAGE, "lab/moving")
    run("--volume=/unnamed", image="lab/moving")
    engine.docker("tag", CONFIGURED, "lab/moving")
    made = recreated(engine, NAME)
    assert engine.inspect(NAME)["Image"] != engine.inspect(CONFIGURED)["Id"]
    assert made["unlike"] == []


def test_list_shows_stopped_ones_with_their_way_back_in(engine, run):
    run("--publish=18185:80", "--gpus=all")
    code, out, _ = finished(engine, "list", "--json")
    shown = {one["name"]: one for one in json.loads(out)["containers"]}
    assert (code, shown[NAME]["way_in"]) == (0, f"docker exec -it {NAME} sh")
    assert shown[NAME]["gpus"] == ["all"]
    inside(engine, "head -c 5000 /dev/zero >/root/file")
    engine.docker("stop", NAME)
    _, out, _ = finished(engine, "list")
    part = out.partition(f"\n{NAME}  ")[2]
    assert part.startswith("exited (0)")
    assert "5.0" in part
    assert f"docker start {NAME} && docker exec -it {NAME} sh" in part
