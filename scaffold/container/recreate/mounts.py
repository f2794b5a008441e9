"""Add mounts to a request, or remove them."""

from collections.abc import Iterator

from scaffold.container.engine_json import Raw, rows, table
from scaffold.container.recreate.options import RecreateOptions
from scaffold.container.recreate.volumes import bind_target
from scaffold.errors import InputError


def unmount(changes: RecreateOptions, body: Raw, image_config: Raw) -> Iterator[str]:
    """Remove mounts; yields a description of each. Raises InputError if that is impossible."""
    for target in changes.no_volumes:
        target = target.rstrip("/") or "/"  # noqa: PLW2901
        before = _unmount(body, target)
        if not before:
            mounted = ", ".join(_targets(body)) or "none"
            raise InputError(
                f"--no-volume: nothing is mounted at {target}", hint=f"mounted: {mounted}"
            )
        if target in table(image_config, "Volumes"):
            raise InputError(
                f"--no-volume: the image declares a volume at {target}",
                hint="every container of the image gets one; mount another: --volume NAME:"
                + target,
            )
        yield f"no longer mounted: {before}"


def mount(changes: RecreateOptions, body: Raw) -> Iterator[str]:
    """Add mounts; yields a description of each. One with the same target is replaced."""
    host_config = body["HostConfig"]
    for volume in changes.volumes:
        if str(volume) in rows(host_config, "Binds"):
            continue
        before = _unmount(body, volume.target)
        host_config["Binds"] = [*rows(host_config, "Binds"), str(volume)]
        yield f"mounted: {volume}" + (f" (was {before})" if before else "")


def _unmount(body: Raw, target: str) -> str:
    """Remove a mount from every part of the request; its description, empty if none."""
    host_config = body["HostConfig"]
    binds = [bind for bind in rows(host_config, "Binds") if bind_target(bind) == target]
    mounts = [
        mount for mount in rows(host_config, "Mounts") if mount["Target"].rstrip("/") == target
    ]
    host_config["Binds"] = [
        bind for bind in rows(host_config, "Binds") if bind not in binds
    ] or None
    if mounts:
        host_config["Mounts"] = [one for one in rows(host_config, "Mounts") if one not in mounts]
    tmpfs = table(host_config, "Tmpfs")
    if target in tmpfs:
        del host_config["Tmpfs"][target]
        return f"tmpfs:{target}"
    table_of_volumes = table(body, "Volumes")
    if table_of_volumes.pop(target, None) is not None:
        body["Volumes"] = table_of_volumes
    return next(iter([*binds, *(_mount_text(mount) for mount in mounts)]), "")


def _mount_text(mount: Raw) -> str:
    return f"{mount.get('Source') or mount['Type']}:{mount['Target']}"


def _targets(body: Raw) -> list[str]:
    host_config = body["HostConfig"]
    return [
        *map(bind_target, rows(host_config, "Binds")),
        *(mount["Target"] for mount in rows(host_config, "Mounts")),
        *table(host_config, "Tmpfs"),
    ]
