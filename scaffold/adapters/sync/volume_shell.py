"""A shell for a volume: a helper container of an available image that mounts the volume."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.adapters.docker.exec import ContainerProgram
from scaffold.container.owner import OWNER
from scaffold.errors import TargetError

MOUNT_POINT = "/scaffold-place"
"""Where the helper mounts the volume."""

LABEL = "dev.gpu-scaffold.sync"
"""Label of helpers, with the volume's name: the next run finds a helper whose run was killed."""

WAIT_S = 24 * 3600
"""Seconds after which a helper ends by itself, and its transfer too."""

FALLBACK = "busybox:stable"
"""Used if the project names no image; its size is 2 MB."""

Progress = Callable[[float], None]


class VolumeShell:
    """Runs scripts in the helper as root; tar streams go through the engine's API."""

    as_root = True
    folder = MOUNT_POINT

    def __init__(self, engine: DockerEngine, container: str, name: str) -> None:
        self.name, self._engine, self._container = name, engine, container

    def run(self, script: bytes) -> bytes:
        """Run a script to its end and return its output."""
        output = bytearray()
        self._exec(script, output.extend)
        return bytes(output)

    def unpack(self, stage: str, stream: Iterable[bytes], reading: bytes, unpacked: bytes) -> bytes:
        """Unpack a tar stream into the folder `stage`, then run the script `unpacked`."""
        made = f"mkdir {MOUNT_POINT}/{stage}".encode()
        self.run(made)
        try:
            self._engine.unpack(self._container, f"{MOUNT_POINT}/{stage}", stream)
        except BaseException:
            with contextlib.suppress(TargetError):
                self.run(f"rm -rf {MOUNT_POINT}/{stage}".encode())
            raise
        return self.run(unpacked)

    @contextlib.contextmanager
    def fetch(self, script: bytes) -> Iterator[IO[bytes]]:
        """Stream the output of a script while it runs."""
        reading, writing = os.pipe()

        def pump() -> None:
            # The reader may stop early, or the engine may end: the reader sees the end anyway.
            with contextlib.suppress(OSError, TargetError), os.fdopen(writing, "wb", 0) as sink:
                self._exec(script, sink.write)

        thread = threading.Thread(target=pump, daemon=True)
        thread.start()
        with os.fdopen(reading, "rb") as stream:
            yield stream
        thread.join(5)

    def _exec(self, script: bytes, take: Callable[[bytes], object]) -> None:
        def feed(data: bytes, _errors: bytes) -> bool:
            take(data)
            return False

        loader = f'eval "$(head -c {len(script)})"'
        program = ContainerProgram(("/bin/sh", "-c", loader), script, "0")
        self._engine.run(self._container, program, feed, WAIT_S)


@contextlib.contextmanager
def open_volume_shell(
    engine: DockerEngine,
    volume: str,
    images: Sequence[str],
    progress: Progress,
    name: str,
    account: str = "",
) -> Iterator[VolumeShell]:
    """Open a shell for a volume, which is created if it does not exist.

    The helper uses the first of `images` that the engine has, else the first that it can pull:
    the project's base image has to be pulled anyway. Helper and volume belong to `account`.
    """
    _remove_helpers(engine, volume, account)
    image = _provided(engine, (*images, FALLBACK), progress)
    helper = f"scaffold-sync-{os.urandom(4).hex()}"
    engine.create(
        helper,
        {
            "Image": image,
            "Entrypoint": ["/bin/sh", "-c", f"exec sleep {WAIT_S}"],
            "Cmd": [],
            "User": "0",
            "Labels": {LABEL: volume, OWNER: account},
            "HostConfig": {
                "NetworkMode": "none",
                "Init": True,
                "Mounts": [_mount(volume, account)],
            },
        },
    )
    try:
        engine.start(helper)
        yield VolumeShell(engine, helper, name)
    finally:
        engine.remove(helper, unnamed_volumes=True)


def _mount(volume: str, account: str) -> dict[str, object]:
    """The mount of a volume, which gets the owner's name if it is made now."""
    mount = {"Type": "volume", "Source": volume, "Target": MOUNT_POINT}
    return {**mount, "VolumeOptions": {"Labels": {OWNER: account}}} if account else {**mount}


def _remove_helpers(engine: DockerEngine, volume: str, account: str) -> None:
    """Remove what killed runs left, but not what another person uses now."""
    for row in engine.containers():
        labels = row.get("Labels") or {}
        if labels.get(LABEL) == volume and labels.get(OWNER) in {None, "", account}:
            engine.remove(str(row["Id"]))


def _provided(engine: DockerEngine, images: Sequence[str], progress: Progress) -> str:
    found = next((image for image in images if engine.image(image) is not None), None)
    if found:
        return found
    failure: TargetError | None = None
    for image in images:
        try:
            engine.pull(image, progress)
        except TargetError as error:
            failure = failure or error
        else:
            return image
    raise TargetError(
        f"no image for the helper that fills the volume: {failure.message if failure else ''}",
        hint="run docker pull busybox:stable on that host",
    ) from failure
