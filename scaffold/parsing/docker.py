"""`docker info`, the user's docker command, daemon.json, the toolkit and its CDI specs."""

import json
import re
from typing import Any

from scaffold.facts import ClientFacts, DaemonFile, DockerFacts, ToolkitFacts
from scaffold.parsing.numbers import leading_version
from scaffold.parsing.recording import Part, Split

_VERSION = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9}){1,3}(?:[-~][a-z]+[.0-9]*)?")
_OBSOLETE = ("nvidia-docker", "nvidia-docker2", "nvidia-container-runtime")


def read_document(part: Part) -> dict[str, Any] | None:
    """The JSON object that a folded part prints between its complaints, None without one."""
    text = part.joined
    start = text.find("{")
    if start < 0:
        return None
    try:
        document, _ = json.JSONDecoder().raw_decode(text[start:])
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def read_docker(split: Split) -> DockerFacts | None:
    """The engine, None where it did not answer."""
    info = read_document(split.part("docker_info"))
    if info is None or not isinstance(info.get("ServerVersion"), str) or not info["ServerVersion"]:
        return None
    major = leading_version(info["ServerVersion"])
    devices = _list(info, "DiscoveredDevices")
    return DockerFacts(
        server_version=info["ServerVersion"],
        rootless=any("rootless" in str(option) for option in _list(info, "SecurityOptions")),
        runtimes=tuple(sorted(map(str, _dict(info, "Runtimes")))),
        cdi_devices=tuple(
            str(device["ID"]) for device in devices if isinstance(device, dict) and "ID" in device
        ),
        # BuildKit became the default builder with Engine 23.0 (its release notes).
        buildkit_default=major >= (23,) if major else None,
        api_version=_api(split.part("docker_version")),
        default_runtime=_text(info, "DefaultRuntime"),
        storage_driver=_text(info, "Driver"),
        root=_text(info, "DockerRootDir"),
        cgroup_version=_text(info, "CgroupVersion"),
        cgroup_driver=_text(info, "CgroupDriver"),
        operating_system=_text(info, "OperatingSystem"),
        cdi_folders=tuple(map(str, _list(info, "CDISpecDirs"))),
    )


def _text(table: dict[str, Any], key: str) -> str | None:
    value = table.get(key)
    return value if isinstance(value, str) and value else None


def _list(table: dict[str, Any], key: str) -> list[Any]:
    value = table.get(key)
    return value if isinstance(value, list) else []


def _dict(table: dict[str, Any], key: str) -> dict[str, Any]:
    value = table.get(key)
    return value if isinstance(value, dict) else {}


def _api(part: Part) -> str | None:
    return _text(_dict(read_document(part) or {}, "Server"), "ApiVersion")


def read_client(split: Split) -> ClientFacts:
    """The docker command and what stands between it and the engine."""
    part, info = split.part("client"), split.part("docker_info")
    values = part.values()
    usable, _, socket = values.get("socket", "").partition(" ")
    return ClientFacts(
        path=values.get("login") or None,
        elsewhere=None if values.get("login") else values.get("found"),
        target=values.get("target") or None,
        version=_client_version(split),
        podman=_is_podman(split),
        error=_error(info),
        hangs=info.code is None and split.done,
        socket=socket or None,
        socket_usable=usable == "yes" if socket else None,
        docker_host=split.part("account").values().get("docker_host", ""),
        daemon_files=_daemon_files(part),
    )


def _client_version(split: Split) -> str | None:
    version = read_document(split.part("docker_version")) or {}
    return _text(_dict(version, "Client"), "Version")


def _is_podman(split: Split) -> bool | None:
    """podman's `docker` names itself in its own info, or in the file that the name leads to."""
    target = split.part("client").values().get("target", "")
    document = read_document(split.part("docker_info"))
    if document is None:
        return "podman" in target if target else None
    return "ServerVersion" not in document and "host" in document


def _error(part: Part) -> str:
    """docker's own complaint: it follows the JSON on a line of its own."""
    for line in part.lines:
        text = line.strip()
        if text and not text.startswith(("{", "code=", "WARNING")) and _complains(text):
            return text[:500]
    document = read_document(part) or {}
    return next(map(str, _list(document, "ServerErrors")), "")[:500]


def _complains(text: str) -> bool:
    words = ("cannot connect", "permission denied", "error", "not found", "dial unix", "failed")
    return not text.endswith("}") and any(word in text.lower() for word in words)


def _daemon_files(part: Part) -> tuple[DaemonFile, ...]:
    texts: dict[str, list[str]] = {}
    name = ""
    for line in part.lines:
        if line.startswith("file="):
            name = line.removeprefix("file=")
            texts[name] = []
        elif line.startswith("|") and name:
            texts[name].append(line[1:])
    read = tuple(daemon_file(path, "\n".join(lines)) for path, lines in texts.items())
    return read + tuple(DaemonFile(path) for path in part.all("unreadable"))


def daemon_file(path: str, text: str) -> DaemonFile:
    """A daemon.json with what a JSON parser says of it; dockerd takes an empty file as well."""
    try:
        document = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError) as error:
        return DaemonFile(path, text, str(error) or "nested too deeply")
    return DaemonFile(path, text, "" if isinstance(document, dict) else "it is not a JSON object")


def read_toolkit(split: Split) -> ToolkitFacts:
    """Versions from the programs first, since packages may be unpacked and not installed."""
    part, cdi = split.part("toolkit"), split.part("cdi")
    values, packages = part.values(), _packages(part)
    switch = re.search(r"^\s*no-cgroups\s*=\s*(true|false)", part.text, re.MULTILINE)
    return ToolkitFacts(
        version=_version(values.get("ctk")) or packages.get("nvidia-container-toolkit"),
        library_version=_version(values.get("cli")) or packages.get("libnvidia-container1"),
        hook=values.get("hook") or None,
        no_cgroups=switch[1] == "true" if switch else None,
        obsolete_packages=tuple(name for name in _OBSOLETE if name in packages),
        old_sources=part.all("source"),
        cdi_files=cdi.all("file") if "looked" in cdi.lines else None,
        cdi_driver_versions=_cdi_versions(cdi),
    )


def _version(text: str | None) -> str | None:
    match = _VERSION.search(text or "")
    return match[0] if match else None


def _packages(part: Part) -> dict[str, str]:
    rows = [row.split() for row in part.all("package")]
    return {row[0]: row[1] for row in rows if len(row) == 3 and row[2] == "installed"}


def _cdi_versions(part: Part) -> tuple[str, ...]:
    names = (line.rpartition("libcuda.so.") for line in part.lines)
    found = {version for _, sign, version in names if sign and leading_version(version)}
    return tuple(sorted(found))
