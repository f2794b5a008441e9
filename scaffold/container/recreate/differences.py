"""Compare the settings of two containers, without identity, times and current state."""

from collections.abc import Iterator, Mapping
from typing import Any

from scaffold.container.engine_json import SHORT_ID, Raw, rows, table
from scaffold.container.recreate.volumes import bind_target
from scaffold.records import dataclass

OWN = frozenset(
    {
        *("Id", "Name", "Created", "State", "RestartCount", "ExecIDs", "SizeRw", "SizeRootFs"),
        *("ResolvConfPath", "HostnamePath", "HostsPath", "LogPath", "GraphDriver"),
        # SELinux gives each container labels of its own.
        *("MountLabel", "ProcessLabel", "Image"),
    }
)
"""Keys of an inspect that are unique to one container."""

ENDPOINT = ("IPAMConfig", "Links", "DriverOpts", "GwPriority")
"""Keys of an endpoint that are settings; assigned addresses are not."""


@dataclass(frozen=True, slots=True)
class SettingDifference:
    """One setting that differs; `path` as in `docker inspect`, None for an absent value."""

    path: str
    before: object
    after: object


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[SettingDifference, ...]:
    """Every setting that differs between two containers, by path."""
    return tuple(_compare("", settings(before), settings(after)))


def settings(inspect: Mapping[str, Any]) -> Raw:
    """The settings in an inspect, without what belongs to that one container."""
    kept = {key: value for key, value in inspect.items() if key not in OWN}
    config = dict(table(inspect, "Config"))
    config.pop("Image", None)
    mode = str(table(inspect, "HostConfig").get("NetworkMode", ""))
    # In a shared network the hostname is that of the other container.
    if config.get("Hostname") == str(inspect["Id"])[:SHORT_ID] or mode.startswith("container:"):
        config["Hostname"] = ""
    kept["Config"] = config
    kept["Mounts"] = _mounts(inspect)
    kept["HostConfig"] = _host_config(inspect)
    networks = table(inspect, "NetworkSettings", "Networks")
    kept["NetworkSettings"] = {name: _endpoint(end, inspect) for name, end in networks.items()}
    return kept


def _host_config(inspect: Mapping[str, Any]) -> Raw:
    """The host config; unnamed volumes and `--volumes-from` are compared in `Mounts` instead."""
    found = dict(table(inspect, "HostConfig"))
    named = {mount["Destination"] for mount in rows(inspect, "Mounts") if mount.get("Name")}
    kept = [bind for bind in rows(found, "Binds") if bind_target(bind) not in named]
    found["Binds"] = [] if found.get("VolumesFrom") else sorted(kept)
    found["Mounts"] = [
        {**mount, "Source": ""} if mount.get("Type") == "volume" else mount
        for mount in rows(found, "Mounts")
    ]
    # The default network and the absence of a restart policy have two spellings each.
    if found.get("NetworkMode") == "default":
        found["NetworkMode"] = "bridge"
    policy = table(found, "RestartPolicy")
    found["RestartPolicy"] = {} if policy.get("Name") in {"", "no"} else policy
    name = str(inspect["Name"])
    # The engine keeps links in no order.
    found["Links"] = sorted(link.replace(f":{name}/", ":/") for link in rows(found, "Links"))
    return found


def _mounts(inspect: Mapping[str, Any]) -> Raw:
    """Mounts by target. `nocopy` matters only on creation; `z` is added to implicit volumes."""
    found = {}
    for mount in rows(inspect, "Mounts"):
        modes = set(str(mount.get("Mode", "")).split(",")) - {"nocopy", "z", "ro", "rw", ""}
        kept = {**mount, "Mode": sorted(modes)}
        if mount.get("Type") == "image":
            # The folder of the unpacked image; the image itself is in HostConfig.
            del kept["Source"]
        found[str(mount["Destination"])] = kept
    return found


def _endpoint(endpoint: Mapping[str, Any], inspect: Mapping[str, Any]) -> Raw:
    kept = {key: endpoint.get(key) for key in ENDPOINT}
    own = str(inspect["Id"])[:SHORT_ID]
    kept["Aliases"] = sorted(alias for alias in rows(endpoint, "Aliases") if alias != own)
    return kept


def _compare(path: str, before: object, after: object) -> Iterator[SettingDifference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            inner = f"{path}.{key}" if path else key
            yield from _compare(inner, before.get(key), after.get(key))
    elif _said(before) != _said(after) and not _both_empty(before, after):
        yield SettingDifference(path, before, after)


def _said(value: object) -> object:
    """Drops empty fields from each entry."""
    if not isinstance(value, list):
        return value
    return [
        {key: one for key, one in row.items() if one not in (None, "", [], {})}
        if isinstance(row, dict)
        else row
        for row in value
    ]


def _both_empty(before: object, after: object) -> bool:
    """Whether both are null, an empty list or an empty table, which mean the same."""
    return all(value is None or value in ([], {}, "") for value in (before, after))
