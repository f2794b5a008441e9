"""The whole loop as a user goes it: init, up, tunnel, work in the container, pull, down."""

import pytest

from tests.lab.support.rows import with_long
from tests.lab.support.tunnelling import processes, tunnelling
from tests.lab.test_tunnel_jupyter import computed, rendered
from tests.lab.test_up import World, init, world

__all__ = ["world"]

RESULT = "loss 0.1\n"
# Jupyter starts after the container, and the tunnel's first document lists what listens by then.
WAIT = """\
import time, urllib.request
for _ in range(3000):
    try:
        urllib.request.urlopen("http://127.0.0.1:8888/api")
        break
    except OSError:
        time.sleep(0.1)
"""


@pytest.mark.parametrize(
    "files", with_long([(way, way) for way in ("remote-ssh", "context")], {"remote-ssh"})
)
def test_from_a_repository_to_jupyter_in_the_browser_and_back(world: World, index, files: str):
    init(world, files, "--jupyter", *index.flags("pip"))
    up = world.up()
    container = up["container"]["id"]
    world.inside(container, "python", "-c", WAIT)
    with tunnelling(
        *(world.laptop.home.parent, f"--path={world.project}", "--token"),
        env=world.laptop.env,
        through=world.laptop.argv,
    ) as tunnel:
        (port,) = [one for one in tunnel.document["ports"] if one["port"] == 8888]
        address, _, token = port["jupyter"].partition("?token=")
        assert computed(address, token) == "42\n"
        assert "jp-Launcher" in rendered(port["jupyter"], world.laptop.home.parent)
    work = f"mkdir -p runs && printf '{RESULT}' >runs/log.txt"
    world.inside(container, "sh", "-c", f"cd '{up['container']['folder']}' && {work}")
    world.scaffold("pull", "runs")
    assert (world.project / "runs" / "log.txt").read_text() == RESULT
    world.scaffold("down")
    assert not world.engine.inspect(container)["State"]["Running"]
    assert world.host.left_behind() == []
    assert processes(f"{world.laptop.home}/.cache") == []
    world.scaffold("down", "--remove", "--yes")
    assert container[:12] not in world.engine.docker("ps", "--all").stdout
