import json

import pytest

from scaffold.answers.choices import GpuNeed
from scaffold.workspace.devcontainer import (
    made_for,
    project_folder,
    remote_environment,
    remote_user,
    settings,
)
from scaffold.workspace.request import read_request
from tests.container.raw_container import inspect, volume_mount

LOCAL = "/home/ada/my prüject"
BIND = {"Type": "bind", "Source": LOCAL, "Destination": "/workspaces/p", "RW": True}
ALL = [{"Count": -1, "Capabilities": [["gpu"]]}]


def made(*entries, local=LOCAL, env=(), **more):
    """An inspect of a dev container that was made with these settings."""
    labels = {"devcontainer.local_folder": local, "devcontainer.metadata": json.dumps(entries)}
    config = {"Labels": labels, "Env": list(env), "User": "app", "WorkingDir": "/srv"}
    return inspect(config=config, **{"mounts": [BIND], **more})


def test_container_of_a_folder_is_known_by_its_label():
    row = {"Labels": {"devcontainer.local_folder": f"{LOCAL}/"}}
    assert made_for(row, {LOCAL})
    assert not made_for(row, {"/home/ada"})
    assert not made_for({"Labels": None}, {LOCAL})
    assert made_for(made(), {LOCAL, "/other"})


FOLDERS = [
    ({}, "/workspaces/p"),
    ({"local": f"{LOCAL}/part/a"}, "/workspaces/p/part/a"),
    ({"local": "/elsewhere"}, "/srv"),
    ({"local": ""}, "/srv"),
    ({"mounts": []}, "/srv"),
]


@pytest.mark.parametrize(("changes", "folder"), FOLDERS)
def test_project_lies_where_its_folder_is_mounted(changes, folder):
    assert project_folder(made(**changes)) == folder


def test_user_is_the_editors_then_the_containers_then_the_images():
    assert remote_user(made({"remoteUser": "dev", "containerUser": "x"})) == "dev"
    assert remote_user(made({"containerUser": "x"})) == "x"
    assert remote_user(made()) == "app"


def test_later_settings_lie_over_earlier_ones_and_rubbish_is_none():
    assert settings(made({"a": 1, "b": 1}, {"b": 2})) == {"a": 1, "b": 2}
    labels = {"devcontainer.metadata": "{"}
    assert settings(inspect(config={"Labels": labels})) == {}
    labels = {"devcontainer.metadata": '{"remoteUser": "dev"}'}
    assert settings(inspect(config={"Labels": labels})) == {"remoteUser": "dev"}
    labels = {"devcontainer.metadata": "[1]"}
    assert settings(inspect(config={"Labels": labels})) == {}


def test_variables_of_the_editor_are_filled_in():
    env = {
        "PATH": "${containerWorkspaceFolder}/bin:${containerEnv:PATH}",
        "HERE": "${localEnv:HOME}",
        "GONE": None,
        "NEW": "${containerEnv:NO}x",
    }
    found = remote_environment(made({"remoteEnv": env}, env=("PATH=/usr/bin", "A=1")))
    assert found == {"PATH": "/workspaces/p/bin:/usr/bin", "NEW": "x"}
    assert remote_environment(made({"remoteEnv": "no table"})) == {}


def requirement(gpu):
    return {"hostRequirements": {"gpu": gpu}}


# Settings on the container, devcontainer.json (None: on another machine), the engine's requests.
NEEDS = [
    ((), None, [], GpuNeed.NONE, "nothing requests a GPU", None),
    ((), None, ALL, GpuNeed.REQUIRED, "the container's own GPU request", None),
    ((requirement("optional"),), None, ALL, GpuNeed.OPTIONAL, "hostRequirements.gpu", None),
    ((requirement(True),), None, [], GpuNeed.REQUIRED, "hostRequirements.gpu", None),
    ((), requirement({"cores": 1000}), [], GpuNeed.REQUIRED, "hostRequirements.gpu", True),
    ((), requirement("optional"), [], GpuNeed.OPTIONAL, "hostRequirements.gpu", True),
    ((), {"runArgs": ["--gpus=all"]}, [], GpuNeed.REQUIRED, "runArgs", True),
    ((), {"runArgs": ["--device", "nvidia.com/gpu=0"]}, [], GpuNeed.REQUIRED, "runArgs", True),
    ((), {"runArgs": ["--shm-size=8g"]}, [], GpuNeed.NONE, "nothing requests a GPU", False),
    ((), {"runArgs": "--gpus=all", "hostRequirements": 1}, [], GpuNeed.NONE, "nothing", False),
    ((), {}, ALL, GpuNeed.REQUIRED, "the container's own GPU request", False),
]


@pytest.mark.parametrize(("entries", "config", "requests", "need", "source", "asks"), NEEDS)
def test_need_of_a_gpu_is_read_from_what_asks_for_it(entries, config, requests, need, source, asks):
    found = read_request(made(*entries, host={"DeviceRequests": requests}), config, None)
    assert (found.need, found.config_asks) == (need, asks)
    assert found.need_from.startswith(source)


def test_users_word_counts_most():
    found = read_request(made(), {}, GpuNeed.REQUIRED)
    assert (found.need, found.need_from) == (GpuNeed.REQUIRED, "--gpu")


def test_what_is_looked_at_are_folders_that_are_to_be_written_to():
    mounts = [
        BIND,
        volume_mount("/data", "data"),
        volume_mount("/seen", "seen", RW=False),
        {
            "Type": "bind",
            "Source": "/var/run/docker.sock",
            "Destination": "/var/run/docker.sock",
            "RW": True,
        },
    ]
    host = {"Tmpfs": {"/scratch": ""}, "IpcMode": "host"}
    found = read_request(made(mounts=mounts, host=host), None, None)
    assert found.paths == ("/workspaces/p", "/data")
    assert not found.own_memory


def test_ports_are_the_forwarded_numbers_and_the_published_ones():
    bindings = {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}
    config = {"forwardPorts": [8888, "db:5432", True]}
    found = read_request(made(host={"PortBindings": bindings}), config, None)
    assert found.forwarded == (8888,)
    assert [str(port) for port in found.published] == ["8080:80"]
    assert read_request(made({"forwardPorts": [1]}), None, None).forwarded == (1,)
