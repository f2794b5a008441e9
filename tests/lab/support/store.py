"""A registry on loopback that keeps what is pushed to it, in memory, and counts what it sends.

The upload in one piece or in several, as the distribution specification has it; `docker push`
uses the second way.
"""

import hashlib
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class Store:
    """Blobs by digest, manifests by `NAME:REFERENCE`, and the digests of the blobs it has sent."""

    port: int = 0
    blobs: dict[str, bytes] = field(default_factory=dict)
    manifests: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)

    @property
    def host(self) -> str:
        """The registry's name in an image reference; engines take loopback without TLS."""
        return f"localhost:{self.port}"


@contextmanager
def running_store() -> Iterator[Store]:
    """Serve until the block ends."""
    store = Store()

    class Handler(_Handler):
        kept = store

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    store.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    kept: Store
    uploads: dict[str, bytearray] = {}  # noqa: RUF012

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        name, _, last = self.path.rpartition("/")
        if self.path.rstrip("/") == "/v2":
            self._answer(200)
        elif "/blobs/" in self.path:
            self._send("application/octet-stream", self.kept.blobs.get(last), last)
        else:
            place = f"{name.removeprefix('/v2/').removesuffix('/manifests')}:{last}"
            kind, content = self.kept.manifests.get(place, ("", None))
            self._send(kind, content)

    do_HEAD = do_GET

    def _send(self, kind: str, content: bytes | None, blob: str = "") -> None:
        if content is None:
            self._answer(404)
            return
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        self._answer(200, content, {"Content-Type": kind, "Docker-Content-Digest": digest})
        if blob and self.command == "GET":
            self.kept.sent.append(blob)

    def do_POST(self) -> None:
        number = uuid.uuid4().hex
        self.uploads[number] = bytearray()
        self._answer(202, headers={"Location": f"{urlsplit(self.path).path.rstrip('/')}/{number}"})

    def do_PATCH(self) -> None:
        path = urlsplit(self.path).path
        upload = self.uploads[path.rpartition("/")[2]]
        upload += self._body()
        self._answer(202, headers={"Location": path, "Range": f"0-{len(upload) - 1}"})

    def do_PUT(self) -> None:
        place = urlsplit(self.path)
        name, _, last = place.path.rpartition("/")
        content = self._body()
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        if "/blobs/uploads" in place.path:
            digest = parse_qs(place.query)["digest"][0]
            self.kept.blobs[digest] = bytes(self.uploads.pop(last) + content)
        else:
            image = name.removeprefix("/v2/").removesuffix("/manifests")
            kept = (self.headers["Content-Type"], content)
            self.kept.manifests |= {f"{image}:{one}": kept for one in (last, digest)}
        self._answer(201, headers={"Location": place.path, "Docker-Content-Digest": digest})

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        pieces = []
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def _answer(
        self, code: int, content: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(code)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
