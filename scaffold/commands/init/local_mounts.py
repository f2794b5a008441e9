"""Folders of this computer that a container is to see: those that do not exist."""

from pathlib import Path

from scaffold.adapters.local.paths import home
from scaffold.answers.places import HOME, PROJECT, parse_mount
from scaffold.answers.question import Value
from scaffold.errors import InputError


def missing_sources(mounts: Value, root: Path) -> list[str]:
    """A sentence for each mount of a local folder that does not exist, for a project at `root`."""
    return [
        f"--mount: {path} does not exist on this computer, and Docker needs it to start the "
        f"container: mkdir -p {path}"
        for text in (mounts if isinstance(mounts, tuple) else ())
        if (path := _source(text, root)) is not None and not path.exists()
    ]


def _source(text: str, root: Path) -> Path | None:
    """The folder that a bind mount shows; None for a volume, or if only the editor knows it."""
    try:
        mount = parse_mount(text)
    except InputError:
        return None
    if mount.kind != "bind":
        return None
    source = mount.source.replace(HOME, str(home() or HOME)).replace(PROJECT, str(root.absolute()))
    return Path(source) if source.startswith("/") and "${" not in source else None
