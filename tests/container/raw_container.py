"""An inspect as small as the engine's can be, to be changed for a situation."""

from typing import Any

ID = "a1b2c3d4e5f6" + "0" * 52
OTHER_ID = "f" * 64
VOLUME = "9" * 64


def inspect(
    name: str = "trainer",
    *,
    config: dict[str, Any] | None = None,
    host: dict[str, Any] | None = None,
    state: dict[str, Any] | None = None,
    mounts: list[dict[str, Any]] | None = None,
    networks: dict[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A running container of Docker's default network."""
    running = {"Status": "running", "Running": True, "StartedAt": "2026-11-24T10:00:00.123456789Z"}
    return {
        "Id": ID,
        "Name": f"/{name}",
        "Created": "2026-11-24T09:00:00Z",
        "Image": "sha256:1",
        "Path": "python",
        "Args": ["train.py"],
        "State": {**running, "FinishedAt": "0001-01-01T00:00:00Z", **(state or {})},
        "Config": {"Image": "pytorch", "Hostname": ID[:12], "Env": ["A=1"], **(config or {})},
        "HostConfig": {"NetworkMode": "default", **(host or {})},
        "Mounts": mounts or [],
        "NetworkSettings": {"Networks": networks or {"bridge": {"IPAMConfig": None}}},
        **more,
    }


def volume_mount(target: str, name: str = VOLUME, **more: Any) -> dict[str, Any]:
    """A volume as `Mounts` shows it."""
    return {"Type": "volume", "Name": name, "Destination": target, "RW": True, **more}
