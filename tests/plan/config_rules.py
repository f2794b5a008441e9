"""What a devcontainer.json may hold, as rules of our own form.

Condensed from the dev container reference (containers.dev, json_reference) to the properties
that this product can write; anything else in a rendered file is a fault.
"""

from collections.abc import Iterator, Mapping
from typing import Any

TEXT, LIST, TABLE, TRUTH = {"type": "string"}, "array", "object", {"type": "boolean"}
TEXTS = {"type": LIST, "items": TEXT}
TEXT_TABLE = {"type": TABLE, "additionalProperties": TEXT}
PORT = {
    "anyOf": [
        {"type": "integer", "minimum": 0, "maximum": 65535},
        {"type": "string", "pattern": r"^[a-z0-9-]+:\d{1,5}$"},
    ]
}
EXTENSION = r"^[A-Za-z0-9][A-Za-z0-9-]*\.[A-Za-z0-9][A-Za-z0-9-]*$"


def table(properties: Mapping[str, Any], *required: str) -> dict[str, Any]:
    """The schema of an object with these properties and no other."""
    return {
        "type": TABLE,
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


COMMON = {
    "name": TEXT,
    "features": {"type": TABLE, "additionalProperties": {"type": [TABLE, "string"]}},
    "forwardPorts": {"type": LIST, "items": PORT},
    "updateRemoteUserUID": TRUTH,
    "containerEnv": TEXT_TABLE,
    "mounts": TEXTS,
    "init": TRUTH,
    "remoteEnv": TEXT_TABLE,
    "remoteUser": TEXT,
    "postCreateCommand": TEXT,
    "postStartCommand": TEXT,
    "hostRequirements": table({"gpu": {"enum": [True, False, "optional"]}}),
    "customizations": table(
        {
            "vscode": table(
                {
                    "extensions": {"type": LIST, "items": {"type": "string", "pattern": EXTENSION}},
                    "settings": {"type": TABLE},
                }
            )
        }
    ),
}
"""Of every kind of container."""

DOCKERFILE = table(
    COMMON
    | {
        "build": table(
            {
                "dockerfile": TEXT,
                "context": TEXT,
                "options": TEXTS,
                "cacheFrom": TEXTS,
                "args": TEXT_TABLE,
            },
            "dockerfile",
        ),
        "runArgs": TEXTS,
        "workspaceFolder": TEXT,
        "workspaceMount": TEXT,
    },
    "build",
)
COMPOSE = table(
    COMMON | {"dockerComposeFile": TEXTS, "service": TEXT, "workspaceFolder": TEXT},
    *("dockerComposeFile", "service", "workspaceFolder"),
)


def faults(config: Mapping[str, Any]) -> Iterator[str]:
    """What no tool would accept in a configuration."""
    from jsonschema import Draft202012Validator

    rules = COMPOSE if "dockerComposeFile" in config else DOCKERFILE
    for error in Draft202012Validator(rules).iter_errors(config):
        yield f"{error.json_path}: {error.message}"
    if ("workspaceMount" in config) != ("workspaceFolder" in config) and rules is DOCKERFILE:
        yield "workspaceMount and workspaceFolder go together"
