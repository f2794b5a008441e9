"""Publish ports in a request, or unpublish them."""

from collections.abc import Iterator

from scaffold.container.engine_json import Raw, table
from scaffold.container.recreate.options import PublishOption, RecreateOptions
from scaffold.errors import InputError

EVERYWHERE = {"", "0.0.0.0"}  # noqa: S104
"""The two spellings of "all addresses"."""


def unpublish(changes: RecreateOptions, body: Raw) -> Iterator[str]:
    """Unpublish ports; yields a description of each. Raises InputError for an unknown one."""
    bindings = table(body["HostConfig"], "PortBindings")
    exposed = table(body, "ExposedPorts")
    for port in changes.unpublish:
        if port not in bindings:
            published = ", ".join(bindings) or "none"
            raise InputError(
                f"--unpublish: {port} is not published", hint=f"published: {published}"
            )
        yield f"no longer published: {port.removesuffix('/tcp')}"
        del bindings[port]
        exposed.pop(port, None)
    if changes.unpublish:
        body["HostConfig"]["PortBindings"] = bindings
        body["ExposedPorts"] = exposed


def publish(changes: RecreateOptions, body: Raw) -> Iterator[str]:
    """Publish ports; yields a description of each. Raises InputError for a shared network."""
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


def _require_unbound(port: PublishOption, bindings: Raw) -> None:
    """Raise InputError if the host port is published already, on an overlapping address."""
    protocol = port.container.rpartition("/")[2]
    for inside, bound in bindings.items():
        same = [one for one in bound or [] if port.host and one.get("HostPort") == port.host]
        if inside.endswith(f"/{protocol}") and any(_overlap(port, one) for one in same):
            raise InputError(
                f"--publish: host port {port.host} already leads to container port {inside}",
                hint=f"--unpublish {inside.removesuffix('/tcp')}, or use another host port",
            )


def _overlap(port: PublishOption, binding: Raw) -> bool:
    ip = binding.get("HostIp", "")
    return ip == port.ip or not {ip, port.ip}.isdisjoint(EVERYWHERE)


def _published(port: PublishOption, bindings: Raw) -> bool:
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
        "host": "the container uses the host's network, so its ports are host ports already",
        "none": "the container has no network",
    }
    reason = reasons.get(mode)
    if mode.startswith("container:"):
        reason = (
            "the container shares the network of another container: publish the port on that one"
        )
    if reason:
        raise InputError(f"--publish: {reason}")
