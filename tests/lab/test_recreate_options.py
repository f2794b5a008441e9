"""Every option of `docker run`, on the real engine: the container made again is the same."""

import re
import shlex

import pytest

from scaffold.adapters.docker.engine import docker_engine
from scaffold.container.recreate.differences import differences
from tests.lab.support.container_options import (
    CLI_ONLY,
    IMAGE,
    IMAGE_OPTIONS,
    OPTIONS,
    REFUSED_HERE,
    VOLUMES,
)
from tests.lab.support.container_world import world
from tests.lab.support.same_again import made_again, removed, unlike_as_typed


@pytest.fixture(scope="module")
def containers(engine):
    """What the options refer to: another container, networks, an image with settings."""
    with world(engine), pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCKER_HOST", engine.socket)
        with docker_engine() as opened:
            yield opened


@pytest.fixture(autouse=True)
def clean(engine):
    yield
    removed(engine)


def test_every_option_of_docker_run_is_in_the_table(engine):
    told = re.findall(r"^ .*?(--[a-z0-9-]+)", engine.docker("run", "--help").stdout, re.MULTILINE)
    assert {name.split(",")[0] for name in (*OPTIONS, *CLI_ONLY)} == set(told)


@pytest.mark.parametrize("option", [name for name in OPTIONS if name not in REFUSED_HERE])
def test_container_with_this_option_is_the_same_again(option, engine, containers):
    plan, new = made_again(engine, containers, (*OPTIONS[option], IMAGE, "sleep", "100"))
    assert differences(plan.old, new) == ()
    assert unlike_as_typed(engine, containers, plan, option) == []


@pytest.mark.parametrize("option", IMAGE_OPTIONS)
def test_container_of_an_image_with_settings_is_the_same_again(option, engine, containers):
    plan, new = made_again(engine, containers, IMAGE_OPTIONS[option])
    assert differences(plan.old, new) == ()
    assert unlike_as_typed(engine, containers, plan, option, VOLUMES) == []


def test_options_that_need_another_file_system_are_refused_by_the_engine(engine):
    for option, reason in REFUSED_HERE.items():
        words = [*OPTIONS[option], IMAGE, "true"]
        done = engine.docker("create", "--name=lab-old", *words, check=False)
        assert reason in done.stderr, shlex.join(words)
