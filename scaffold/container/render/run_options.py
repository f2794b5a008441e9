"""The options of a request that a person would type: no defaults, no settings of the image.

The renderings as a command and as a Compose file both use them.
"""

import copy
from collections.abc import Mapping
from typing import Any

from scaffold.container.engine_json import Raw, rows, table
from scaffold.container.recreate.apply import drop_inherited
from scaffold.container.recreate.create_request import CreateRequest
from scaffold.records import dataclass

SHM_BYTES = 64 << 20
"""Docker's default: docs.docker.com/reference/cli/docker/container/run."""

DEFAULT_NETWORK = "bridge"
"""The network that a container joins if nobody names one."""


@dataclass(frozen=True, slots=True)
class EngineDefaults:
    """Defaults of the engine, from its `info`; `host_name` is what its own network is given."""

    runtime: str = "runc"
    log_driver: str = "json-file"
    cgroupns: str = "private"
    host_name: str = ""


def read_defaults(info: Mapping[str, Any]) -> EngineDefaults:
    """Read the engine's defaults. Cgroup namespaces are private by default since cgroup v2."""
    return EngineDefaults(
        runtime=str(info.get("DefaultRuntime") or "runc"),
        log_driver=str(info.get("LoggingDriver") or "json-file"),
        cgroupns="host" if str(info.get("CgroupVersion", "2")) == "1" else "private",
        host_name=str(info.get("Name") or ""),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class RunOptions:
    """Options of one container: `config` and `host` without defaults."""

    name: str
    image: str
    config: Raw
    host: Raw
    networks: dict[str, Raw]
    leave: tuple[str, ...]

    @property
    def network_mode(self) -> str:
        """`host`, `none` or `container:…`; empty if it has networks by name."""
        mode = str(self.host.get("NetworkMode") or "")
        return mode if mode in {"host", "none"} or mode.startswith("container:") else ""

    @property
    def exposed(self) -> list[str]:
        """Ports that are exposed and not published."""
        bound = table(self.host, "PortBindings")
        return [port for port in table(self.config, "ExposedPorts") if port not in bound]

    @property
    def ports(self) -> list[str]:
        """Published ports as `ip:host:container/protocol`."""
        return [
            _port(container, binding)
            for container, bindings in table(self.host, "PortBindings").items()
            for binding in bindings or []
        ]

    @property
    def security(self) -> list[str]:
        """Security options, with the one that is only seen by what it leaves empty."""
        options = rows(self.host, "SecurityOpt")
        unmasked = self.host.get("MaskedPaths") == [] and self.host.get("ReadonlyPaths") == []
        return [*options, *(["systempaths=unconfined"] if unmasked else [])]

    @property
    def restart(self) -> str:
        """The restart policy, empty for none."""
        policy = table(self.host, "RestartPolicy")
        name, tries = policy.get("Name") or "no", policy.get("MaximumRetryCount")
        return "" if name == "no" else f"{name}:{tries}" if tries else name


def run_options(
    name: str, request: CreateRequest, image_config: Raw, defaults: EngineDefaults
) -> RunOptions:
    """Remove what the image and the engine would set by default."""
    config = copy.deepcopy(request.body)
    image = str(config.get("Image", ""))
    drop_inherited(config, image_config)
    host = config.pop("HostConfig")
    networks, leave = _networks(config, str(host.get("NetworkMode") or ""), request)
    _drop_defaults(host, defaults)
    return RunOptions(
        name=name, image=image, config=config, host=host, networks=networks, leave=leave
    )


def _networks(
    config: Raw, mode: str, request: CreateRequest
) -> tuple[dict[str, Raw], tuple[str, ...]]:
    """The networks, the one of `--network` first, and those to leave afterwards."""
    first = table(config, "NetworkingConfig", "EndpointsConfig")
    if mode not in {"default", DEFAULT_NETWORK, ""} and not mode.startswith("container:"):
        first = first or ({} if mode in {"host", "none"} else {mode: {}})
    elif request.further and DEFAULT_NETWORK in request.leave:
        # The first of the others is named instead, and the default network never joined.
        return request.further, ()
    elif request.further:
        first = first or {DEFAULT_NETWORK: {}}
    return {**first, **request.further}, request.leave


def _drop_defaults(host: Raw, defaults: EngineDefaults) -> None:
    for key, value in {
        "ShmSize": SHM_BYTES,
        "IpcMode": "private",
        "CgroupnsMode": defaults.cgroupns,
        "Runtime": defaults.runtime,
        "MemorySwappiness": -1,
    }.items():
        if host.get(key) == value:
            host[key] = None
    # Without a swap limit the engine sets it to twice the memory limit.
    if host.get("Memory") and host.get("MemorySwap") == 2 * host["Memory"]:
        host["MemorySwap"] = None
    log = table(host, "LogConfig")
    if log.get("Type") == defaults.log_driver and not log.get("Config"):
        host["LogConfig"] = None


def _port(container: str, binding: Raw) -> str:
    ip, port = binding.get("HostIp") or "", binding.get("HostPort") or ""
    where = f"[{ip}]:" if ":" in ip else f"{ip}:" if ip else ""
    inside = container.removesuffix("/tcp")
    return f"{where}{port}:{inside}" if where or port else inside


def pairs(values: Raw, separator: str = "=") -> list[str]:
    """A table as `key=value`; a key without a value is written alone."""
    return [f"{key}{separator}{value}" if value else key for key, value in values.items()]


def device(one: Raw) -> str:
    """A device as `host:container:permissions`."""
    inside, allowed = one.get("PathInContainer", ""), one.get("CgroupPermissions") or "rwm"
    return f"{one['PathOnHost']}:{inside}:{allowed}"


def seconds(nanoseconds: int) -> str:
    """A duration that both the CLI and Compose accept."""
    return f"{nanoseconds / 1e9:g}s" if nanoseconds % 10**6 == 0 else f"{nanoseconds}ns"
