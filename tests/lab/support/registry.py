"""Registries on loopback, read-only: with one dev container Feature, or with one image.

What they answer: the distribution specification's manifests, blobs and tags, with the media types
of the Features specification and of the image specification.
"""

import hashlib
import io
import json
import tarfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

UNKNOWN = b'{"errors": [{"code": "MANIFEST_UNKNOWN", "message": "manifest unknown"}]}'
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
LAYER = "application/vnd.devcontainers.layer.v1+tar"
CONFIG = "application/vnd.devcontainers"
IMAGE_LAYER = "application/vnd.oci.image.layer.v1.tar"
IMAGE_CONFIG = "application/vnd.oci.image.config.v1+json"

Answers = Mapping[str, tuple[str, bytes]]


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
        **_answers(path, tag, manifest, layer, config),
        f"/v2/{path}/tags/list": (
            "application/json",
            json.dumps({"name": path, "tags": [tag]}).encode(),
        ),
    }
    with _serving(answers) as (port, _):
        yield f"localhost:{port}/{path}:{tag}"


@contextmanager
def image_registry(
    path: str, tag: str, files: Mapping[str, str]
) -> Iterator[tuple[int, list[str]]]:
    """Serve an image with some files as `PATH:TAG`; yields the port and the paths asked for."""
    layer = _tar(files)
    system = {"architecture": "amd64", "os": "linux"}
    config = json.dumps(
        {**system, "rootfs": {"type": "layers", "diff_ids": [_digest(layer)]}}
    ).encode()
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": _described(config, IMAGE_CONFIG),
            "layers": [_described(layer, IMAGE_LAYER)],
        }
    ).encode()
    ping = {"/v2/": ("application/json", b"{}")}
    with _serving(ping | _answers(path, tag, manifest, layer, config)) as found:
        yield found


def _answers(path: str, tag: str, manifest: bytes, *blobs: bytes) -> Answers:
    """A manifest by its tag and its digest, and the blobs that it names."""
    named = {f"/v2/{path}/manifests/{one}": manifest for one in (tag, _digest(manifest))}
    return {
        **{place: (MANIFEST, content) for place, content in named.items()},
        **{f"/v2/{path}/blobs/{_digest(one)}": ("application/octet-stream", one) for one in blobs},
    }


@contextmanager
def _serving(answers: Answers) -> Iterator[tuple[int, list[str]]]:
    """A server on loopback with these answers by path: its port, and the paths asked for."""
    asked: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            place = self.path.partition("?")[0]
            kind, content = answers.get(place, ("application/json", UNKNOWN))
            self.send_response(200 if place in answers else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Docker-Content-Digest", _digest(content))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
