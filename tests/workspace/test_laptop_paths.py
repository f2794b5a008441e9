"""Which settings would bind a laptop's paths on a server."""

import pytest

from scaffold.workspace.laptop_paths import laptop_paths

PLACE = {"workspaceMount": "type=bind,source=/srv/p,target=/w"}
HOME = "${localEnv:HOME}"
SITUATIONS = {
    "a remote place": (PLACE, ()),
    "no place": ({}, ("the project folder (no workspaceMount)",)),
    "Compose, which has its own mounts": ({"dockerComposeFile": "c.yaml"}, ()),
    "the local folder as the place": (
        {"workspaceMount": "source=${localWorkspaceFolder},target=/w,type=bind"},
        ("source=${localWorkspaceFolder},target=/w,type=bind",),
    ),
    "a volume named by the folder": (
        {"workspaceMount": "type=volume,source=${localWorkspaceFolderBasename},target=/w"},
        (),
    ),
    "a home folder": (
        {**PLACE, "mounts": [f"type=bind,source={HOME}/.ssh,target=/ssh", "/data:/data"]},
        (f"type=bind,source={HOME}/.ssh,target=/ssh",),
    ),
    "an object": (
        {**PLACE, "mounts": [{"type": "bind", "source": f"{HOME}/d", "target": "/d"}, 3]},
        (f"type=bind,source={HOME}/d,target=/d",),
    ),
    "options of docker run": (
        {**PLACE, "runArgs": ["-v", f"{HOME}/d:/d", f"--volume={HOME}/e:/e", "--ipc=host"]},
        (f"{HOME}/d:/d", f"{HOME}/e:/e"),
    ),
    "a target with a local name": (
        {**PLACE, "mounts": ["source=cache,target=${localEnv:X},type=volume"]},
        (),
    ),
    "mounts that are no list": ({**PLACE, "mounts": "x", "runArgs": "y"}, ()),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_laptop_paths(name):
    config, expected = SITUATIONS[name]
    assert laptop_paths(config) == expected


COMPOSES = [
    ({"volumes": ["..:/w", "data:/d", "/srv:/s", "~/x:/x"]}, ("..:/w", "~/x:/x")),
    ({"volumes": [{"type": "bind", "source": "./a", "target": "/a"}, {"type": "tmpfs"}]}, ("./a",)),
    ({"volumes": "x"}, ()),
    ("x", ()),
]


@pytest.mark.parametrize(("service", "expected"), COMPOSES)
def test_laptop_paths_of_compose(service, expected):
    config = {"dockerComposeFile": "c.yaml"}
    assert laptop_paths(config, [{"services": {"app": service}}]) == expected
    assert laptop_paths(config, [{"services": []}]) == ()
