"""A mirror that `host setup --set registry-mirror=URL` names: the engine pulls from it."""

import json

import pytest

from scaffold.host.server_settings import find_setting
from tests.checks.hosts import HEALTHY
from tests.lab.support.engine import Flavour, running_engine
from tests.lab.support.registry import image_registry

IMAGE, TAG = "library/lab-mirrored", "1"


@pytest.fixture(scope="module")
def mirror(lab_can_run):
    with image_registry(IMAGE, TAG, {"from-the-mirror": "yes"}) as found:
        yield found


def test_image_of_docker_hub_comes_from_the_mirror(mirror):
    port, asked = mirror
    setting, value = find_setting(f"registry-mirror=http://127.0.0.1:{port}")
    (step,) = setting.steps(value, HEALTHY)
    # The step writes this text as daemon.json.
    settings = json.loads(step.argv[-1])
    with running_engine(Flavour("mirror", gpu=False, number=5), **settings) as engine:
        told = json.loads(engine.docker("info", "--format", "{{json .RegistryConfig}}").stdout)
        assert told["Mirrors"] == [f"http://127.0.0.1:{port}/"]
        engine.docker("pull", f"{IMAGE.removeprefix('library/')}:{TAG}")
        assert engine.has_image(f"{IMAGE.removeprefix('library/')}:{TAG}")
    assert f"/v2/{IMAGE}/manifests/{TAG}" in {path.partition("?")[0] for path in asked}
