"""What a container changes in the configuration of its base image."""

import json
import re
from collections.abc import Mapping
from typing import Any

from scaffold.container.engine_json import Raw, rows


def environment(config: Mapping[str, Any]) -> dict[str, str]:
    """The variables of an image or container config."""
    entries = (str(entry).partition("=") for entry in rows(config, "Env"))
    return {name: value for name, _, value in entries}


def changed_environment(
    config: Raw, base: Raw, secrets: tuple[str, ...]
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """The variables that the image may hold, and those that only the run may."""
    before, image, run = environment(base), [], []
    for name, value in environment(config).items():
        if before.get(name) == value:
            continue
        if name in secrets:
            run.append((name, f"${{localEnv:{name}}}"))
        elif not value.isprintable() or not re.fullmatch(r"[A-Za-z_]\w*", name):
            run.append((name, value))
        else:
            image.append((name, value))
    return tuple(image), tuple(run)


def env_text(value: str) -> str:
    """Escape a value for ENV in double quotes, which expands `$`."""
    return re.sub(r'([\\"$])', r"\\\1", value)


def changed_value(config: Raw, base: Raw, key: str) -> str:
    """A value that differs from the base image's, empty otherwise."""
    value = str(config.get(key) or "")
    return value if value != str(base.get(key) or "") and value.isprintable() else ""


def changed_command(config: Raw, base: Raw, key: str) -> str:
    """The value as JSON. A changed entrypoint resets the command, which is then written too."""
    value = config.get(key)
    forgotten = key == "Cmd" and config.get("Entrypoint") != base.get("Entrypoint")
    if value == base.get(key) and not forgotten:
        return ""
    return json.dumps(value or [], ensure_ascii=False)
