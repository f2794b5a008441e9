"""The images that a workspace names: the engine has or pulls them anyway."""

import re
from pathlib import Path

from scaffold.adapters.devcontainer.config import find_config, read_config
from scaffold.adapters.local.files import read_file
from scaffold.errors import InputError

_FROM = re.compile(r"^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?", re.IGNORECASE | re.MULTILINE)


def images_of(root: Path) -> tuple[str, ...]:
    """The images of devcontainer.json and Dockerfile, without those that need a build argument."""
    path = find_config(root)
    if path is None:
        return ()
    try:
        config = read_config(path)
        build = config.get("build")
        file = build.get("dockerfile", build.get("dockerFile")) if isinstance(build, dict) else None
        content = read_file(path.parent / str(file or config.get("dockerFile") or "Dockerfile"))
    except InputError:
        return ()
    text = (content or b"").decode("utf-8", "replace")
    stages = {name for _, name in _FROM.findall(text)}
    named = [str(config.get("image") or ""), *(image for image, _ in _FROM.findall(text))]
    return tuple(
        image for image in named if image and "$" not in image and image not in {*stages, "scratch"}
    )
