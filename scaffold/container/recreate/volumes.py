"""Keep the same volumes, also those without a name of the user's."""

from collections.abc import Collection, Mapping
from typing import Any

from scaffold.container.engine_json import Raw, rows


def keep_volumes(old: Mapping[str, Any], host_config: Raw, containers: Collection[str]) -> None:
    """Request unnamed volumes and those of other containers by name.

    A request for an unnamed volume (`--volume /path`, or one that the image declares) would
    create a new, empty one.
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
    """Remove `--volumes-from` of a removed container; its volumes are requested by name."""
    sources = rows(host_config, "VolumesFrom")
    if sources:
        alive = [source for source in sources if source.split(":")[0] in containers]
        host_config["VolumesFrom"] = alive or None


def _name_unnamed(old: Mapping[str, Any], host_config: Raw) -> None:
    """Name the volume of `--mount type=volume,target=/x`, which has no source."""
    names = {mount["Destination"]: mount.get("Name") for mount in rows(old, "Mounts")}
    for mount in rows(host_config, "Mounts"):
        if mount.get("Type") == "volume" and not mount.get("Source"):
            mount["Source"] = names.get(mount["Target"], "")


def _asked_targets(host_config: Raw) -> set[str]:
    """Targets in the request, normalised as the engine does."""
    return {bind_target(bind) for bind in rows(host_config, "Binds")} | {
        mount["Target"].rstrip("/") or "/" for mount in rows(host_config, "Mounts")
    }


def split_bind(bind: str) -> tuple[str, str, tuple[str, ...]]:
    """Split `source:target:options`; paths are those of Linux."""
    source, _, rest = bind.partition(":")
    target, _, options = rest.partition(":")
    return source, target, tuple(option for option in options.split(",") if option)


def bind_target(bind: str) -> str:
    """The path of a bind in the container."""
    return split_bind(bind)[1].rstrip("/") or "/"


def _bind(mount: Raw) -> str:
    source = mount.get("Name") or mount["Source"]
    options = [option for option in str(mount.get("Mode", "")).split(",") if option]
    if not mount.get("RW", True) and "ro" not in options:
        options.append("ro")
    # The engine would fill an empty volume from the image.
    if mount.get("Type") == "volume" and "nocopy" not in options:
        options.append("nocopy")
    return ":".join(filter(None, (source, mount["Destination"], ",".join(options))))
