"""The forms of the engine's JSON: a container's owner, or a broken engine, may write anything."""

from collections.abc import Mapping
from typing import Any

_TABLES = frozenset(
    {
        *("Config", "HostConfig", "State", "NetworkSettings", "LogConfig", "RestartPolicy"),
        *("Healthcheck", "GraphDriver", "RootFS", "ContainerConfig", "IPAMConfig", "Health"),
    }
)
_FREE = frozenset({"Labels", "Sysctls", "StorageOpt", "Annotations", "Tmpfs", "DriverOpts"})
"""Tables of texts, whose keys are anybody's."""

_OPEN = frozenset({"ExposedPorts", "Volumes", "Networks"})
"""Tables of tables, whose keys are anybody's."""

_PORTS = frozenset({"Ports", "PortBindings"})
"""Tables of lists of tables; in the list of containers `Ports` is such a list itself."""

_TEXTS = frozenset(
    {
        *("Env", "Binds", "CapAdd", "CapDrop", "Dns", "DnsOptions", "DnsSearch", "ExtraHosts"),
        *("SecurityOpt", "Links", "VolumesFrom", "GroupAdd", "Aliases", "DNSNames", "Names"),
        *("RepoTags", "RepoDigests", "Layers", "Cmd", "Entrypoint", "Shell", "OnBuild", "Test"),
        *("DeviceCgroupRules", "MaskedPaths", "ReadonlyPaths", "Args", "DeviceIDs"),
    }
)
_ROWS = frozenset({"Mounts", "Devices", "DeviceRequests", "Ulimits"})
_OR_A_WORD = frozenset({"State", "Cmd", "Entrypoint"})
"""The list of containers says the state in a word; some engines join commands."""

_WORDS = frozenset(
    {
        *("Id", "Name", "Image", "User", "WorkingDir", "Hostname", "Domainname", "StartedAt"),
        *("FinishedAt", "Status", "Created", "CreatedBy", "Type", "Source", "Destination"),
        *("Driver", "NetworkMode", "IpcMode", "PidMode", "Runtime", "ImageID", "Path"),
    }
)


def fault(document: Mapping[str, Any]) -> str:
    """The path of the first value that has another form than the engine gives it; empty if none."""
    for key, value in document.items():
        if value is not None and (found := _fault(key, value)):
            return found
    return ""


def _fault(key: str, value: object) -> str:
    if isinstance(value, str) and key in _OR_A_WORD:
        return ""
    if key in _TABLES or key in _FREE or key in _OPEN:
        return _of_table(key, value)
    if key in _PORTS:
        lists = value.values() if isinstance(value, dict) else [value]
        return next((key for one in lists if one is not None and not _are(one, dict)), "")
    if key in _TEXTS:
        return "" if _are(value, str) else key
    if key in _ROWS:
        return _of_rows(key, value)
    # The list of containers has the time of creation as a number.
    return "" if key not in _WORDS or isinstance(value, str | int) else key


def _of_table(key: str, value: object) -> str:
    if not isinstance(value, dict):
        return key
    if key in _FREE:
        odd = (one for one in value.values() if not isinstance(one, str))
        return next((key for _ in odd), "")
    if key in _OPEN:
        inner = [one for one in value.values() if one is not None]
        return key if not _are(inner, dict) else next(filter(None, map(fault, inner)), "")
    found = fault(value)
    return f"{key}.{found}" if found else ""


def _of_rows(key: str, value: object) -> str:
    if not isinstance(value, list) or not _are(value, dict):
        return key
    return next((f"{key}.{found}" for one in value if (found := fault(one))), "")


def _are(value: object, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(one, kind) for one in value)
