"""An engine that writes other forms than its API says is told so; usual answers pass."""

import pytest

from scaffold.container.engine_shapes import fault

USUAL = {
    "Id": "a" * 64,
    "Created": "2026-01-01T00:00:00Z",
    "Name": "/box",
    "Image": "sha256:b",
    "State": {"Status": "running", "Pid": 1, "Health": None},
    "Config": {
        "Env": ["A=1"],
        "Cmd": ["sleep"],
        "Entrypoint": None,
        "Labels": {"Config": "x"},
        "ExposedPorts": {"80/tcp": {}},
        "Volumes": {"/x": None},
        "Healthcheck": {"Test": ["CMD", "true"], "Interval": 5},
    },
    "HostConfig": {
        "Binds": None,
        "PortBindings": {"80/tcp": [{"HostPort": "80"}], "81/tcp": None},
        "Mounts": [{"Type": "bind", "Source": "/x", "Target": "/x", "BindOptions": {}}],
        "LogConfig": {"Type": "json-file", "Config": {}},
        "DeviceRequests": [
            {"Driver": "", "Count": -1, "DeviceIDs": None, "Capabilities": [["gpu"]]}
        ],
        "Capabilities": ["CAP_CHOWN"],
        "Ulimits": [{"Name": "nofile", "Soft": 1, "Hard": 0}],
        "ShmSize": 64,
    },
    "Mounts": [{"Type": "volume", "Name": "v", "Destination": "/v", "RW": True}],
    "NetworkSettings": {
        "Networks": {"bridge": {"Aliases": None, "IPAMConfig": None}},
        "Ports": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "80"}]},
    },
}
LISTED = {
    "Id": "a",
    "Names": ["/box"],
    "State": "running",
    "Created": 1700000000,
    "Ports": [{"PrivatePort": 80, "Type": "tcp"}],
    "Labels": {},
    "HostConfig": {"NetworkMode": "bridge"},
}

ODD = [
    ("Id", []),
    ("Name", {}),
    ("State", [1]),
    ("Config", "x"),
    ("Config", {"Env": "x"}),
    ("Config", {"Env": [5]}),
    ("Config", {"Labels": [1]}),
    ("Config", {"Labels": {"a": {}}}),
    ("Config", {"Cmd": {"a": 1}}),
    ("Config", {"Healthcheck": {"Test": 5}}),
    ("HostConfig", {"Mounts": {"a": 1}}),
    ("Created", True),
    ("Image", False),
    ("SizeRw", "1"),
    ("HostConfig", {"Mounts": [{"Type": {}, "Target": "/x"}]}),
    ("HostConfig", {"Mounts": [{"Type": "bind", "Destination": "/x"}]}),
    ("HostConfig", {"Ulimits": [{"Name": "nofile", "Soft": 1}]}),
    ("HostConfig", {"DeviceRequests": [{"Capabilities": [5]}]}),
    ("HostConfig", {"ShmSize": True}),
    ("HostConfig", {"LogConfig": {"Config": {}}}),
    ("HostConfig", {"LogConfig": {"Type": "x", "Config": {"a": []}}}),
    ("HostConfig", {"BlkioDeviceReadBps": [{"Path": "/dev/sda", "Rate": "x"}]}),
    ("HostConfig", {"BlkioWeightDevice": [{"Path": "/dev/sda"}]}),
    ("HostConfig", {"DeviceRequests": [{"Options": [5]}]}),
    (
        "HostConfig",
        {"Mounts": [{"Type": "tmpfs", "Target": "/x", "TmpfsOptions": {"Mode": "x"}}]},
    ),
    ("HostConfig", {"PortBindings": {"80/tcp": [{"HostPort": 80}]}}),
    ("Mounts", [{"Type": "bind", "Target": "/x"}]),
    ("Mounts", [{"Type": "bind", "Destination": "/x", "Source": False}]),
    ("HostConfig", {"PortBindings": {"80/tcp": "x"}}),
    ("Mounts", [None]),
    ("NetworkSettings", {"Networks": {"a": 5}}),
    ("NetworkSettings", {"Networks": {"a": {"Aliases": [5]}}}),
    ("NetworkSettings", {"Ports": 5}),
    ("NetworkSettings", {"Ports": [{"HostPort": "80"}]}),
]


def test_usual_answers_have_no_fault():
    assert fault(USUAL) == fault(LISTED) == fault({}) == ""


@pytest.mark.parametrize(("key", "value"), ODD)
def test_another_form_is_named(key, value):
    assert fault(USUAL | {key: value}).startswith(key)
