"""Render a request as a Compose file that creates the same container."""

from typing import Any

import yaml

from scaffold.container.engine_json import Raw, rows, table
from scaffold.container.recreate.volumes import split_bind
from scaffold.container.render.flags import HEALTH, HOST_LISTS, HOST_SWITCHES, HOST_VALUES, RATES
from scaffold.container.render.run_options import (
    DEFAULT_NETWORK,
    RunOptions,
    device,
    pairs,
    seconds,
)

CONFIG_KEYS = {
    "Hostname": "hostname",
    "Domainname": "domainname",
    "MacAddress": "mac_address",
    "User": "user",
    "WorkingDir": "working_dir",
    "StopSignal": "stop_signal",
    "OpenStdin": "stdin_open",
    "Tty": "tty",
    "Entrypoint": "entrypoint",
    "Cmd": "command",
    "Env": "environment",
    "Labels": "labels",
}
OTHER_NAMES = {
    "userns": "userns_mode",
    "cgroupns": "cgroup",
    "memory": "mem_limit",
    "memory-reservation": "mem_reservation",
    "memory-swap": "memswap_limit",
    "memory-swappiness": "mem_swappiness",
    "cpuset-cpus": "cpuset",
    "dns-option": "dns_opt",
    "add-host": "extra_hosts",
    "link": "external_links",
    "volume": "volumes",
    "device-cgroup-rule": "device_cgroup_rules",
}
"""Flags of `docker run` that have another name in Compose."""

ABSENT = frozenset({"volume-driver", "kernel-memory", "cpuset-mems", "publish-all", "rm"})
"""Flags that Compose has no key for."""

ELSEWHERE = frozenset({"blkio-weight"})
"""Flags whose key is nested in Compose."""


def compose_yaml(container: RunOptions) -> str:
    """The Compose file. Networks and volumes are external, so that existing ones are used."""
    service = {key: value for key, value in _service(container).items() if _is_said(value)}
    document: Raw = {"services": {container.name: _escaped(service)}}
    networks = list(_named(container)) if _mode(container) == "" else []
    volumes = _volume_names(container.host)
    for key, names in (("networks", networks), ("volumes", volumes)):
        if names:
            document[key] = {name: {"external": True, "name": name} for name in names}
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1000)
    return "".join(f"# compose has no key for: {flag}\n" for flag in _unsaid(container)) + text


def _unsaid(container: RunOptions) -> list[str]:
    keys = {**HOST_VALUES, **HOST_SWITCHES}
    links = [link for end in container.networks.values() for link in rows(end, "Links")]
    both = DEFAULT_NETWORK in container.networks and bool(_named(container))
    default = [f"--network={DEFAULT_NETWORK}"] if both else []
    return [*default, *(f"--link={link}" for link in links)] + [
        f"--{flag}" if container.host[key] is True else f"--{flag}={container.host[key]}"
        for key, flag in keys.items()
        if flag in ABSENT and container.host.get(key)
    ]


def _service(container: RunOptions) -> Raw:
    config, host = container.config, container.host
    found: Raw = {"image": container.image, "container_name": container.name}
    found |= {name: config.get(key) for key, name in CONFIG_KEYS.items()}
    for flags in (HOST_VALUES, HOST_SWITCHES, HOST_LISTS):
        keys = {key: flag for key, flag in flags.items() if flag not in ABSENT | ELSEWHERE}
        found |= {_key(flag): host.get(key) for key, flag in keys.items()}
    timeout = config.get("StopTimeout")
    return found | {
        "stop_grace_period": f"{timeout}s" if timeout else None,
        "expose": container.exposed,
        "ports": container.ports,
        "restart": container.restart,
        "security_opt": container.security,
        "cpus": (host.get("NanoCpus") or 0) / 1e9,
        "volumes": rows(host, "Binds") + [_mount(mount) for mount in rows(host, "Mounts")],
        "volumes_from": [f"container:{source}" for source in rows(host, "VolumesFrom")],
        "devices": [device(one) for one in rows(host, "Devices")] + _cdi(host),
        "tmpfs": pairs(table(host, "Tmpfs"), ":"),
        "sysctls": table(host, "Sysctls"),
        "storage_opt": table(host, "StorageOpt"),
        "annotations": table(host, "Annotations"),
        "ulimits": {
            limit["Name"]: {"soft": limit["Soft"], "hard": limit["Hard"]}
            for limit in rows(host, "Ulimits")
        },
        "logging": _logging(table(host, "LogConfig")),
        "healthcheck": _health(table(config, "Healthcheck")),
        "blkio_config": _blkio(host),
        "deploy": _gpus(host),
        "network_mode": _mode(container),
        "networks": None if _mode(container) else _networks(_named(container)),
    }


def _mode(container: RunOptions) -> str:
    """The network mode; without any, Compose would create a network."""
    return container.network_mode or ("" if _named(container) else DEFAULT_NETWORK)


def _named(container: RunOptions) -> dict[str, Raw]:
    """The networks that Compose can join: it gives aliases, which the default network refuses."""
    return {name: end for name, end in container.networks.items() if name != DEFAULT_NETWORK}


def _key(flag: str) -> str:
    return OTHER_NAMES.get(flag, flag.replace("-", "_"))


def _is_said(value: object) -> bool:
    return value is not None and value not in (False, 0, "", [], {})


def _escaped(value: Any) -> Any:
    """Double each `$`, which Compose would replace by a variable."""
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, list):
        return [_escaped(one) for one in value]
    if isinstance(value, dict):
        return {key: _escaped(one) for key, one in value.items()}
    return value


def _mount(mount: Raw) -> Raw:
    volume, tmpfs = table(mount, "VolumeOptions"), table(mount, "TmpfsOptions")
    found: Raw = {
        "type": mount["Type"],
        "source": mount.get("Source"),
        "target": mount["Target"],
        "read_only": mount.get("ReadOnly"),
        "bind": {"propagation": table(mount, "BindOptions").get("Propagation")},
        "volume": {"nocopy": volume.get("NoCopy"), "subpath": volume.get("Subpath")},
        "tmpfs": {"size": tmpfs.get("SizeBytes"), "mode": tmpfs.get("Mode")},
    }
    for key in ("bind", "volume", "tmpfs"):
        found[key] = {name: value for name, value in found[key].items() if value}
    return {key: value for key, value in found.items() if value}


def _volume_names(host: Raw) -> list[str]:
    sources = [split_bind(bind)[0] for bind in rows(host, "Binds")]
    named = [source for source in sources if not source.startswith("/")]
    named += [mount["Source"] for mount in rows(host, "Mounts") if mount["Type"] == "volume"]
    return list(dict.fromkeys(named))


def _logging(log: Raw) -> Raw:
    return {"driver": log["Type"], "options": table(log, "Config")} if log else {}


def _health(check: Raw) -> Raw:
    test = rows(check, "Test")
    if test[:1] == ["NONE"]:
        return {"disable": True}
    found: Raw = {"test": test} if test else {}
    for key, flag in HEALTH.items():
        if check.get(key):
            found[flag.replace("-", "_")] = seconds(check[key])
    if check.get("Retries"):
        found["retries"] = check["Retries"]
    return found


def _blkio(host: Raw) -> Raw:
    found: Raw = {"weight": host["BlkioWeight"]} if host.get("BlkioWeight") else {}
    for key, (flag, figure) in RATES.items():
        devices = [{"path": one["Path"], figure.lower(): one[figure]} for one in rows(host, key)]
        if devices:
            found[flag.removeprefix("blkio-").replace("-", "_")] = devices
    return found


def _cdi(host: Raw) -> list[str]:
    requests = [one for one in rows(host, "DeviceRequests") if one.get("Driver") == "cdi"]
    return [name for request in requests for name in rows(request, "DeviceIDs")]


def _gpus(host: Raw) -> Raw:
    devices = []
    for request in rows(host, "DeviceRequests"):
        if request.get("Driver") == "cdi":
            continue
        ids, count = rows(request, "DeviceIDs"), request.get("Count") or 0
        asked: Raw = {"driver": request["Driver"]} if request.get("Driver") else {}
        asked |= {"device_ids": ids} if ids else {"count": "all" if count < 0 else count}
        asked["capabilities"] = [name for group in rows(request, "Capabilities") for name in group]
        options = table(request, "Options")
        devices.append(asked | ({"options": options} if options else {}))
    return {"resources": {"reservations": {"devices": devices}}} if devices else {}


def _networks(networks: dict[str, Raw]) -> Raw:
    found: Raw = {}
    for name, endpoint in networks.items():
        addresses = table(endpoint, "IPAMConfig")
        asked: Raw = {
            "aliases": rows(endpoint, "Aliases"),
            "ipv4_address": addresses.get("IPv4Address"),
            "ipv6_address": addresses.get("IPv6Address"),
            "link_local_ips": rows(addresses, "LinkLocalIPs"),
            "driver_opts": table(endpoint, "DriverOpts"),
            "gw_priority": endpoint.get("GwPriority"),
        }
        found[name] = {key: value for key, value in asked.items() if value} or None
    return found
