"""What the lab's containers refer to: networks, another container, an image with settings."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.lab.support.container_options import (
    CONFIGURED,
    CONFIGURED_DOCKERFILE,
    FOLDER,
    IMAGE,
    NET,
    NET2,
    OTHER,
    SUBNET,
    SUBNET2,
    SUBNET6,
)
from tests.lab.support.engine import Engine

VOLUMES = ("lab-data", "lab-labelled", "lab-driven", "lab-shared")


@contextmanager
def world(engine: Engine) -> Iterator[None]:
    """Make it all, and remove it again."""
    _remove(engine)
    engine.docker("build", "--quiet", "--tag", CONFIGURED, "-", input=CONFIGURED_DOCKERFILE)
    subnets = ("--ipv6", "--subnet", SUBNET, "--subnet", SUBNET6)
    engine.docker("network", "create", *subnets, NET)
    engine.docker("network", "create", "--subnet", SUBNET2, NET2)
    volumes = ("--volume=/shared", "--volume=lab-shared:/shared2", f"--volume={FOLDER}:/shared3")
    run = ("run", "--detach", f"--name={OTHER}", f"--network={NET}", "--ipc=shareable")
    engine.docker(*run, *volumes, IMAGE, "sleep", "100000")
    # A plain link needs the other one in the default network too.
    engine.docker("network", "connect", "bridge", OTHER)
    try:
        yield
    finally:
        _remove(engine)


def _remove(engine: Engine) -> None:
    names = engine.docker("ps", "-a", "--format", "{{.Names}}").stdout.split()
    ours = [name for name in names if name.startswith("lab-")]
    if ours:
        engine.docker("rm", "--force", "--volumes", *ours)
    engine.docker("network", "rm", NET, NET2, check=False)
    engine.docker("volume", "rm", *VOLUMES, check=False)
