"""What `save` leaves out of an image, and what it would disclose."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from scaffold.container.engine_json import rows, table
from scaffold.container.facts import read_mounts
from scaffold.errors import InputError
from scaffold.parsing.untrusted.secrets import find_secrets, secret_file, secret_variable

_REFERENCE = re.compile(
    r"(?P<repository>(?:[A-Za-z0-9.-]+(?::\d+)?/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?"
)


def parse_reference(text: str) -> tuple[str, str]:
    """Repository and tag of `repo:tag`; without a tag it is `latest`, as for Docker."""
    match = _REFERENCE.fullmatch(text)
    if match is None:
        raise InputError(
            f"not an image name: {text!r}", hint="lower case, with a tag: my-project:2026-11-24"
        )
    return match["repository"], match["tag"] or "latest"


def left_out(inspect: Mapping[str, Any]) -> tuple[str, ...]:
    """The mounts, which are not saved in an image."""
    return tuple(str(mount) for mount in read_mounts(inspect))


def suspected_variables(inspect: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of variables that look like secrets; anyone with the image can read them."""
    entries = (str(entry).partition("=") for entry in rows(table(inspect, "Config"), "Env"))
    return tuple(name for name, _, value in entries if secret_variable(name, value))


def suspected_files(changed: Collection[str]) -> tuple[str, ...]:
    """Changed files in which programs usually store secrets."""
    return tuple(sorted(path for path in changed if secret_file(path)))


def suspected_text(text: str) -> bool:
    """Whether a file's text sets something by the name of a secret, or holds one by its form."""
    return bool(find_secrets(text))


def suspected_layers(history: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Build steps in an image's history that set something like a secret."""
    steps = (str(layer.get("CreatedBy") or "") for layer in history)
    return tuple(shown for step in steps if (shown := _up_to_secret(step)))


def _up_to_secret(step: str) -> str:
    """The beginning of the step, which names the secret and does not show it."""
    found = find_secrets(step)
    if not found:
        return ""
    shown = step[: found[0].start]
    return shown if shown.endswith("=") else f"{shown}…"
