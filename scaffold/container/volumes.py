"""Volumes by identity: the very same ones, also where the user never gave them a name."""

from collections.abc import Collection, Mapping
from typing import Any

from scaffold.container.raw import Raw, rows


def keep_volumes(old: Mapping[str, Any], host_config: Raw, containers: Collection[str]) -> None:
    """Name every volume that Docker named itself, and what came from another container.

    A container that asks for an unnamed volume, by `--volume /path` or by its image, would get
    a new and empty one.
    """
    _name_unnamed(old, host_config)
    _forget_gone_containers(host_config, containers)
    asked = _asked_targets(host_config)
    unasked = [
        _bind(mount)
        for mount in rows(old, "Mounts")
        if mount.get("Type") in {"volume", "bind"} and mount["Destination"] not in asked
    ]
    if unasked:
        host_config["Binds"] = rows(host_config, "Binds") + unasked


def _forget_gone_containers(host_config: Raw, containers: Collection[str]) -> None:
    """`--volumes-from` of a container that is gone is refused; its volumes are named instead."""
    sources = rows(host_config, "VolumesFrom")
    if sources:
        alive = [source for source in sources if source.split(":")[0] in containers]
        host_config["VolumesFrom"] = alive or None


def _name_unnamed(old: Mapping[str, Any], host_config: Raw) -> None:
    """`--mount type=volume,target=/x` has no source: give it the name that it got."""
    names = {mount["Destination"]: mount.get("Name") for mount in rows(old, "Mounts")}
    for mount in rows(host_config, "Mounts"):
        if mount.get("Type") == "volume" and not mount.get("Source"):
            mount["Source"] = names.get(mount["Target"], "")


def _asked_targets(host_config: Raw) -> set[str]:
    """Targets that the request names anyway, as the engine cleans them."""
    return {bind_target(bind) for bind in rows(host_config, "Binds")} | {
        mount["Target"].rstrip("/") or "/" for mount in rows(host_config, "Mounts")
    }


def split_bind(bind: str) -> tuple[str, str, tuple[str, ...]]:
    """`source:target:options` apart; the engine's binds are of Linux."""
    source, _, rest = bind.partition(":")
    target, _, options = rest.partition(":")
    return source, target, tuple(option for option in options.split(",") if option)


def bind_target(bind: str) -> str:
    """Where a bind leads in the container."""
    return split_bind(bind)[1].rstrip("/") or "/"


def _bind(mount: Raw) -> str:
    source = mount.get("Name") or mount["Source"]
    options = [option for option in str(mount.get("Mode", "")).split(",") if option]
    if not mount.get("RW", True) and "ro" not in options:
        options.append("ro")
    # What the user emptied stays empty: the engine fills empty volumes from the image.
    if mount.get("Type") == "volume" and "nocopy" not in options:
        options.append("nocopy")
    return ":".join(filter(None, (source, mount["Destination"], ",".join(options))))
