"""A dev container among services: a Compose file of ours, or an addition to the user's."""

from dataclasses import replace

import json5
import pytest
import yaml

from scaffold.adapters.devcontainer.template import render
from scaffold.answers.choices import GpuNeed
from scaffold.answers.features import parse_feature
from scaffold.answers.model import Mount
from scaffold.answers.names import SERVICES as NAMES
from scaffold.errors import InputError
from scaffold.facts import HostFacts, Platform
from scaffold.plan.services import SERVICES
from scaffold.project.facts import DevConfig
from tests.plan.config_rules import faults
from tests.plan.planning import PROJECT, plan_of

CONFIG, COMPOSE = "devcontainer.json", "compose.yaml"
THEIRS = DevConfig(
    path=".devcontainer/devcontainer.json",
    kind="compose",
    compose_files=("docker-compose.yml",),
    service="web",
    workspace_folder="/app",
)


def written(folder: str = ".devcontainer", **asked: object) -> tuple[dict, dict]:
    """devcontainer.json and the Compose file."""
    files = render(plan_of(**asked))
    config = json5.loads(files[f"{folder}/{CONFIG}"].content.decode())
    assert not list(faults(config))
    return config, yaml.safe_load(files[f"{folder}/{COMPOSE}"].content)


def test_every_service_that_can_be_asked_for_has_a_row():
    assert tuple(row.plan.name for row in SERVICES) == NAMES


def test_a_service_makes_a_compose_project():
    cache = Mount("cache", "/home/dev/.cache", "volume")
    data = Mount("${localEnv:HOME}/d", "/d", read_only=True)
    config, compose = written(services=("postgres", "mlflow"), shm="8g", mounts=(cache, data))
    app = compose["services"]["app"]
    assert config["dockerComposeFile"] == ["compose.yaml"]
    assert (config["service"], config["workspaceFolder"]) == ("app", "/workspaces/project")
    assert app["build"] == {"context": "..", "dockerfile": ".devcontainer/Dockerfile"}
    assert app["volumes"][0] == "..:/workspaces/project"
    assert app["volumes"][2]["source"] == "${HOME}/d"
    assert app["shm_size"] == "8g"
    assert app["environment"]["DATABASE_URL"].startswith("postgresql://")
    assert app["depends_on"]["postgres"] == {"condition": "service_healthy"}
    assert compose["volumes"]["cache"] == {"name": "cache"}
    assert "postgres-data" in compose["volumes"]
    assert config["forwardPorts"] == ["mlflow:5000"]
    assert not {"runArgs", "mounts", "init", "build"} & set(config)


def test_services_take_layers_from_a_registry_too():
    name = "registry.example.com:5000/team/project:main"
    _, compose = written(services=("redis",), cache_from=(name,))
    build = compose["services"]["app"]["build"]
    assert (build["cache_from"], build["args"]) == ([name], {"BUILDKIT_INLINE_CACHE": "1"})


GPUS = {
    "all": {"driver": "nvidia", "count": "all"},
    "2": {"driver": "nvidia", "count": 2},
    "device=0,1": {"driver": "nvidia", "device_ids": ["0", "1"]},
    "GPU-abc": {"driver": "nvidia", "device_ids": ["GPU-abc"]},
    "nvidia.com/gpu=0": {"driver": "cdi", "device_ids": ["nvidia.com/gpu=0"]},
}


@pytest.mark.parametrize(("gpus", "wanted"), GPUS.items(), ids=GPUS)
def test_compose_asks_for_a_required_gpu_once(gpus, wanted):
    config, compose = written(services=("redis",), gpu=GpuNeed.REQUIRED, gpus=gpus)
    devices = compose["services"]["app"]["deploy"]["resources"]["reservations"]["devices"]
    assert devices == [{"capabilities": ["gpu"], **wanted}]
    assert "hostRequirements" not in config


def test_an_optional_gpu_is_left_to_the_tools():
    config, compose = written(services=("redis",), gpu=GpuNeed.OPTIONAL, shm="host")
    assert config["hostRequirements"] == {"gpu": "optional"}
    assert "deploy" not in compose["services"]["app"]
    assert compose["services"]["app"]["ipc"] == "host"


def test_a_jetson_takes_the_runtime():
    jetson = HostFacts(platform=Platform.JETSON)
    _, compose = written(services=("redis",), gpu=GpuNeed.REQUIRED, host=jetson)
    app = compose["services"]["app"]
    assert app["runtime"] == "nvidia"
    assert "deploy" not in app


def test_the_users_compose_project_is_extended():
    project = replace(PROJECT, configs=(THEIRS,))
    asked = {"project": project, "config": "gpu", "gpu": GpuNeed.REQUIRED}
    config, compose = written(".devcontainer/gpu", **asked)
    assert config["dockerComposeFile"] == ["../../docker-compose.yml", "compose.yaml"]
    assert (config["service"], config["workspaceFolder"]) == ("web", "/app")
    assert config["postCreateCommand"] == "sh .devcontainer/gpu/post-create.sh"
    web = compose["services"]["web"]
    assert web["build"] == {"context": ".", "dockerfile": ".devcontainer/gpu/Dockerfile"}
    assert web["image"] == "gpu-web"
    assert "volumes" not in web
    files = render(plan_of(**asked))
    assert all(path.startswith(".devcontainer/gpu/") for path in files)


def test_a_second_configuration_stays_in_its_folder():
    files = render(plan_of(config="gpu"))
    assert set(files) == {
        f".devcontainer/gpu/{name}"
        for name in ("Dockerfile", "devcontainer.json", "gpu-check.py", "post-create.sh")
    }
    text = files[".devcontainer/gpu/post-create.sh"].content.decode()
    assert 'cd "$(dirname "$0")/../.."' in text
    assert "python .devcontainer/gpu/gpu-check.py" in text
    config = json5.loads(files[".devcontainer/gpu/devcontainer.json"].content.decode())
    assert config["build"]["context"] == "../.."


def test_compose_and_a_remote_engines_own_place_exclude_each_other():
    with pytest.raises(InputError, match="--service"):
        plan_of(services=("redis",), workspace="/srv/p")


def test_features_stand_in_the_configuration():
    features = tuple(map(parse_feature, ("node:1,version=20", "sshd", "./own,fast=true")))
    config = json5.loads(render(plan_of(features=features))[f".devcontainer/{CONFIG}"].content)
    assert config["features"] == {
        "ghcr.io/devcontainers/features/node:1": {"version": "20"},
        "ghcr.io/devcontainers/features/sshd:1": {},
        "./own": {"fast": True},
    }
    assert not list(faults(config))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nod", "did you mean node?"),
        ("", "cannot read"),
        ("../own", "outside"),
        ("node,versoin=20", "no option 'versoin'"),
        ("git-lfs,autoPull=maybe", "true or false"),
        ("sshd,gatewayPorts=perhaps", "cannot be"),
        ("ghcr.io/a/b:1,x", "cannot read the option"),
        ("ghcr.io/a/b:1,x=a\x1b", "control character"),
        ("GHCR.io/a/b", "cannot read"),
    ],
)
def test_features_that_no_tool_can_read_are_refused(text, message):
    with pytest.raises(InputError) as caught:
        parse_feature(text)
    assert message in f"{caught.value.message} {caught.value.hint}"


def test_options_of_unknown_features_pass_as_they_are():
    feature = parse_feature("ghcr.io/a/b@sha256:" + "0" * 64 + ",x=true,y=1.20")
    assert feature.options == (("x", True), ("y", "1.20"))
