"""The measure of faithfulness: the image is built, and compared with the original whole."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scaffold.adapters.docker.build import build
from scaffold.adapters.docker.container_files import made_of, read_tree
from scaffold.adapters.docker.engine import DockerEngine
from scaffold.adopt.adoption import FOLDER, Adoption
from scaffold.adopt.comparing import WANTED, Comparison, Side, compare
from scaffold.commands.adopt.read import Source
from scaffold.container.facts import read_mounts
from scaffold.container.raw import Raw, table


def verify(
    engine: DockerEngine,
    source: Source,
    adoption: Adoption,
    root: Path,
    host: str | None = None,
    ssh_config: Path | None = None,
) -> Comparison:
    """Build what lies in the project's `.devcontainer`, and compare. The image goes afterwards.

    Raises TargetError where it does not build.
    """
    options = adoption.settings.build_options
    with ThreadPoolExecutor(1) as pool:
        # The build is another program's: the original is read in that time.
        reading = pool.submit(_side, engine, source.name, table(source.inspect, "Config"))
        image = build(root / FOLDER, options, host, ssh_config)
        here = reading.result()
    try:
        rebuilt = engine.image(image) or {}
        with made_of(engine, image) as name:
            there = _side(engine, name, table(rebuilt, "Config"))
    finally:
        # Its steps stay in the build's cache, for the dev container tool.
        engine.remove_image(image)
    mounts = [mount.target for mount in read_mounts(source.inspect)]
    return compare(here, there, adoption, mounts)


def _side(engine: DockerEngine, name: str, config: Raw) -> Side:
    read = read_tree(engine, name, lambda path: path in WANTED)
    return Side(read.entries, read.contents, config)
