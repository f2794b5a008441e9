"""A local Feature's devcontainer-feature.json, held against the rules of the Feature schema.

The rules are those of containers.dev, devContainerFeature.schema.json: what a Feature must
have, the kinds of its properties, and the two kinds of option.
"""

import json
from collections.abc import Mapping
from typing import Any

from scaffold.errors import InputError

FEATURE_FILE = "devcontainer-feature.json"

REQUIRED = ("id", "version")

KINDS: Mapping[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("id", "version", "name", "description", "entrypoint"), str),
    **dict.fromkeys(("documentationURL", "licenseURL"), str),
    **dict.fromkeys(("keywords", "capAdd", "securityOpt", "installsAfter", "legacyIds"), list),
    **dict.fromkeys(("containerEnv", "customizations", "options", "dependsOn"), dict),
    **dict.fromkeys(("init", "privileged", "deprecated"), bool),
    "mounts": list,
    **dict.fromkeys(
        ("onCreateCommand", "updateContentCommand", "postCreateCommand", "postStartCommand"),
        (str, list, dict),
    ),
    "postAttachCommand": (str, list, dict),
}
"""Every property that the schema knows; it allows no other."""

OPTION_TYPES = {"boolean": bool, "string": str}


def check_metadata(content: bytes, where: str, options: Mapping[str, str | bool]) -> None:
    """Raise InputError for metadata that no tool accepts, and for options it does not have."""
    try:
        found = json.loads(content)
    except ValueError as error:
        raise InputError(f"{where} is not valid JSON: {error}") from error
    if fault := next(iter(_faults(found)), ""):
        raise InputError(f"{where}: {fault}", hint="see containers.dev/implementors/features")
    known: Mapping[str, Any] = found.get("options", {})
    for name, value in options.items():
        if name not in known:
            names = ", ".join(known) or "none"
            raise InputError(f"{where}: there is no option {name!r}", hint=f"it has: {names}")
        _check_value(where, name, value, known[name])


def _faults(found: Any) -> list[str]:
    if not isinstance(found, dict):
        return ["it is not a JSON object"]
    faults = [f"{key} is missing" for key in REQUIRED if key not in found]
    faults += [f"{key} is not known" for key in found if key not in KINDS]
    faults += [
        f"{key} has the wrong type"
        for key, value in found.items()
        if key in KINDS and not isinstance(value, KINDS[key])
    ]
    options = found.get("options", {})
    if isinstance(options, dict):
        for name, option in options.items():
            faults += _option_faults(name, option)
    return faults


def _option_faults(name: str, option: Any) -> list[str]:
    if not isinstance(option, dict) or option.get("type") not in OPTION_TYPES:
        return [f"the option {name} has no type boolean or string"]
    kind, lists = OPTION_TYPES[option["type"]], ("enum", "proposals")
    allowed = {"type", "default", "description", *(lists if kind is str else ())}
    if not isinstance(option.get("default"), kind):
        return [f"the option {name} has no default of its type"]
    if extra := set(option) - allowed:
        return [f"the option {name} has an unknown property {min(extra)}"]
    if "enum" in option and "proposals" in option:
        return [f"the option {name} has both enum and proposals"]
    texts = [value for key in lists for value in _items(option.get(key, []))]
    return [] if all(isinstance(text, str) for text in texts) else [f"{name}: not a list of texts"]


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [None]


def _check_value(where: str, name: str, value: str | bool, option: Mapping[str, Any]) -> None:
    if option["type"] == "boolean" and not isinstance(value, bool):
        raise InputError(f"{where}: {name} is true or false, not {value!r}")
    if "enum" in option and str(value) not in option["enum"]:
        allowed = ", ".join(option["enum"])
        raise InputError(f"{where}: {name} cannot be {value!r}", hint=f"one of {allowed}")
