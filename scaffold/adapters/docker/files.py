"""The files of a Docker engine's containers, running or not."""

import base64
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO

from scaffold.adapters.docker.requests import EngineRequests
from scaffold.container.engine_json import Raw
from scaffold.parsing.untrusted.documents import read_json

DIFF_BYTES = 65536
"""Limit for reading the list of changed files."""

SPECIAL = 1 << 23 | 1 << 22
"""The setuid and setgid bits of Go's os.FileMode, which the engine reports."""


class EngineFiles(EngineRequests):
    """Methods raise TargetError with the engine's message."""

    def changed_files(self, name: str) -> tuple[str, ...] | None:
        """Paths that differ from the image; None if there are more than a few hundred."""
        read = b""
        with (
            self._asking(f"comparing {name} with its image", slow=True),
            self._get(f"containers/{name}/changes", stream=True) as answer,
        ):
            for piece in answer.iter_content(DIFF_BYTES):
                read += piece
                if len(read) > DIFF_BYTES:
                    return None
        return tuple(change["Path"] for change in read_json(read or b"null") or ())

    def changes(self, name: str) -> list[Raw]:
        """Every path that differs from the image, with its kind of change."""
        with self._asking(f"comparing {name} with its image", slow=True):
            return self._get(f"containers/{name}/changes").json() or []

    def has_special_mode(self, name: str, path: str) -> bool:
        """Whether a path has a setuid or setgid bit; False if it does not exist."""
        url = self._url(f"containers/{name}/archive")
        with self._asking(f"reading the mode of {path} of {name}"):
            answer = self._client.head(url, params={"path": path}, timeout=self._client.timeout)
        stat = answer.headers.get("X-Docker-Container-Path-Stat") or "e30="
        return bool(int(read_json(base64.b64decode(stat)).get("mode") or 0) & SPECIAL)

    @contextmanager
    def archive(self, name: str, path: str) -> Iterator[IO[bytes] | None]:
        """A path of a container as a tar stream; None if it does not exist."""
        from docker.errors import NotFound

        with self._asking(f"reading {path} of {name}", slow=True):
            try:
                # Compression would cost more time than it saves.
                answer = self._get(
                    f"containers/{name}/archive",
                    params={"path": path},
                    headers={"Accept-Encoding": "identity"},
                    stream=True,
                )
            except NotFound:
                yield None
                return
            with answer:
                yield answer.raw

    @contextmanager
    def export(self, name: str) -> Iterator[IO[bytes]]:
        """The file system of a container as a tar stream, without mounts."""
        with (
            self._asking(f"reading the file system of {name}", slow=True),
            self._get(f"containers/{name}/export", stream=True) as answer,
        ):
            yield answer.raw

    def unpack(self, name: str, folder: str, stream: Iterable[bytes]) -> None:
        """Unpack a tar stream into a folder of a container."""
        with self._asking(f"copying into {name}", slow=True):
            self._client.put_archive(name, folder, stream)
