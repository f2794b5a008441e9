"""What a user can do about a failed trial start, for errors of the engine that are known."""

import re
import shlex
from collections.abc import Callable, Mapping
from typing import Any

from scaffold.container.engine_json import rows, table
from scaffold.container.recreate.volumes import split_bind


def way_out(message: str, body: Mapping[str, Any]) -> str:
    """A hint for the engine's message; empty for an unknown one. `body` is the request."""
    for pattern, hint in _WAYS:
        if match := pattern.search(message):
            return hint(match, body)
    return ""


def _missing_source(match: re.Match[str], body: Mapping[str, Any]) -> str:
    source = match[1].strip()
    targets = [target for one, target in _mounts(body) if one == source]
    drop = "".join(f", or leave it out: --no-volume {shlex.quote(one)}" for one in targets[:1])
    return f"create the folder on the Docker host: mkdir -p {shlex.quote(source)}{drop}"


def _mounts(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    host = table(body, "HostConfig")
    binds = [split_bind(bind)[:2] for bind in rows(host, "Binds")]
    return binds + [(str(one.get("Source")), one["Target"]) for one in rows(host, "Mounts")]


def _missing_network(match: re.Match[str], _body: Mapping[str, Any]) -> str:
    name = shlex.quote(match[1])
    return f"create it: docker network create {name}, or leave it: --no-network {name}"


def _port_taken(_match: re.Match[str], _body: Mapping[str, Any]) -> str:
    return "use another host port, or stop the program that uses this one"


def _no_gpu(_match: re.Match[str], _body: Mapping[str, Any]) -> str:
    return "check the GPUs of the Docker host: scaffold host check NAME; or use --gpus none"


_WAYS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Mapping[str, Any]], str]], ...] = (
    (re.compile(r"bind source path does not exist: (.+)"), _missing_source),
    (re.compile(r"network (\S+) not found"), _missing_network),
    (re.compile(r"address already in use|port is already allocated"), _port_taken),
    (re.compile(r"could not select device driver|nvidia-container-cli|CDI device"), _no_gpu),
)
