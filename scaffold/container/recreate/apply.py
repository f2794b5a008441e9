"""Apply the options of `recreate` to a request, with a description of each change."""

import copy
from collections.abc import Iterator

from scaffold.container.engine_json import Raw, rows, table
from scaffold.container.recreate.gpus import ask_for_gpus
from scaffold.container.recreate.mounts import mount, unmount
from scaffold.container.recreate.options import RecreateOptions
from scaffold.container.recreate.ports import publish, unpublish
from scaffold.errors import InputError


def apply(changes: RecreateOptions, body: Raw, image_config: Raw) -> tuple[Raw, tuple[str, ...]]:
    """The changed request and a description of each change; none if nothing changes.

    `image_config` is the config of the old image. Raises InputError for an impossible change.
    """
    new = copy.deepcopy(body)
    said = (
        *_image(changes, new, image_config),
        *unpublish(changes, new),
        *publish(changes, new),
        *unmount(changes, new, image_config),
        *mount(changes, new),
        *_no_env(changes, new),
        *_env(changes, new),
        *_shm(changes, new),
        *_gpus(changes, new),
    )
    return new, said


def _image(changes: RecreateOptions, body: Raw, image_config: Raw) -> Iterator[str]:
    if changes.image is None or changes.image == body.get("Image"):
        return
    yield f"image: {changes.image} (was {body.get('Image')})"
    body["Image"] = changes.image
    drop_inherited(body, image_config)


def drop_inherited(body: Raw, image_config: Raw) -> None:
    """Remove what was inherited from the old image, so that the new image's settings apply."""
    inherited_env = set(rows(image_config, "Env"))
    body["Env"] = [entry for entry in rows(body, "Env") if entry not in inherited_env]
    for key in ("Labels", "ExposedPorts", "Volumes"):
        theirs = table(image_config, key)
        body[key] = {
            name: value
            for name, value in table(body, key).items()
            if name not in theirs or theirs[name] != value
        }
    for key in ("User", "WorkingDir", "Healthcheck", "StopSignal", "Shell", "OnBuild"):
        if body.get(key) == image_config.get(key):
            body.pop(key, None)
    if body.get("Entrypoint") == image_config.get("Entrypoint"):
        body.pop("Entrypoint", None)
        # An entrypoint given on the command line never had the image's command.
        if body.get("Cmd") == image_config.get("Cmd"):
            body.pop("Cmd", None)


def _no_env(changes: RecreateOptions, body: Raw) -> Iterator[str]:
    entries = rows(body, "Env")
    for name in changes.no_env:
        kept = [entry for entry in entries if entry.partition("=")[0] != name]
        if kept == entries:
            raise InputError(f"--no-env: {name} is not set in the container")
        # A bare name removes a variable, even one that the image sets.
        entries = [*kept, name]
        yield f"variable removed: {name}"
    if changes.no_env:
        body["Env"] = entries


def _env(changes: RecreateOptions, body: Raw) -> Iterator[str]:
    for name, value in changes.env:
        entry, entries = f"{name}={value}", rows(body, "Env")
        if entry in entries:
            continue
        body["Env"] = [old for old in entries if old.partition("=")[0] != name] + [entry]
        # Values are often secrets: print the name only.
        yield f"variable set: {name}"


def _shm(changes: RecreateOptions, body: Raw) -> Iterator[str]:
    host_config = body["HostConfig"]
    if changes.shm_size is None or changes.shm_size == host_config.get("ShmSize"):
        return
    mode = str(host_config.get("IpcMode", ""))
    if mode == "host" or mode.startswith("container:"):
        raise InputError(f"--shm-size: /dev/shm is shared with {mode}, which sets its size")
    yield f"shared memory: {changes.shm_size >> 20} MiB (was {_mebibytes(host_config)})"
    host_config["ShmSize"] = changes.shm_size


def _mebibytes(host_config: Raw) -> str:
    return f"{(host_config.get('ShmSize') or 0) >> 20} MiB"


def _gpus(changes: RecreateOptions, body: Raw) -> Iterator[str]:
    if changes.gpus is not None and ask_for_gpus(changes.gpus, body):
        yield f"GPUs: {changes.gpus}"
