"""Ports, published or no longer, in a request."""

from collections.abc import Iterator

from scaffold.container.changes import Changes, Publish
from scaffold.container.raw import Raw, table
from scaffold.errors import InputError

EVERYWHERE = {"", "0.0.0.0"}  # noqa: S104
"""How all addresses are written: by default, and by whoever says so."""


def unpublish(changes: Changes, body: Raw) -> Iterator[str]:
    """Take published ports away, and say which. Raises InputError for one that is not there."""
    bindings = table(body["HostConfig"], "PortBindings")
    exposed = table(body, "ExposedPorts")
    for port in changes.unpublish:
        if port not in bindings:
            there = ", ".join(bindings) or "none"
            raise InputError(f"--unpublish: {port} is not published", hint=f"published: {there}")
        yield f"no longer published: {port.removesuffix('/tcp')}"
        del bindings[port]
        exposed.pop(port, None)
    if changes.unpublish:
        body["HostConfig"]["PortBindings"] = bindings
        body["ExposedPorts"] = exposed


def publish(changes: Changes, body: Raw) -> Iterator[str]:
    """Add ports, and say which. Raises InputError where the container has no network of its own."""
    bindings = table(body["HostConfig"], "PortBindings")
    new = [port for port in changes.publish if not _published(port, bindings)]
    if not new:
        return
    _require_own_network(body)
    exposed = table(body, "ExposedPorts")
    for port in new:
        _require_unbound(port, bindings)
        yield f"published: {port}"
        bindings[port.container] = [*(bindings.get(port.container) or []), port.binding]
        exposed[port.container] = {}
    body["HostConfig"]["PortBindings"] = bindings
    body["ExposedPorts"] = exposed


def _require_unbound(port: Publish, bindings: Raw) -> None:
    """On the host a port leads to one place, unless on two addresses."""
    protocol = port.container.rpartition("/")[2]
    for inside, bound in bindings.items():
        same = [one for one in bound or [] if port.host and one.get("HostPort") == port.host]
        if inside.endswith(f"/{protocol}") and any(_overlap(port, one) for one in same):
            raise InputError(
                f"--publish: port {port.host} of the host leads to {inside} already",
                hint=f"--unpublish {inside.removesuffix('/tcp')}, or another port of the host",
            )


def _overlap(port: Publish, binding: Raw) -> bool:
    ip = binding.get("HostIp", "")
    return ip == port.ip or not {ip, port.ip}.isdisjoint(EVERYWHERE)


def _published(port: Publish, bindings: Raw) -> bool:
    return any(
        binding.get("HostPort", "") == port.host
        and (
            binding.get("HostIp", "") == port.ip
            or {binding.get("HostIp", ""), port.ip} == EVERYWHERE
        )
        for binding in bindings.get(port.container) or []
    )


def _require_own_network(body: Raw) -> None:
    mode = str(body["HostConfig"].get("NetworkMode", ""))
    reasons = {
        "host": "it is in the host's network: every port that it opens is the host's already",
        "none": "it has no network",
    }
    reason = reasons.get(mode)
    if mode.startswith("container:"):
        reason = "it is in another container's network: publish the port there"
    if reason:
        raise InputError(f"--publish: {reason}")
