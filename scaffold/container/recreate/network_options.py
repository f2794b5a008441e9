"""Connect a request to networks, or take it off them: `--network` and `--no-network`."""

import copy
from collections.abc import Iterator
from dataclasses import replace

from scaffold.container.engine_json import Raw, table
from scaffold.container.recreate.create_request import CreateRequest
from scaffold.container.recreate.networks import Endpoints
from scaffold.container.recreate.options import RecreateOptions
from scaffold.errors import InputError

DEFAULT = "bridge"


def change_networks(
    options: RecreateOptions, request: CreateRequest
) -> tuple[CreateRequest, tuple[str, ...]]:
    """The request with other networks, and a description of each change.

    Raises InputError for a network that the container is not in.
    """
    if not (options.networks or options.no_networks):
        return request, ()
    body = copy.deepcopy(request.body)
    connected = _connected(request)
    said = [*_leave(options, connected), *_join(options, body, connected)]
    if not said:
        return request, ()
    if _is_mode(mode := _mode(body)) and not connected:
        _drop_networks(body)
        _require_no_ports(body, mode)
        return replace(request, body=body, further={}, leave=()), tuple(said)
    first, *others = connected or {"none": {}}
    body["HostConfig"]["NetworkMode"] = first
    endpoint = connected.get(first)
    body["NetworkingConfig"] = {"EndpointsConfig": {first: endpoint} if endpoint else {}}
    further = {name: connected[name] for name in others}
    return replace(request, body=body, further=further, leave=()), tuple(said)


def _connected(request: CreateRequest) -> Endpoints:
    """All networks of a request; none for `host`, `none` and another container's network."""
    mode = _mode(request.body)
    first = table(request.body, "NetworkingConfig", "EndpointsConfig")
    if not first and not _is_mode(mode) and not request.leave:
        first = {mode: {}}
    return {**first, **request.further}


def _leave(options: RecreateOptions, connected: Endpoints) -> Iterator[str]:
    for name in options.no_networks:
        if connected.pop(name, None) is None:
            there = ", ".join(connected) or "none"
            raise InputError(
                f"--no-network: not connected to {name}", hint=f"connected networks: {there}"
            )
        yield f"network left: {name}"


def _join(options: RecreateOptions, body: Raw, connected: Endpoints) -> Iterator[str]:
    for name in options.networks:
        if _is_mode(name):
            if _mode(body) != name or connected:
                connected.clear()
                body["HostConfig"]["NetworkMode"] = name
                yield f"network: {name} only"
        elif name not in connected:
            connected[name] = {}
            yield f"network joined: {name}"


def _drop_networks(body: Raw) -> None:
    body.pop("NetworkingConfig", None)
    body.pop("MacAddress", None)
    if _mode(body) != "none":
        body.pop("Hostname", None)
        body.pop("Domainname", None)


def _require_no_ports(body: Raw, mode: str) -> None:
    """In these networks the engine publishes no ports."""
    bound = ", ".join(table(body["HostConfig"], "PortBindings"))
    if bound:
        raise InputError(
            f"--network {mode}: this network cannot publish ports: {bound}",
            hint="add --unpublish for each port",
        )
    if mode.startswith("container:"):
        body.pop("ExposedPorts", None)


def _mode(body: Raw) -> str:
    mode = str(body["HostConfig"].get("NetworkMode") or "")
    return DEFAULT if mode in {"", "default"} else mode


def _is_mode(name: str) -> bool:
    return name in {"host", "none"} or name.startswith("container:")
