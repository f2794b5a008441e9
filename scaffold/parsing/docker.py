"""`docker info`, the user's docker command and daemon.json."""

import json
import re
from dataclasses import replace
from typing import Any

from scaffold.facts import ClientFacts, DaemonFile, DockerFacts
from scaffold.parsing.recording import Part, Split
from scaffold.parsing.untrusted.documents import read_json
from scaffold.parsing.untrusted.numbers import leading_version


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
    """The engine, None if it did not answer."""
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
        hostname=_text(info, "Name"),
        security=tuple(map(str, _list(info, "SecurityOptions"))),
        forwards_packets=_switch(info, "IPv4Forwarding"),
        os_type=_text(info, "OSType"),
        proxy=bool(info.get("HttpsProxy") or info.get("HttpProxy")),
        containerd_store="io.containerd.snapshotter" in str(_list(info, "DriverStatus")),
    )


def _text(table: dict[str, Any], key: str) -> str | None:
    value = table.get(key)
    return value if isinstance(value, str) and value else None


def _switch(table: dict[str, Any], key: str) -> bool | None:
    value = table.get(key)
    return value if isinstance(value, bool) else None


def _list(table: dict[str, Any], key: str) -> list[Any]:
    value = table.get(key)
    return value if isinstance(value, list) else []


def _dict(table: dict[str, Any], key: str) -> dict[str, Any]:
    value = table.get(key)
    return value if isinstance(value, dict) else {}


def _api(part: Part) -> str | None:
    return _text(_dict(read_document(part) or {}, "Server"), "ApiVersion")


def read_client(split: Split) -> ClientFacts:
    """The docker command and how it reaches the engine."""
    part, info = split.part("client"), split.part("docker_info")
    values, own = part.values(), split.part("user_engine")
    usable, _, socket = values.get("socket", "").partition(" ")
    error = _error(info)
    context, address = _context(split, error)
    return ClientFacts(
        path=values.get("login") or None,
        elsewhere=None if values.get("login") else values.get("found"),
        target=values.get("target") or None,
        version=_client_version(split),
        podman=_is_podman(split),
        error=error,
        hangs=info.code is None and split.done,
        socket=socket or None,
        socket_usable=usable == "yes" if socket else None,
        docker_host=split.part("account").values().get("docker_host", ""),
        daemon_files=_daemon_files(part),
        context=context,
        address=address,
        daemon_flags=_daemon_flags(split),
        user_service=own.values().get("state") or ("absent" if own.begun else None),
        linger="linger" in own.values() if "looked" in own.lines else None,
        context_variable=split.part("account").values().get("docker_context", ""),
        plugins=_plugins(info),
        log=split.part("docker_log").lines,
        socket_group=_group(values.get("socket_group", "")),
        lost_helper=values.get("lost_helper"),
    )


def _group(name: str) -> str | None:
    """The name of a file's group; stat says UNKNOWN of an id that has no name."""
    return None if name in {"", "UNKNOWN"} else name


def _plugins(info: Part) -> tuple[str, ...] | None:
    """Plugins that the docker command found, without those that do not run."""
    client = _dict(read_document(info) or {}, "ClientInfo")
    if not isinstance(client.get("Plugins"), list):
        return None
    found = [one for one in client["Plugins"] if isinstance(one, dict)]
    return tuple(str(one.get("Name")) for one in found if not one.get("Err"))


_ADDRESS = re.compile(r"(?:unix|tcp|ssh|npipe|http(?!://%2F))://[^\s\"]+")
"""`http://%2Fvar%2Frun%2Fdocker.sock` is how docker writes a request to a socket."""


def _context(split: Split, error: str) -> tuple[str | None, str | None]:
    """The current context and the address that it leads to; docker's error names it as well."""
    asked = split.part("context")
    name, _, address = next(iter(asked.lines), "").partition(" ") if asked.code == 0 else ("",) * 3
    info = _dict(read_document(split.part("docker_info")) or {}, "ClientInfo")
    client = _dict(read_document(split.part("docker_version")) or {}, "Client")
    named = _ADDRESS.search(error)
    return (
        name or _text(info, "Context") or _text(client, "Context"),
        named[0].rstrip(".") if named else address.strip() or None,
    )


def _daemon_flags(split: Split) -> tuple[str, ...] | None:
    """Flags of dockerd: those of its unit, and those that the distribution's files add."""
    units = split.part("services").text.split("\n\n")
    unit = next((text for text in units if "\nId=docker.service" in f"\n{text}"), "")
    argv = re.search(r"^ExecStart=.*?argv\[\]=(.*?) ;", unit, re.MULTILINE)
    if argv is None:
        return None
    extra = " ".join(split.part("client").all("options")).replace('"', " ").replace("'", " ")
    words = f"{argv[1]} {extra}".split()
    return tuple(word.split("=", 1)[0] for word in words if word.startswith("-"))


def _client_version(split: Split) -> str | None:
    version = read_document(split.part("docker_version")) or {}
    return _text(_dict(version, "Client"), "Version")


def _is_podman(split: Split) -> bool | None:
    """Podman names itself: in `docker version` of its socket, its own info, or its program."""
    target = split.part("client").values().get("target", "")
    document = read_document(split.part("docker_info"))
    server = _dict(read_document(split.part("docker_version")) or {}, "Server")
    if any("Podman" in str(component) for component in _list(server, "Components")):
        return True
    if document is None:
        return "podman" in target if target else None
    return "ServerVersion" not in document and "host" in document


def _error(part: Part) -> str:
    """docker's own complaint, which follows the JSON on a line of its own."""
    for line in part.lines:
        text = line.strip()
        if text and not text.startswith(("{", "code=", "WARNING")) and _complains(text):
            return text[:500]
    document = read_document(part) or {}
    return next(map(str, _list(document, "ServerErrors")), "")[:500]


def _complains(text: str) -> bool:
    words = (
        *("cannot connect", "permission denied", "error", "not found", "dial unix", "failed"),
        *("could not be found", "too old", "too new"),
    )
    return not text.endswith("}") and any(word in text.lower() for word in words)


def _daemon_files(part: Part) -> tuple[DaemonFile, ...]:
    texts: dict[str, list[str]] = {}
    name = ""
    missing: dict[str, tuple[str, ...]] = {}
    for line in part.lines:
        if line.startswith("file="):
            name = line.removeprefix("file=")
            texts[name] = []
        elif line.startswith("|") and name:
            texts[name].append(line[1:])
        elif line.startswith("missing=") and name:
            missing[name] = (*missing.get(name, ()), line.removeprefix("missing="))
    read = tuple(
        replace(daemon_file(path, "\n".join(lines)), missing=missing.get(path, ()))
        for path, lines in texts.items()
    )
    return read + tuple(DaemonFile(path) for path in part.all("unreadable"))


def daemon_file(path: str, text: str) -> DaemonFile:
    """A daemon.json with its error as JSON; dockerd accepts an empty file and a byte order mark."""
    try:
        document = read_daemon_json(text)
    except (ValueError, RecursionError) as error:
        return DaemonFile(path, text, str(error) or "nested too deeply")
    return DaemonFile(path, text, "" if isinstance(document, dict) else "it is not a JSON object")


def read_daemon_json(text: str) -> Any:
    """The document as Go reads it: no NaN, no Infinity. Raises ValueError or RecursionError."""
    plain = text.removeprefix("\ufeff")
    return read_json(plain, parse_constant=_no_constant) if plain.strip() else {}


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
