"""What is told of a container, and how to get back in."""

import pytest

from scaffold.container.engine_json import moment
from scaffold.container.facts import ContainerMount, PublishedPort, read_container
from scaffold.container.reconnect import attach_uri, reconnect_command
from tests.container.raw_container import VOLUME, inspect, volume_mount

GPU = {"Count": -1, "Capabilities": [["gpu"]]}


def gpus(**host: object) -> tuple[str, ...]:
    return read_container(inspect(host=host, config={"Env": ["NVIDIA_VISIBLE_DEVICES=0"]})).gpus


@pytest.mark.parametrize(
    ("host", "told"),
    [
        ({}, ()),
        ({"DeviceRequests": [GPU]}, ("all",)),
        ({"DeviceRequests": [{"Count": 2, "Capabilities": [["gpu", "utility"]]}]}, ("2",)),
        (
            {"DeviceRequests": [{"DeviceIDs": ["0", "2"], "Capabilities": [["gpu"]]}]},
            ("device=0,2",),
        ),
        (
            {"DeviceRequests": [{"Driver": "cdi", "DeviceIDs": ["nvidia.com/gpu=all"]}]},
            ("nvidia.com/gpu=all",),
        ),
        ({"DeviceRequests": [{"Driver": "other", "Capabilities": [["tpu"]]}]}, ()),
        ({"Runtime": "nvidia"}, ("0",)),
        (
            {"Devices": [{"PathOnHost": "/dev/nvidia1"}, {"PathOnHost": "/dev/fuse"}]},
            ("/dev/nvidia1",),
        ),
    ],
)
def test_gpus_however_they_were_asked_for(host, told):
    assert gpus(**host) == told


def test_ports_are_the_actual_ones_and_said_once_for_both_families():
    actual = {
        "80/tcp": [
            {"HostIp": "0.0.0.0", "HostPort": "32768"},  # noqa: S104
            {"HostIp": "::", "HostPort": "32768"},
        ]
    }
    found = inspect(host={"PortBindings": {"80/tcp": [{"HostPort": ""}]}})
    found["NetworkSettings"]["Ports"] = actual | {"9/tcp": None}
    assert [str(port) for port in read_container(found).ports] == ["32768:80"]


def test_ports_of_a_stopped_one_are_those_it_will_ask_for():
    bound = {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8080"}], "53/udp": [{"HostPort": ""}]}
    told = map(str, read_container(inspect(host={"PortBindings": bound})).ports)
    assert list(told) == ["127.0.0.1:8080:80", "?:53/udp"]
    assert str(PublishedPort("1/tcp", "::1", "2")) == "[::1]:2:1"


def test_mounts_are_told_by_target_and_unnamed_volumes_as_such():
    bind = {"Type": "bind", "Source": "/home/ada", "Destination": "/b", "RW": False}
    found = inspect(mounts=[volume_mount("/v"), bind], host={"Tmpfs": {"/a": ""}})
    told = [str(mount) for mount in read_container(found).mounts]
    assert told == ["tmpfs:/a", "/home/ada:/b:ro", f"{VOLUME[:12]}… (unnamed volume):/v"]
    assert not ContainerMount("volume", "z" * 64, "/v").anonymous


STOPPED = {"Status": "exited", "Running": False, "ExitCode": 137}
INTERACTIVE = {"Tty": True, "OpenStdin": True}


@pytest.mark.parametrize(
    ("changes", "command"),
    [
        ({}, "docker exec -it trainer bash"),
        ({"Path": "/bin/zsh"}, "docker exec -it trainer /bin/zsh"),
        ({"state": {"Status": "paused"}}, "docker unpause trainer && docker exec -it trainer bash"),
        ({"state": {"Status": "restarting"}}, "docker logs --tail 50 trainer"),
        ({"state": STOPPED}, "docker start trainer && docker exec -it trainer bash"),
        ({"state": STOPPED, "config": INTERACTIVE}, "docker start -ai trainer"),
        (
            {"name": "trainer-before-20261124-101112", "state": STOPPED, "config": INTERACTIVE},
            "docker start -ai trainer-before-20261124-101112",
        ),
        ({"name": "trainer-trial-20261124-101112"}, "scaffold container recreate trainer"),
    ],
)
def test_the_one_command_back_in(changes, command):
    assert reconnect_command(read_container(inspect(**changes))) == command


def test_way_into_a_far_container_names_the_host():
    container = read_container(inspect())
    assert reconnect_command(container, "gpu01") == "docker -H ssh://gpu01 exec -it trainer bash"
    left = read_container(inspect("trainer-next-20261124-101112"))
    assert reconnect_command(left, "gpu01") == "scaffold container recreate trainer --host gpu01"


def test_attach_uri_is_the_name_in_hexadecimal():
    hexadecimal = attach_uri(read_container(inspect())).partition("+")[2].rstrip("/")
    assert bytes.fromhex(hexadecimal) == b'{"containerName":"/trainer"}'


@pytest.mark.parametrize(
    ("state", "since"),
    [
        ({}, "2026-11-24T10:00:00.123456+00:00"),
        (
            {"Status": "exited", "FinishedAt": "2026-11-24T12:00:00+02:00"},
            "2026-11-24T10:00:00+00:00",
        ),
        ({"Status": "created"}, "2026-11-24T09:00:00+00:00"),
        ({"Status": "exited"}, None),
    ],
)
def test_since_when_it_is_so(state, since):
    found = read_container(inspect(state=state)).since
    assert (found and found.isoformat()) == since


def test_times_that_are_none():
    assert moment(None) is moment("") is moment("yesterday") is None
    assert moment("2026-13-01T00:00:00Z") is moment("9999-12-31T23:59:59-23:59") is None
