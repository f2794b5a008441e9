"""Whose a dev container is: situations of several people on one engine."""

import pytest

from scaffold.container.idle_processes import working
from scaffold.container.owner import is_of, owner_of
from scaffold.workspace.compose_project import Composed, default_project, free_project
from scaffold.workspace.identity import (
    Belonging,
    Identity,
    belonging,
    config_name,
    fits,
    labels_of,
    new_labels,
)
from scaffold.workspace.sides import HostPath
from tests.container.raw_container import inspect, volume_mount

LAPTOP = "/Users/dev/proj"
PLACE = "/srv/ada/proj"
MAIN = ".devcontainer/devcontainer.json"
ADA = Identity(
    account="ada",
    workspace=PLACE,
    config=MAIN,
    folders=frozenset({LAPTOP}),
    is_local=False,
)
FOLDER = {"devcontainer.local_folder": LAPTOP}
CONFIG = {"devcontainer.config_file": f"{LAPTOP}/{MAIN}"}


def bind(source):
    return {"Type": "bind", "Source": source, "Destination": "/workspaces/proj", "RW": True}


def owned(account, workspace=PLACE, **more):
    return {
        "io.gpu-scaffold.owner": account,
        "io.gpu-scaffold.workspace": workspace,
        "io.gpu-scaffold.config": MAIN,
        **more,
    }


SITUATIONS = {
    "hers by its labels": (owned("ada", **FOLDER), [bind(PLACE)], Belonging.OWN),
    "hers, created from another laptop": (owned("ada"), [bind(PLACE)], Belonging.OWN),
    "another's of the same local path": (
        owned("bob", "/srv/bob/proj", **FOLDER),
        [bind("/srv/bob/proj")],
        Belonging.OTHERS,
    ),
    "another's in the same remote folder": (owned("bob"), [bind(PLACE)], Belonging.OTHERS),
    "hers, for another remote folder": (
        owned("ada", "/srv/ada/old", **FOLDER),
        [bind("/srv/ada/old")],
        Belonging.ELSEWHERE,
    ),
    "another's of another path": (owned("bob", "/srv/bob/x"), [], Belonging.UNRELATED),
    "hers of another configuration": (
        {**owned("ada", **FOLDER), "io.gpu-scaffold.config": ".devcontainer/cpu/devcontainer.json"},
        [bind(PLACE)],
        Belonging.UNRELATED,
    ),
    "an older one with her folder": ({**FOLDER, **CONFIG}, [bind(PLACE)], Belonging.OWN),
    "an older one of the git root above": (FOLDER, [bind("/srv/ada")], Belonging.OWN),
    "an older one with another's folder": (
        FOLDER,
        [bind("/home/bob/proj")],
        Belonging.OTHERS,
    ),
    "an older one with her other folder": (
        FOLDER,
        [bind("/home/ada/old")],
        Belonging.ELSEWHERE,
    ),
    "an older one with all homes": (FOLDER, [bind("/srv")], Belonging.OTHERS),
    "an older one with a volume": (
        FOLDER,
        [volume_mount("/workspaces", "proj")],
        Belonging.OTHERS,
    ),
    "an older one of another configuration": (
        {**FOLDER, "devcontainer.config_file": f"{LAPTOP}/.devcontainer/cpu/devcontainer.json"},
        [bind(PLACE)],
        Belonging.UNRELATED,
    ),
    "one of another folder": ({}, [bind(PLACE)], Belonging.UNRELATED),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_belonging(name):
    labels, mounts, expected = SITUATIONS[name]
    assert belonging(inspect(config={"Labels": labels}, mounts=mounts), ADA) is expected


def test_volume_is_a_workspace_too():
    identity = Identity(
        account="ada", workspace="proj", folders=frozenset({LAPTOP}), is_local=False
    )
    mounts = [volume_mount("/workspaces", "proj")]
    assert belonging(inspect(config={"Labels": FOLDER}, mounts=mounts), identity) is Belonging.OWN


def test_on_this_computer_the_path_suffices():
    identity = Identity(account="ada", workspace=LAPTOP, folders=frozenset({LAPTOP}))
    # Docker Desktop shows the source with a prefix.
    mounts = [bind(f"/host_mnt{LAPTOP}")]
    assert belonging(inspect(config={"Labels": FOLDER}, mounts=mounts), identity) is Belonging.OWN


OWNERS = [
    ({"io.gpu-scaffold.owner": "ada"}, ["/home/bob/p"], "ada"),
    ({"io.gpu-scaffold.owner": "a\x1b[2J"}, [], "a\\x1b[2J"),
    ({}, ["/data", "/home/bob/p"], "bob"),
    ({}, ["/root/p"], "root"),
    ({}, ["/data/p", "/home/"], ""),
]


@pytest.mark.parametrize(("labels", "sources", "owner"), OWNERS)
def test_owner(labels, sources, owner):
    container = inspect(config={"Labels": labels}, mounts=[bind(one) for one in sources])
    assert owner_of(container) == owner
    assert is_of(container, "ada") is ((owner == "ada") if owner else None)


def test_labels_of_a_new_container_find_it_again():
    labels = new_labels(ADA, LAPTOP, f"{LAPTOP}/{MAIN}")
    row = {"Labels": {**labels, "other": "x"}}
    assert labels_of(row) == labels
    assert fits(row, labels)
    assert not fits({"Labels": FOLDER}, labels)
    assert belonging(inspect(config={"Labels": labels}), ADA) is Belonging.OWN


@pytest.mark.parametrize(
    ("path", "name"), [(MAIN, None), ("/p/.devcontainer/gpu/devcontainer.json", "gpu"), ("", None)]
)
def test_name_of_a_configuration(path, name):
    assert config_name(path) == name


def test_remote_path_is_compared_by_its_parts_and_opens_no_file():
    assert HostPath("/a//b/").normal == "/a/b"
    assert HostPath("").normal == ""
    assert HostPath("/a").contains(HostPath("/a/b"))
    assert not HostPath("/a").contains(HostPath("/ab"))
    with pytest.raises(TypeError):
        open(HostPath("/etc/passwd"))  # noqa: PTH123, SIM115


PROJECTS = [
    ("/home/ada/Proj", "/home/ada/Proj/.devcontainer", "", "proj_devcontainer"),
    ("/home/ada/proj", "/home/ada/proj/docker", "", "docker"),
    ("/home/ada/proj", "/home/ada/proj", "My.App", "myapp"),
]


@pytest.mark.parametrize(("root", "folder", "stated", "name"), PROJECTS)
def test_default_compose_project(root, folder, stated, name):
    assert default_project(root, folder, stated) == name


def composed_row(name, folder, **labels):
    return {
        "Labels": {
            "com.docker.compose.project": name,
            "com.docker.compose.project.working_dir": folder,
            **labels,
        }
    }


MINE = "/home/ada/proj/.devcontainer"
THEIRS = "/home/bob/proj/.devcontainer"
NAMES = {
    "nobody has it": ([], True, ""),
    "her own services have it": ([composed_row("p", MINE)], True, ""),
    "another's folder has it": ([composed_row("p", THEIRS)], True, "p-ada"),
    "another owner has it": ([composed_row("p", MINE, **owned("bob"))], True, "p-ada"),
    "a dev container of the same laptop path": (
        [composed_row("p", MINE, **FOLDER)],
        False,
        "p-ada",
    ),
    "services of the same laptop path": ([composed_row("p", MINE)], False, ""),
    "both are taken": (
        [composed_row("p", THEIRS), composed_row("p-ada", THEIRS)],
        True,
        "p-0123abcd",
    ),
    "all are taken": (
        [composed_row(one, THEIRS) for one in ("p", "p-ada", "p-0123abcd")],
        True,
        "p-ada-0123abcd",
    ),
}


@pytest.mark.parametrize("name", NAMES)
def test_compose_project_that_nobody_else_uses(name):
    rows, by_path, expected = NAMES[name]
    composed = Composed("p", MINE, by_path=by_path)
    assert free_project(rows, composed, "ada", "0123abcd") == expected


PROCESSES = [
    ("sleep 1000", ["/sbin/docker-init -- sleep 1000", "sleep 1000"], ()),
    ("sleep 1000", ["sleep 1000", "sleep 4321"], ("sleep 4321",)),
    ("/bin/sh", ['/bin/sh -c echo Container started trap "exit 0" 15', "sleep 1"], ()),
    ("bash", ["bash", "python train.py", "tail -f /dev/null"], ("python train.py",)),
    ("python serve.py", ["tini -- python serve.py", "python serve.py"], ("python serve.py",)),
]


@pytest.mark.parametrize(("main", "listed", "expected"), PROCESSES)
def test_programs_that_work(main, listed, expected):
    path, *args = main.split()
    assert working(inspect(Path=path, Args=args), listed) == expected
