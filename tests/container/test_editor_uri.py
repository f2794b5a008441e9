import json

import pytest

from scaffold.container.editor_uri import (
    attached,
    dev_container,
    folder_inside,
    ssh_authority,
    ssh_folder,
)


def authority(uri: str) -> str:
    return uri.removeprefix("vscode-remote://").partition("/")[0]


def hexadecimal(text: str) -> str:
    return bytes.fromhex(text).decode()


# Host, user and port; what stands after `ssh-remote+`, decoded where it is hexadecimal.
HOSTS = [
    (("gpu01",), "gpu01"),
    (("gpu-01.lab_2",), "gpu-01.lab_2"),
    (("Gpu01",), {"hostName": "Gpu01"}),
    (("10.0.0.5", "ada"), {"hostName": "10.0.0.5", "user": "ada"}),
    (("gpu01", None, 2222), {"hostName": "gpu01", "port": 2222}),
    (("2001:db8::1", "ada", 22), {"hostName": "2001:db8::1", "user": "ada", "port": 22}),
]


@pytest.mark.parametrize(("host", "expected"), HOSTS)
def test_host_is_its_alias_or_json_in_hexadecimal(host, expected):
    found = ssh_authority(*host).removeprefix("ssh-remote+")
    assert (found if isinstance(expected, str) else json.loads(hexadecimal(found))) == expected


# Folder on the host and the address's path, as encodeURI writes it.
PATHS = [
    ("/srv/project", "/srv/project"),
    ("/home/ada/my project", "/home/ada/my%20project"),
    ("/home/ada/prüject", "/home/ada/pr%C3%BCject"),
    ("/data/日本", "/data/%E6%97%A5%E6%9C%AC"),
    ("/a#b?c%d", "/a%23b%3Fc%25d"),
    ("/", "/"),
]


@pytest.mark.parametrize(("folder", "path"), PATHS)
def test_paths_are_encoded_and_folders_come_back_from_hexadecimal(folder, path):
    assert ssh_folder("ssh-remote+gpu01", folder) == f"vscode-remote://ssh-remote+gpu01{path}"
    uri = dev_container(folder, folder)
    kind, _, place = authority(uri).partition("+")
    assert (kind, hexadecimal(place)) == ("dev-container", folder)
    assert uri.endswith(path)


def test_dev_container_over_a_host_has_both_authorities():
    uri = dev_container("/srv/p", "/workspaces/p", over="ssh-remote+gpu01")
    assert uri == f"vscode-remote://dev-container+{b'/srv/p'.hex()}@ssh-remote+gpu01/workspaces/p"


def test_one_of_several_configurations_is_named():
    uri = dev_container("/srv/ü", "/w", config="/srv/ü/.devcontainer/a/devcontainer.json")
    place = json.loads(hexadecimal(authority(uri).partition("+")[2]))
    assert place == {
        "hostPath": "/srv/ü",
        "localDocker": False,
        "configFile": {
            "$mid": 1,
            "path": "/srv/ü/.devcontainer/a/devcontainer.json",
            "scheme": "vscode-fileHost",
        },
    }


def test_attached_container_is_named_as_docker_names_it():
    uri = attached("trainer", over="ssh-remote+gpu01")
    place, _, host = authority(uri).partition("@")
    assert json.loads(hexadecimal(place.partition("+")[2])) == {"containerName": "/trainer"}
    assert host == "ssh-remote+gpu01"
    assert attached("trainer", "/my work").endswith("/my%20work")


# Folder, git root, devcontainer.json, and where the project lies in the container.
INSIDE = [
    ("/home/ada/p", "/home/ada/p", {}, "/workspaces/p"),
    ("/home/ada/my p/", "/home/ada/my p/", {}, "/workspaces/my p"),
    ("/home/ada/repo/part/a", "/home/ada/repo", {}, "/workspaces/repo/part/a"),
    ("/home/ada/p", "/home/ada/p", {"workspaceFolder": "/work"}, "/work"),
    (
        "/home/ada/p",
        "/home/ada/p",
        {"workspaceFolder": "/w/${localWorkspaceFolderBasename}"},
        "/w/p",
    ),
    ("/srv/p", "/srv/p", {"workspaceFolder": "${localWorkspaceFolder}"}, "/srv/p"),
    ("/srv/p", "/srv/p", {"dockerComposeFile": "compose.yml"}, "/"),
    ("/srv/p", "/srv/p", {"workspaceFolder": 1}, "/workspaces/p"),
]


@pytest.mark.parametrize(("folder", "root", "config", "inside"), INSIDE)
def test_folder_in_the_container_is_where_the_tools_put_it(folder, root, config, inside):
    assert folder_inside(folder, root, config) == inside
