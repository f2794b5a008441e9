"""What `save` leaves out of an image, and what it would disclose."""

import copy
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from scaffold.container.engine_json import Raw, rows, table
from scaffold.container.facts import read_mounts
from scaffold.container.known_secrets import (
    COMMAND,
    holds_value,
    secret_command,
    suspected_variables,
)
from scaffold.errors import InputError
from scaffold.parsing.untrusted.secret_files import secret_file
from scaffold.parsing.untrusted.secrets import find_secrets, secret_variable

HEALTHCHECK, HISTORY = "healthcheck", "history"
"""Names for `--include-secret`: the check of a container, and the build steps of its image."""

KEPT = (
    *("Env", "Cmd", "Entrypoint", "Labels", "User", "WorkingDir", "ExposedPorts", "Volumes"),
    *("StopSignal", "Healthcheck", "Shell", "OnBuild"),
)
"""Settings of a container that an image has too."""

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


def suspected_files(changed: Collection[str]) -> tuple[str, ...]:
    """Changed files in which programs usually store secrets."""
    return tuple(sorted(path for path in changed if secret_file(path)))


def suspected_text(text: str) -> bool:
    """Whether a file's text sets something by the name of a secret, or holds one by its form."""
    return bool(find_secrets(text))


def suspected_layers(
    history: Iterable[Mapping[str, Any]], known: Collection[str] = ()
) -> tuple[str, ...]:
    """Build steps in an image's history that set something like a secret, or a `known` one."""
    steps = (str(layer.get("CreatedBy") or "") for layer in history)
    return tuple(shown for step in steps if (shown := _up_to_secret(step, known)))


def suspected_settings(
    inspect: Mapping[str, Any], known: Collection[str], included: Collection[str]
) -> tuple[str, ...]:
    """Names of settings that hold a secret: `command`, `healthcheck`, and labels."""
    config = table(inspect, "Config")
    found = [COMMAND] if secret_command(config, known, included) else []
    check = "\n".join(map(str, rows(table(config, "Healthcheck"), "Test")))
    if find_secrets(check) or holds_value(check, known):
        found.append(HEALTHCHECK)
    for name, value in table(config, "Labels").items():
        if secret_variable(name, str(value)) or holds_value(str(value), known):
            found.append(name)
    return tuple(name for name in found if name not in included)


def clean_config(
    inspect: Mapping[str, Any], base: Raw, known: Collection[str], included: Collection[str]
) -> Raw:
    """The settings for an image without secrets; `base` are those of the container's image."""
    config = copy.deepcopy({key: table(inspect, "Config").get(key) for key in KEPT})
    left = {
        *suspected_variables(inspect, known, included),
        *suspected_settings(inspect, known, included),
    }
    entries = rows(config, "Env")
    config["Env"] = [one for one in entries if str(one).partition("=")[0] not in left]
    labels = table(config, "Labels").items()
    config["Labels"] = {name: value for name, value in labels if name not in left}
    if HEALTHCHECK in left:
        config["Healthcheck"] = None
    if COMMAND in left:
        safe = not secret_command(base, known)
        for key in ("Entrypoint", "Cmd"):
            config[key] = base.get(key) if safe else None
    if not (config["Entrypoint"] or config["Cmd"]):
        # The engine makes no container without a command.
        config["Cmd"] = ["/bin/sh"]
    return config


def _up_to_secret(step: str, known: Collection[str]) -> str:
    """The beginning of the step, which names the secret and does not show it."""
    starts = [one.start for one in find_secrets(step)]
    starts += [step.index(value) for value in known if value in step]
    if not starts:
        return ""
    shown = step[: min(starts)]
    return shown if shown.endswith("=") else f"{shown}…"
