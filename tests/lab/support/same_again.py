"""Whether containers made again are equal, on any of the lab's engines."""

import subprocess
from typing import Any

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.commands.container.plan import RecreatePlan, make_plan
from scaffold.commands.container.recreate import make
from scaffold.container.recreate.differences import SettingDifference, differences
from scaffold.container.recreate.options import RecreateOptions
from scaffold.container.render.docker_run import docker_run
from tests.lab.support.container_options import RENDERED_UNLIKE
from tests.lab.support.engine import Engine

OLD, NEW, TYPED = "lab-old", "lab-new", "lab-typed"


def made_again(
    engine: Engine, opened: DockerEngine, words: tuple[str, ...]
) -> tuple[RecreatePlan, Any]:
    """Create a container by the CLI and make it again; its plan, and the inspect of the new."""
    engine.docker("create", f"--name={OLD}", *words)
    plan = make_plan(opened, OLD, RecreateOptions())
    make(opened, NEW, plan.request)
    return plan, opened.inspect(NEW)


def removed(engine: Engine) -> None:
    """Remove what the functions here made."""
    engine.docker("rm", "--force", "--volumes", OLD, NEW, TYPED, check=False)


def unlike_as_typed(
    engine: Engine,
    opened: DockerEngine,
    plan: RecreatePlan,
    option: str,
    known: tuple[str, ...] = (),
) -> list[SettingDifference]:
    """What differs in a container made by the printed commands, typed into a shell."""
    script = docker_run(plan.typed).replace("docker run", "docker create", 1)
    script = script.replace("--detach \\\n", "\\\n").replace(OLD, TYPED)
    done = subprocess.run(
        ["sh", "-ec", f'docker() {{ {engine.shell_words} "$@"; }}\n{script}'],
        env=engine.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{script}\n{done.stderr}"
    made = opened.inspect(TYPED) or {}
    ways = ("Config.Attach", "Config.StdinOnce", *RENDERED_UNLIKE.get(option, known))
    unlike = differences(_env_in_order(plan.old), _env_in_order(made))
    return [one for one in unlike if not one.path.startswith(ways)]


def _env_in_order(inspect: dict[str, Any]) -> dict[str, Any]:
    """The CLI of Docker 20.10 sends variables in no order."""
    config = inspect["Config"]
    return {**inspect, "Config": {**config, "Env": sorted(config["Env"])}}
