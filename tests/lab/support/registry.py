"""A registry on loopback that serves one dev container Feature, read-only.

What it answers: the distribution specification's manifests, blobs and tags, with the media types of
the Features specification.
"""

import hashlib
import io
import json
import tarfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
LAYER = "application/vnd.devcontainers.layer.v1+tar"
CONFIG = "application/vnd.devcontainers"


def _tar(files: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"./{name}")
            entry.size, entry.mode = len(text.encode()), 0o755
            archive.addfile(entry, io.BytesIO(text.encode()))
    return buffer.getvalue()


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _described(content: bytes, kind: str, title: str = "") -> dict[str, object]:
    described = {"mediaType": kind, "digest": _digest(content), "size": len(content)}
    named = {"annotations": {"org.opencontainers.image.title": title}}
    return {**described, **(named if title else {})}


@contextmanager
def feature_registry(path: str, tag: str, files: Mapping[str, str]) -> Iterator[str]:
    """Serve a Feature's files as `PATH:TAG`; yields `localhost:PORT/PATH:TAG`."""
    layer, config = _tar(files), b"{}"
    title = f"devcontainer-feature-{path.rpartition('/')[2]}.tgz"
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": _described(config, CONFIG),
            "layers": [_described(layer, LAYER, title)],
            "annotations": {"dev.containers.metadata": files["devcontainer-feature.json"]},
        }
    ).encode()
    answers = {
        f"/v2/{path}/manifests/{tag}": (MANIFEST, manifest),
        f"/v2/{path}/manifests/{_digest(manifest)}": (MANIFEST, manifest),
        f"/v2/{path}/tags/list": (
            "application/json",
            json.dumps({"name": path, "tags": [tag]}).encode(),
        ),
        f"/v2/{path}/blobs/{_digest(layer)}": ("application/octet-stream", layer),
        f"/v2/{path}/blobs/{_digest(config)}": ("application/octet-stream", config),
    }

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, content = answers.get(self.path.partition("?")[0], ("text/plain", b""))
            self.send_response(200 if content else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Docker-Content-Digest", _digest(content))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"localhost:{server.server_port}/{path}:{tag}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
