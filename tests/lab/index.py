"""A package index on loopback: the real one, with stand-ins for what only a GPU needs.

Wheels of the CUDA libraries are replaced by empty ones of the same name, and torch by the CPU
build where this machine's pip finds one on disk. Everything else is the real index's own page.
"""

import base64
import hashlib
import http.server
import re
import subprocess
import sys
import threading
import urllib.request
import zipfile
from contextlib import contextmanager
from pathlib import Path

from tests.lab.engine import CACHE

STAND_INS = re.compile(r"nvidia-.*|triton|cuda-(toolkit|bindings|pathfinder)")
VERSION = re.compile(r"(?:==|>=|~=|<=)\s*([0-9][0-9.]*)")


def real_index() -> str:
    """The index that this machine's pip uses."""
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"],
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode == 0 and asked.stdout.strip():
        return asked.stdout.strip().rstrip("/")
    from pip._internal.models.index import PyPI

    return PyPI.simple_url.rstrip("/")


def wheels_on_disk() -> list[Path]:
    """The wheels in pip's find-links folders."""
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.find-links"],
        capture_output=True,
        text=True,
        check=False,
    )
    folders = [Path(text) for text in asked.stdout.split()]
    return [wheel for folder in folders if folder.is_dir() for wheel in folder.glob("*.whl")]


def empty_wheel(name: str, version: str) -> Path:
    """A wheel with nothing but its name and version."""
    plain = name.replace("-", "_")
    path = CACHE / "wheels" / f"{plain}-{version}-py3-none-any.whl"
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    info = f"{plain}-{version}.dist-info"
    files = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = [f"{where},sha256={_digest(text)},{len(text)}" for where, text in files.items()] + [
        f"{info}/RECORD,,"
    ]
    with zipfile.ZipFile(path, "w") as wheel:
        for where, text in files.items():
            wheel.writestr(where, text)
        wheel.writestr(f"{info}/RECORD", "\n".join(record) + "\n")
    return path


def _digest(text: str) -> str:
    raw = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def versions(name: str) -> list[str]:
    """The versions of a project on the real index."""
    with urllib.request.urlopen(f"{real_index()}/{name}/", timeout=60) as answer:
        page = answer.read().decode()
    plain = re.escape(name.replace("-", "_"))
    return sorted(set(re.findall(rf">{plain}-([0-9][0-9.]*)-[^<]*\.whl<", page)))


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers `/simple/NAME/` and the framework's own `/whl/VARIANT/NAME/`."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_GET(self):
        parts = [part for part in self.path.split("/") if part]
        if parts[:1] == ["wheels"]:
            self._send_file(parts[1].partition("?")[0])
        else:
            self._send_project(parts[-1].lower().replace("_", "-"))

    do_HEAD = do_GET

    def _send_project(self, name: str) -> None:
        local = [wheel for wheel in wheels_on_disk() if wheel.name.startswith(f"{name}-")]
        if local and name == "torch":
            self._send_links(local)
        elif STAND_INS.fullmatch(name):
            self._send_links([empty_wheel(name, version) for version in versions(name)])
        else:
            self.send_response(302)
            self.send_header("Location", f"{real_index()}/{name}/")
            self.send_header("Content-Length", "0")
            self.end_headers()

    def _send_links(self, wheels: list[Path]) -> None:
        links = "".join(f'<a href="/wheels/{wheel.name}">{wheel.name}</a>\n' for wheel in wheels)
        body = f"<!DOCTYPE html><html><body>\n{links}</body></html>".encode()
        self._send(body, "text/html")

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def _send_file(self, name: str) -> None:
        from urllib.parse import unquote

        known = {wheel.name: wheel for wheel in [*wheels_on_disk(), *(CACHE / "wheels").glob("*")]}
        wheel = known.get(unquote(name))
        if wheel is None:
            self.send_error(404)
        else:
            self._send(wheel.read_bytes(), "application/zip")


@contextmanager
def running_index():
    """Serve on a free loopback port; yields the address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
