"""A trial start of the successor while the old container still runs.

The trial has the successor's settings but a program that does not exist. The runtime looks for
the program last, after mounts, devices, GPU hooks, ports and limits. So an error that names the
program proves that everything else works, and no program ran.
"""

import copy

from scaffold.container.engine_json import Raw, rows, table
from scaffold.container.recreate.create_request import CreateRequest
from scaffold.container.recreate.options import RecreateOptions
from scaffold.container.recreate.volumes import bind_target, split_bind

PROGRAM = "/scaffold-trial-program"


def trial(request: CreateRequest, changes: RecreateOptions, taken: frozenset[str]) -> CreateRequest:
    """The request of the trial; `taken` are host ports that the old container publishes."""
    body = copy.deepcopy(request.body)
    body.update(Entrypoint=[PROGRAM], Cmd=None, Healthcheck={"Test": ["NONE"]})
    body.pop("MacAddress", None)
    host_config = body["HostConfig"]
    host_config.update(AutoRemove=False, Init=False, PublishAllPorts=False)
    host_config["RestartPolicy"] = {"Name": "no"}
    host_config["PortBindings"] = _new_ports(changes, taken)
    _mount_only_what_is_there(host_config, changes)
    first = table(body, "NetworkingConfig", "EndpointsConfig")
    body["NetworkingConfig"] = {"EndpointsConfig": {name: {} for name in first}}
    return CreateRequest(body, {name: {} for name in request.further}, request.leave)


def _new_ports(changes: RecreateOptions, taken: frozenset[str]) -> Raw:
    found: Raw = {}
    for port in changes.publish:
        if port.host and port.host not in taken:
            found.setdefault(port.container, []).append(port.binding)
    return found


def _mount_only_what_is_there(host_config: Raw, changes: RecreateOptions) -> None:
    """Turn binds into mounts, which the engine refuses if the folder is missing.

    New named volumes are left out, or the engine would create them for the trial.
    """
    new = {str(volume) for volume in changes.volumes if not volume.is_path}
    binds = [bind for bind in rows(host_config, "Binds") if bind not in new]
    # A mount with the same target replaces the bind.
    covered = {mount["Target"] for mount in rows(host_config, "Mounts")}
    host_config["Mounts"] = rows(host_config, "Mounts") + [
        _mount(bind) for bind in binds if bind_target(bind) not in covered
    ]
    host_config["Binds"] = None


def _mount(bind: str) -> Raw:
    source, target, options = split_bind(bind)
    mount: Raw = {"Source": source, "Target": target, "ReadOnly": "ro" in options}
    if source.startswith("/"):
        return {**mount, "Type": "bind"}
    return {**mount, "Type": "volume", "VolumeOptions": {"NoCopy": True}}


def is_ready(said: str) -> bool:
    """Whether a failed start means that only the program was missing."""
    return PROGRAM in said
