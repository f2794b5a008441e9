"""GPUs in a request: by device requests, or by the nvidia runtime's variable."""

from scaffold.container.engine_json import Raw, rows
from scaffold.parsing.untrusted.numbers import whole

VARIABLE = "NVIDIA_VISIBLE_DEVICES"
"""What the nvidia runtime reads: docs.nvidia.com/datacenter/cloud-native/container-toolkit."""


def ask_for_gpus(wanted: str, body: Raw) -> bool:
    """Set GPUs to `all`, `none`, a count, indices, UUIDs or CDI names; whether that changed any.

    Docker adds GPU requests up, so existing ones are replaced.
    """
    host_config = body["HostConfig"]
    requests = rows(host_config, "DeviceRequests")
    if host_config.get("Runtime") == "nvidia" and not requests:
        return _set_variable(_for_runtime(wanted), body)
    kept = [request for request in requests if not asks_for_gpus(request)]
    new = kept if wanted == "none" else [*kept, _request(wanted)]
    if [_essence(one) for one in new] == [_essence(one) for one in requests]:
        return False
    host_config["DeviceRequests"] = new
    return True


def asks_for_gpus(request: Raw) -> bool:
    """Whether a device request is one for NVIDIA GPUs."""
    capabilities = [name for group in rows(request, "Capabilities") for name in group]
    ids = rows(request, "DeviceIDs")
    cdi = request.get("Driver") == "cdi" and all("nvidia.com/" in name for name in ids)
    return "gpu" in capabilities or request.get("Driver") == "nvidia" or cdi


def _request(wanted: str) -> Raw:
    if "/" in wanted:
        return {"Driver": "cdi", "DeviceIDs": wanted.split(",")}
    asked: Raw = {"Driver": "", "Count": 0, "DeviceIDs": None, "Capabilities": [["gpu"]]}
    if wanted == "all":
        return asked | {"Count": -1}
    if (count := whole(wanted)) is not None:
        return asked | {"Count": count}
    return asked | {"DeviceIDs": wanted.removeprefix("device=").split(",")}


def _essence(request: Raw) -> tuple[object, ...]:
    capabilities = rows(request, "Capabilities")
    ids = tuple(rows(request, "DeviceIDs"))
    return request.get("Driver") or "", request.get("Count") or 0, ids, str(capabilities)


def _for_runtime(wanted: str) -> str:
    if (count := whole(wanted)) is not None:
        return ",".join(map(str, range(count)))
    return {"none": "void"}.get(wanted, wanted.removeprefix("device="))


def _set_variable(value: str, body: Raw) -> bool:
    entry, entries = f"{VARIABLE}={value}", rows(body, "Env")
    if entry in entries:
        return False
    body["Env"] = [old for old in entries if not old.startswith(f"{VARIABLE}=")] + [entry]
    return True
