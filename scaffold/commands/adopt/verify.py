"""Build the adopted files and compare the image with the original."""

from pathlib import Path

from scaffold.adapters.docker.build import build
from scaffold.adapters.docker.container_files import made_of, read_tree
from scaffold.adapters.docker.engine import DockerEngine
from scaffold.adapters.local.signals import interruptible_worker
from scaffold.adopt.adoption import FOLDER, Adoption
from scaffold.adopt.comparing import WANTED, ComparedImage, RebuildComparison, compare
from scaffold.commands.adopt.read import AdoptSource
from scaffold.container.engine_json import Raw, table
from scaffold.container.facts import read_mounts


def verify(
    engine: DockerEngine,
    source: AdoptSource,
    adoption: Adoption,
    root: Path,
    host: str | None = None,
    ssh_config: Path | None = None,
) -> RebuildComparison:
    """Build the project's `.devcontainer`, compare, and remove the built image.

    Raises TargetError if the build fails.
    """
    options = adoption.settings.build_options
    with interruptible_worker() as pool:
        # Read the original while the build runs.
        reading = pool.submit(_side, engine, source.name, table(source.inspect, "Config"))
        image = build(root / FOLDER, options, host, ssh_config)
        here = reading.result()
    try:
        rebuilt = engine.image(image) or {}
        with made_of(engine, image) as name:
            there = _side(engine, name, table(rebuilt, "Config"))
    finally:
        # The build cache keeps its steps, for the dev container tool.
        engine.remove_image(image)
    mounts = [mount.target for mount in read_mounts(source.inspect)]
    return compare(here, there, adoption, mounts)


def _side(engine: DockerEngine, name: str, config: Raw) -> ComparedImage:
    read = read_tree(engine, name, lambda path: path in WANTED)
    return ComparedImage(read.entries, read.contents, config)
