"""Render a request as the `docker run` command that creates the same container."""

import shlex
from collections.abc import Iterator

from scaffold.container.engine_json import Raw, rows, table
from scaffold.container.render.flags import (
    CONFIG_VALUES,
    HEALTH,
    HOST_LISTS,
    HOST_SWITCHES,
    HOST_TABLES,
    HOST_VALUES,
    RATES,
)
from scaffold.container.render.run_options import RunOptions, device, pairs, seconds


def docker_run(container: RunOptions) -> str:
    """The command, one flag per line; further networks are separate commands after it."""
    flags = [f"--name={container.name}", "--detach", *_config(container), *_host(container)]
    flags += [*_networks(container), *_health(table(container.config, "Healthcheck"))]
    entrypoint, command = _entrypoint(container.config)
    words = [*flags, *entrypoint, container.image]
    lines = [shlex.quote(word) for word in words]
    lines[-1] = " ".join([lines[-1], *map(shlex.quote, command)])
    return "\n".join([" \\\n  ".join(["docker run", *lines]), *_afterwards(container)])


def host_flags(container: RunOptions) -> list[str]:
    """The flags for limits, devices, networks and rights."""
    return [*_host(container), *_networks(container)]


def _config(container: RunOptions) -> Iterator[str]:
    config = container.config
    for key, flag in CONFIG_VALUES.items():
        if config.get(key):
            yield f"--{flag}={config[key]}"
    if config.get("OpenStdin"):
        yield "--interactive"
    if config.get("Tty"):
        yield "--tty"
    yield from (f"--env={entry}" for entry in rows(config, "Env"))
    yield from (f"--label={pair}" for pair in pairs(table(config, "Labels")))
    yield from (f"--expose={port}" for port in container.exposed)
    yield from (f"--publish={port}" for port in container.ports)


def _host(container: RunOptions) -> Iterator[str]:
    host = container.host
    yield from (f"--{flag}={host[key]}" for key, flag in HOST_VALUES.items() if host.get(key))
    yield from (f"--{flag}" for key, flag in HOST_SWITCHES.items() if host.get(key))
    for key, flag in HOST_LISTS.items():
        yield from (f"--{flag}={value}" for value in rows(host, key))
    for key, flag in HOST_TABLES.items():
        yield from (f"--{flag}={pair}" for pair in pairs(table(host, key)))
    for key, (flag, figure) in RATES.items():
        yield from (f"--{flag}={one['Path']}:{one[figure]}" for one in rows(host, key))
    if host.get("NanoCpus"):
        yield f"--cpus={host['NanoCpus'] / 1e9:g}"
    if container.restart:
        yield f"--restart={container.restart}"
    yield from (f"--security-opt={option}" for option in container.security)
    yield from (f"--device={device(one)}" for one in rows(host, "Devices"))
    for limit in rows(host, "Ulimits"):
        yield f"--ulimit={limit['Name']}={limit['Soft']}:{limit['Hard']}"
    yield from (f"--tmpfs={pair}" for pair in pairs(table(host, "Tmpfs"), ":"))
    yield from (f"--mount={_mount(mount)}" for mount in rows(host, "Mounts"))
    yield from (_gpus(request) for request in rows(host, "DeviceRequests"))
    log = table(host, "LogConfig")
    if log:
        yield f"--log-driver={log['Type']}"
    yield from (f"--log-opt={pair}" for pair in pairs(table(log, "Config")))


def _mount(mount: Raw) -> str:
    volume, bind = table(mount, "VolumeOptions"), table(mount, "BindOptions")
    tmpfs, driver = table(mount, "TmpfsOptions"), table(volume, "DriverConfig")
    fields = [
        ("type", mount["Type"]),
        ("source", mount.get("Source")),
        ("target", mount["Target"]),
        ("readonly", mount.get("ReadOnly")),
        ("consistency", mount.get("Consistency")),
        ("bind-propagation", bind.get("Propagation")),
        ("bind-nonrecursive", bind.get("NonRecursive")),
        ("bind-recursive", _read_only_below(bind)),
        ("volume-nocopy", volume.get("NoCopy")),
        ("volume-subpath", volume.get("Subpath")),
        ("image-subpath", table(mount, "ImageOptions").get("Subpath")),
        ("volume-driver", driver.get("Name")),
        *(("volume-label", pair) for pair in pairs(table(volume, "Labels"))),
        *(("volume-opt", pair) for pair in pairs(table(driver, "Options"))),
        ("tmpfs-size", tmpfs.get("SizeBytes")),
        ("tmpfs-mode", f"{tmpfs['Mode']:o}" if tmpfs.get("Mode") else None),
    ]
    texts = [name if value is True else f"{name}={value}" for name, value in fields if value]
    return ",".join(_csv(text) for text in texts)


def _read_only_below(bind: Raw) -> str:
    """How mounts below a read-only one are mounted: docs.docker.com/engine/storage/bind-mounts."""
    if bind.get("ReadOnlyForceRecursive"):
        return "readonly"
    return "writable" if bind.get("ReadOnlyNonRecursive") else ""


def _gpus(request: Raw) -> str:
    ids = rows(request, "DeviceIDs")
    if request.get("Driver") == "cdi":
        return f"--device={','.join(ids)}"
    fields = [f"device={','.join(ids)}"] if ids else []
    count = request.get("Count") or 0
    fields += [f"count={'all' if count < 0 else count}"] if count else []
    capabilities = [name for group in rows(request, "Capabilities") for name in group]
    extra = [name for name in capabilities if name != "gpu"]
    fields += [f"capabilities={','.join(extra)}"] if extra else []
    if request.get("Driver"):
        fields.append(f"driver={request['Driver']}")
    options = ",".join(pairs(table(request, "Options")))
    fields += [f"options={options}"] if options else []
    return f"--gpus={','.join(map(_csv, fields))}"


def _csv(field: str) -> str:
    """Quote a field: the CLI reads these values as CSV."""
    return '"' + field.replace('"', '""') + '"' if "," in field or '"' in field else field


def _networks(container: RunOptions) -> Iterator[str]:
    if container.network_mode:
        yield f"--network={container.network_mode}"
        return
    for name, endpoint in list(container.networks.items())[:1]:
        further = [_csv(f"{flag}={value}") for flag, value in _further(endpoint)]
        # Docker before 25 accepts the name only; it has none of the settings below.
        yield f"--network={','.join([_csv(f'name={name}'), *further]) if further else name}"
        yield from _endpoint(endpoint, alias="network-alias")


def _further(endpoint: Raw) -> Iterator[tuple[str, str]]:
    """Settings of an endpoint that are fields of `--network` and flags of `network connect`."""
    yield from (("driver-opt", pair) for pair in pairs(table(endpoint, "DriverOpts")))
    if endpoint.get("GwPriority"):
        yield "gw-priority", str(endpoint["GwPriority"])


def _endpoint(endpoint: Raw, alias: str) -> Iterator[str]:
    addresses = table(endpoint, "IPAMConfig")
    for key, flag in {"IPv4Address": "ip", "IPv6Address": "ip6"}.items():
        if addresses.get(key):
            yield f"--{flag}={addresses[key]}"
    yield from (f"--link-local-ip={ip}" for ip in rows(addresses, "LinkLocalIPs"))
    yield from (f"--{alias}={name}" for name in rows(endpoint, "Aliases"))
    yield from (f"--link={link}" for link in rows(endpoint, "Links"))


def _health(check: Raw) -> Iterator[str]:
    test = rows(check, "Test")
    if test[:1] == ["NONE"]:
        # The other values came from the image, and the CLI refuses them with this flag.
        yield "--no-healthcheck"
        return
    if test:
        command = test[1] if test[0] == "CMD-SHELL" else shlex.join(test[1:])
        yield f"--health-cmd={command}"
    for key, flag in HEALTH.items():
        if check.get(key):
            yield f"--health-{flag}={seconds(check[key])}"
    if check.get("Retries"):
        yield f"--health-retries={check['Retries']}"


def _entrypoint(config: Raw) -> tuple[list[str], list[str]]:
    """The flag takes one word; the others precede the command, which is equivalent."""
    words, command = config.get("Entrypoint"), rows(config, "Cmd")
    if words is None:
        return [], command
    return [f"--entrypoint={words[0] if words else ''}"], [*words[1:], *command]


def _afterwards(container: RunOptions) -> Iterator[str]:
    for name, endpoint in list(container.networks.items())[1:]:
        flags = list(_endpoint(endpoint, alias="alias"))
        flags += [f"--{flag}={value}" for flag, value in _further(endpoint)]
        yield shlex.join(["docker", "network", "connect", *flags, name, container.name])
    for name in container.leave:
        yield shlex.join(["docker", "network", "disconnect", name, container.name])
