"""Every option of `docker run`, on the real engine: the container made again is the same."""

import re
import shlex
import subprocess

import pytest

from scaffold.adapters.docker_engine import docker_engine
from scaffold.commands.container_plan import make_plan
from scaffold.commands.container_recreate import make
from scaffold.containers.changes import Changes
from scaffold.containers.differences import differences
from scaffold.containers.docker_run import docker_run
from tests.lab.container_options import (
    CLI_ONLY,
    IMAGE,
    IMAGE_OPTIONS,
    OPTIONS,
    REFUSED_HERE,
    RENDERED_UNLIKE,
    VOLUMES,
)
from tests.lab.container_world import world


@pytest.fixture(scope="module")
def containers(engine):
    """What the options refer to: another container, networks, an image with settings."""
    with world(engine), pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCKER_HOST", engine.socket)
        with docker_engine() as opened:
            yield opened


@pytest.fixture
def made_again(engine, containers):
    """Create a container by the CLI and make it again; what differs, and its plan."""

    def make_again(*words: str):
        engine.docker("create", "--name=lab-old", *words)
        plan = make_plan(containers, "lab-old", Changes())
        make(containers, "lab-new", plan.request)
        return plan, differences(plan.old, containers.inspect("lab-new"))

    yield make_again
    engine.docker("rm", "--force", "--volumes", "lab-old", "lab-new", "lab-typed", check=False)


def test_every_option_of_docker_run_is_in_the_table(engine):
    told = re.findall(r"^ .*?(--[a-z0-9-]+)", engine.docker("run", "--help").stdout, re.MULTILINE)
    assert {name.split(",")[0] for name in (*OPTIONS, *CLI_ONLY)} == set(told)


@pytest.mark.parametrize("option", [name for name in OPTIONS if name not in REFUSED_HERE])
def test_container_with_this_option_is_the_same_again(option, engine, containers, made_again):
    plan, unlike = made_again(*OPTIONS[option], IMAGE, "sleep", "100")
    assert unlike == ()
    _check_command(engine, containers, plan, RENDERED_UNLIKE.get(option, ()))


@pytest.mark.parametrize("option", IMAGE_OPTIONS)
def test_container_of_an_image_with_settings_is_the_same_again(
    option, engine, containers, made_again
):
    plan, unlike = made_again(*IMAGE_OPTIONS[option])
    assert unlike == ()
    _check_command(engine, containers, plan, RENDERED_UNLIKE.get(option, VOLUMES))


def _check_command(engine, containers, plan, known: tuple[str, ...]) -> None:
    """The printed commands, typed into a shell, make the same container too."""
    typed = docker_run(plan.typed).replace("docker run", "docker create", 1)
    script = typed.replace("--detach \\\n", "\\\n").replace("lab-old", "lab-typed")
    done = subprocess.run(
        ["sh", "-ec", script], env=engine.env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{script}\n{done.stderr}"
    unlike = differences(_env_in_order(plan.old), _env_in_order(containers.inspect("lab-typed")))
    ways = ("Config.Attach", "Config.StdinOnce", *known)
    assert [one for one in unlike if not one.path.startswith(ways)] == []


def _env_in_order(inspect):
    """The CLI of Docker 20.10 sends variables in no order."""
    config = inspect["Config"]
    return {**inspect, "Config": {**config, "Env": sorted(config["Env"])}}


def test_options_that_need_another_file_system_are_refused_by_the_engine(engine, made_again):
    for option, reason in REFUSED_HERE.items():
        words = [*OPTIONS[option], IMAGE, "true"]
        done = engine.docker("create", "--name=lab-old", *words, check=False)
        assert reason in done.stderr, shlex.join(words)
