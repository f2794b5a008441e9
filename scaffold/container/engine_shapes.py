"""The forms of the engine's JSON: a container's owner, or a broken engine, may write anything."""

from collections.abc import Mapping
from typing import Any

_TABLES = frozenset(
    {
        *("Config", "HostConfig", "State", "NetworkSettings", "LogConfig", "RestartPolicy"),
        *("Healthcheck", "GraphDriver", "RootFS", "ContainerConfig", "IPAMConfig", "Health"),
        *("TmpfsOptions", "VolumeOptions", "BindOptions", "ImageOptions", "DriverConfig"),
    }
)
_FREE = frozenset(
    {
        *("Labels", "Sysctls", "StorageOpt", "Annotations", "Tmpfs", "DriverOpts"),
        *("LogConfig.Config", "DriverConfig.Options", "DeviceRequests.Options"),
    }
)
"""Tables of texts, whose keys any user chooses."""

_OPEN = frozenset({"ExposedPorts", "Volumes", "Networks"})
"""Tables of tables, whose keys any user chooses."""

_PORTS = frozenset({"Ports", "PortBindings"})
"""Tables of lists of tables; in the list of containers `Ports` is such a list itself."""

_TEXTS = frozenset(
    {
        *("Env", "Binds", "CapAdd", "CapDrop", "Dns", "DnsOptions", "DnsSearch", "ExtraHosts"),
        *("SecurityOpt", "Links", "VolumesFrom", "GroupAdd", "Aliases", "DNSNames", "Names"),
        *("RepoTags", "RepoDigests", "Layers", "Cmd", "Entrypoint", "Shell", "OnBuild", "Test"),
        *("DeviceCgroupRules", "MaskedPaths", "ReadonlyPaths", "Args", "DeviceIDs"),
        "LinkLocalIPs",
    }
)
_RATES = tuple(f"BlkioDevice{way}{unit}" for way in ("Read", "Write") for unit in ("Bps", "IOps"))
_ROWS = frozenset({"Mounts", "Devices", "DeviceRequests", "Ulimits", "BlkioWeightDevice", *_RATES})
_OR_A_WORD = frozenset({"State", "Cmd", "Entrypoint"})
"""The list of containers says the state in a word; some engines join commands."""

_WORDS = frozenset(
    {
        *("Id", "Name", "Image", "User", "WorkingDir", "Hostname", "Domainname", "StartedAt"),
        *("FinishedAt", "Status", "CreatedBy", "Type", "Source", "Destination", "Target", "Mode"),
        *("Driver", "NetworkMode", "IpcMode", "PidMode", "UTSMode", "UsernsMode", "CgroupnsMode"),
        *("Runtime", "ImageID", "Path", "HostIp", "HostPort", "PathOnHost", "PathInContainer"),
        *("CgroupPermissions", "StopSignal", "Parent", "Comment", "Propagation", "MacAddress"),
        *("IPAddress", "NetworkID", "EndpointID", "CpusetCpus", "CpusetMems", "CgroupParent"),
    }
)
_NUMBERS = frozenset(
    {
        *("ShmSize", "Memory", "MemorySwap", "MemoryReservation", "MemorySwappiness", "NanoCpus"),
        *("CpuShares", "CpuPeriod", "CpuQuota", "PidsLimit", "OomScoreAdj", "BlkioWeight"),
        *("StopTimeout", "SizeRw", "SizeRootFs", "SizeBytes", "ExitCode", "Count", "Pid"),
        *("Retries", "Interval", "Timeout", "StartPeriod", "StartInterval", "GwPriority"),
        *("MaximumRetryCount", "RestartCount", "Soft", "Hard", "PrivatePort", "PublicPort"),
        *("Rate", "Weight", "TmpfsOptions.Mode"),
    }
)
_NEEDED = {
    "Mounts": ("Destination", "Source|Name"),
    "HostConfig.Mounts": ("Type", "Target"),
    "Devices": ("PathOnHost",),
    "Ulimits": ("Name", "Soft", "Hard"),
    "LogConfig": ("Type",),
    "BlkioWeightDevice": ("Path", "Weight"),
    **dict.fromkeys(_RATES, ("Path", "Rate")),
}
"""What a table, or each row of a list, has; `|` means one of them. The mounts that were asked for
are not those that there are."""


def fault(document: Mapping[str, Any], table: str = "") -> str:
    """The path of the first value that has another form than the engine gives it; empty if none.

    `table` is the key of the document itself, if it stands in another.
    """
    for key, value in document.items():
        if value is not None and (found := _fault(key, value, table)):
            return found
    return ""


def _fault(key: str, value: object, table: str) -> str:
    if isinstance(value, str) and key in _OR_A_WORD:
        return ""
    place = f"{table}.{key}"
    if place in _FREE or key in _TABLES or key in _FREE or key in _OPEN:
        return _of_table(key, value, free=place in _FREE or key in _FREE)
    if key in _PORTS:
        lists = value.values() if isinstance(value, dict) else [table or value]
        return next((key for one in lists if one is not None and not _are_tables(one)), "")
    if key in _ROWS:
        return _of_rows(key, value, table)
    number = place in _NUMBERS or key in _NUMBERS
    return "" if _is_list(key, value) and _is_simple(key, value, number=number) else key


def _is_list(key: str, value: object) -> bool:
    """Whether a value is the list of words, or of such lists, that its key stands for."""
    if key == "Capabilities":
        groups = value if isinstance(value, list) else [value]
        return all(isinstance(one, str) or _are(one, str) for one in groups)
    return key not in _TEXTS or _are(value, str)


def _is_simple(key: str, value: object, *, number: bool) -> bool:
    """Whether a value is the word or the number that its key stands for."""
    if key == "Created":
        # The list of containers has the time as a number.
        return isinstance(value, str) or _is_number(value)
    if number:
        return _is_number(value)
    return key not in _WORDS or isinstance(value, str)


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _of_table(key: str, value: object, *, free: bool) -> str:
    if not isinstance(value, dict):
        return key
    if free:
        odd = (one for one in value.values() if not isinstance(one, str))
        return next((key for _ in odd), "")
    if key in _OPEN:
        inner = [one for one in value.values() if one is not None]
        return key if not _are(inner, dict) else next(filter(None, map(fault, inner)), "")
    found = _missing(key, value) or fault(value, key)
    return f"{key}.{found}" if found else ""


def _of_rows(key: str, value: object, table: str) -> str:
    if not isinstance(value, list) or not _are(value, dict):
        return key
    place = f"{table}.{key}" if f"{table}.{key}" in _NEEDED else key
    faults = (_missing(place, one) or fault(one, key) for one in value)
    return next((f"{key}.{found}" for found in faults if found), "")


def _missing(place: str, row: Mapping[str, Any]) -> str:
    for names in _NEEDED.get(place, ()):
        if all(row.get(name) is None for name in names.split("|")):
            return names
    return ""


def _are_tables(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, dict) and not fault(one) for one in value
    )


def _are(value: object, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(one, kind) for one in value)
