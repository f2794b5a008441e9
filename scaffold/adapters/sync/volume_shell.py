"""The shell of a volume: a container of an image that is there, which mounts it and waits."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.adapters.docker.exec import Program
from scaffold.errors import TargetError

PLACE = "/scaffold-place"
"""Where the helper sees the volume."""

LABEL = "dev.gpu-scaffold.sync"
"""Of helpers, with the volume's name, so that the next run finds one whose run was killed."""

WAIT_S = 24 * 3600
"""After this a helper ends by itself, and a transfer with it."""

FALLBACK = "busybox:stable"
"""Two megabytes; where the project names no image."""

Progress = Callable[[float], None]


class VolumeFar:
    """Scripts run in the helper as root; streams go in through the engine's own API."""

    as_root = True
    folder = PLACE

    def __init__(self, engine: DockerEngine, container: str, name: str) -> None:
        self.name, self._engine, self._container = name, engine, container

    def run(self, script: bytes) -> bytes:
        """Run a script to its end; what it printed."""
        said = bytearray()
        self._exec(script, said.extend)
        return bytes(said)

    def unpack(self, stage: str, stream: Iterable[bytes], land: bytes, alone: bytes) -> bytes:
        """Bring a tar stream into the folder `stage`, and run the script `alone` then."""
        made = f"mkdir {PLACE}/{stage}".encode()
        self.run(made)
        try:
            self._engine.unpack(self._container, f"{PLACE}/{stage}", stream)
        except BaseException:
            with contextlib.suppress(TargetError):
                self.run(f"rm -rf {PLACE}/{stage}".encode())
            raise
        return self.run(alone)

    @contextlib.contextmanager
    def fetch(self, script: bytes) -> Iterator[IO[bytes]]:
        """What a script prints, while it does."""
        reading, writing = os.pipe()

        def pump() -> None:
            # The reader may have enough, or the engine may go away: it sees the end either way.
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
        program = Program(("/bin/sh", "-c", loader), script, "0")
        self._engine.run(self._container, program, feed, WAIT_S)


@contextlib.contextmanager
def volume_far(
    engine: DockerEngine, volume: str, images: Sequence[str], progress: Progress, name: str
) -> Iterator[VolumeFar]:
    """The shell of a volume, which is made where it is not there yet.

    The helper is of the first of `images` that the engine has, else of the first that it can
    fetch: the one that the project is built from has to be fetched anyway.
    """
    _remove_helpers(engine, volume)
    image = _provided(engine, (*images, FALLBACK), progress)
    helper = f"scaffold-sync-{os.urandom(4).hex()}"
    engine.create(
        helper,
        {
            "Image": image,
            "Entrypoint": ["/bin/sh", "-c", f"exec sleep {WAIT_S}"],
            "Cmd": [],
            "User": "0",
            "Labels": {LABEL: volume},
            "HostConfig": {
                "NetworkMode": "none",
                "Init": True,
                "Mounts": [{"Type": "volume", "Source": volume, "Target": PLACE}],
            },
        },
    )
    try:
        engine.start(helper)
        yield VolumeFar(engine, helper, name)
    finally:
        engine.remove(helper, unnamed_volumes=True)


def _remove_helpers(engine: DockerEngine, volume: str) -> None:
    for row in engine.containers():
        if (row.get("Labels") or {}).get(LABEL) == volume:
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
        hint="docker pull one that the project names, or busybox:stable, on that host",
    ) from failure
