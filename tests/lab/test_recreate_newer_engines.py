"""The table of options on newer Docker engines: minutes, so behind LAB_LONG=1."""

import re

import pytest

from scaffold.adapters.docker.engine import docker_engine
from scaffold.container.recreate.differences import differences
from tests.lab.support.container_options import (
    CLI_ONLY,
    IMAGE,
    IMAGE_OPTIONS,
    NEWER_CLI_ONLY,
    NEWER_OPTIONS,
    OPTIONS,
    REFUSED_BY,
    SUITES,
    VOLUMES,
)
from tests.lab.support.container_world import world
from tests.lab.support.engine import Flavour, running_engine
from tests.lab.support.images import provide
from tests.lab.support.same_again import made_again, removed, unlike_as_typed

pytestmark = pytest.mark.long

EVERY = {**OPTIONS, **NEWER_OPTIONS}


@pytest.fixture(scope="module", params=SUITES)
def engine(request, lab_can_run):
    flavour = Flavour(request.param, gpu=True, number=4, suite=request.param)
    with running_engine(flavour) as started:
        provide(started, IMAGE)
        yield started


@pytest.fixture(scope="module")
def containers(engine):
    with world(engine), pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCKER_HOST", engine.socket)
        # A part of a volume has to be there.
        engine.docker("run", "--rm", "--volume=lab-data:/v", IMAGE, "mkdir", "-p", "/v/part")
        with docker_engine() as opened:
            yield opened


def test_engine_is_the_one_that_the_page_names(engine):
    version = engine.docker("version", "--format", "{{.Server.Version}}").stdout
    assert version.startswith(SUITES[engine.flavour.suite])


def test_every_option_of_docker_run_is_in_the_table(engine):
    told = re.findall(r"^ .*?(--[a-z0-9-]+)", engine.docker("run", "--help").stdout, re.MULTILINE)
    assert set(told) <= {name.split(",")[0] for name in (*EVERY, *CLI_ONLY, *NEWER_CLI_ONLY)}


def test_container_with_any_option_is_the_same_again(engine, containers):
    refused = REFUSED_BY[engine.flavour.suite]
    unlike = {}
    for option in EVERY.keys() - refused.keys():
        try:
            unlike |= _unlike(engine, containers, option, (*EVERY[option], IMAGE, "sleep", "9"), ())
        finally:
            removed(engine)
    assert unlike == {}


def test_container_of_an_image_with_settings_is_the_same_again(engine, containers):
    unlike = {}
    for option, words in IMAGE_OPTIONS.items():
        try:
            unlike |= _unlike(engine, containers, option, words, VOLUMES)
        finally:
            removed(engine)
    assert unlike == {}


def test_what_this_engine_refuses_is_known(engine):
    for option, reason in REFUSED_BY[engine.flavour.suite].items():
        words = [*EVERY[option], IMAGE, "true"]
        done = engine.docker("create", "--name=lab-old", *words, check=False)
        assert reason in done.stderr, (option, done.stderr)


def _unlike(engine, containers, option, words, known):
    plan, new = made_again(engine, containers, words)
    found = [
        *differences(plan.old, new),
        *unlike_as_typed(engine, containers, plan, option, known),
    ]
    return {option: found} if found else {}
