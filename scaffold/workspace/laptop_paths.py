"""Settings that would bind this computer's paths on a remote engine's machine."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

_LOCAL = re.compile(r"\$\{local(?:WorkspaceFolder|Env:)")
"""Variables of the Dev Containers CLI whose values are this computer's."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]+")
"""Names of volumes: moby, volume/names."""

_VOLUME_OPTIONS = ("-v", "--volume", "--mount")


_RELATIVE = (".", "~", "${PWD", "$PWD", "${HOME", "$HOME")
"""Beginnings of sources that Compose resolves on this computer."""


def laptop_paths(
    config: Mapping[str, Any], composes: Iterable[Mapping[str, Any]] = ()
) -> tuple[str, ...]:
    """Binds of a devcontainer.json and its Compose files that mean this computer's paths.

    Without `workspaceMount` the Dev Containers CLI (0.89) binds the local project folder.
    """
    found = [text for text in _binds(config) if _LOCAL.search(_source(text))]
    if "workspaceMount" not in config and not config.get("dockerComposeFile"):
        found.insert(0, "the project folder (no workspaceMount)")
    return (*found, *(text for one in composes for text in _of_compose(one)))


def volume_names(config: Mapping[str, Any]) -> tuple[str, ...]:
    """The named volumes that a devcontainer.json mounts, as far as it says their names."""
    names = (_volume_name(text) for text in _binds(config))
    return tuple(dict.fromkeys(name for name in names if name))


def _volume_name(text: str) -> str:
    parts = dict(part.strip().partition("=")[::2] for part in text.split(","))
    stated = str(parts.get("source") or parts.get("src") or "")
    # As Docker has it, a mount of --mount without a type is a volume.
    name = stated if parts.get("type", "volume") == "volume" and stated else ""
    if "=" not in text.partition(":")[0] and ":" in text:
        name = text.partition(":")[0]
    return name if _NAME.fullmatch(name) else ""


def _of_compose(compose: Mapping[str, Any]) -> Iterator[str]:
    services = compose.get("services")
    for service in services.values() if isinstance(services, dict) else ():
        volumes = service.get("volumes") if isinstance(service, dict) else None
        for one in volumes if isinstance(volumes, list) else ():
            source = one.get("source") if isinstance(one, dict) else one
            if str(source or "").startswith(_RELATIVE):
                yield str(source)


def _binds(config: Mapping[str, Any]) -> Iterator[str]:
    mounts = config.get("mounts")
    for one in [config.get("workspaceMount"), *(mounts if isinstance(mounts, list) else [])]:
        if isinstance(one, dict):
            yield ",".join(f"{key}={text}" for key, text in one.items())
        elif isinstance(one, str):
            yield one
    yield from _run_arguments(config.get("runArgs"))


def _run_arguments(words: object) -> Iterator[str]:
    """Values of the mount options of `docker run`, in both ways of writing them."""
    listed = [str(word) for word in words] if isinstance(words, list) else []
    for word, following in pairwise([*listed, ""]):
        option, equals, value = word.partition("=")
        if option in _VOLUME_OPTIONS:
            yield value if equals else following


def _source(text: str) -> str:
    """The source of a mount, in the syntax of `--mount` or of `--volume`."""
    parts = dict(part.strip().partition("=")[::2] for part in text.split(","))
    if parts.get("type") == "volume":
        return ""
    stated = parts.get("source") or parts.get("src")
    # A variable may hold a colon itself: ${localEnv:HOME}/data:/data.
    return stated or re.split(r":(?=/)", text, maxsplit=1)[0]
