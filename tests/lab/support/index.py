"""Package indexes on loopback: the machine's own ones, with stand-ins for what only a GPU needs.

Containers reach it through the host's network without TLS, so they need no certificate of this
machine. Wheels of the CUDA libraries are replaced by empty ones of the same name and version,
and torch by the CPU build where this machine's pip finds one on disk. Everything else is relayed
and kept in the cache.

    /simple/NAME/            Python packages          /debian/…            Debian packages
    /whl/VARIANT/NAME/       PyTorch's indexes        /debian-security/…   their security updates
    /conda/CHANNEL/SUBDIR/…  the channel of tests/lab/support/channel.py
"""

import hashlib
import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from packaging.utils import canonicalize_name, parse_wheel_filename

from tests.lab.support.channel import demo_channel
from tests.lab.support.engine import CACHE, LAB, locked
from tests.lab.support.wheels import EMPTY, stand_in_names, write_empty_wheel

FILES = CACHE / "files"
PORT = 41713 + LAB
"""The same where it is free, since it stands in image layers that later runs find again."""

HREF = re.compile(r'href="([^"#]+)')
TIMEOUT = 120

PAGE_KEPT = "max-age=600, public"
FILE_KEPT = "max-age=365000000, immutable, public"
"""How long pip and uv may keep what they get, as PyPI says it."""


@dataclass(frozen=True)
class Index:
    """Where the lab's mirrors are, as the product's `--mirror` takes them."""

    address: str

    @property
    def mirrors(self) -> dict[str, str]:
        """Every mirror by its name."""
        return {
            "pip": f"{self.address}/simple",
            "pytorch": f"{self.address}/whl",
            "apt": self.address,
            "conda": f"{self.address}/conda",
        }

    def flags(self, *names: str) -> tuple[str, ...]:
        """`--mirror NAME=URL` for the named mirrors, or for all."""
        chosen = {name: self.mirrors[name] for name in names or self.mirrors}
        return tuple(word for name, url in chosen.items() for word in ("--mirror", f"{name}={url}"))


@contextmanager
def running_index() -> Iterator[Index]:
    """Serve on loopback until the block ends."""
    FILES.mkdir(parents=True, exist_ok=True)
    with locked(f"index{LAB or ''}"):
        server = _server()
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Index(f"http://127.0.0.1:{server.server_address[1]}")
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _server() -> http.server.ThreadingHTTPServer:
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), _Handler)
    except OSError:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    return server


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        try:
            self._answer(urllib.parse.unquote(self.path.partition("?")[0]))
        except urllib.error.HTTPError as error:
            self.send_error(error.code)
        except (FileNotFoundError, KeyError):
            self.send_error(404)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_HEAD = do_GET

    def _answer(self, path: str) -> None:
        first, _, rest = path.strip("/").partition("/")
        if first in {"simple", "whl"}:
            self._send(simple_page(first, rest).encode(), "text/html", PAGE_KEPT)
        elif first == "disk":
            self._send_file(next(wheel for wheel in wheels_on_disk() if wheel.name == rest))
        elif first == "empty":
            self._send_file(write_empty_wheel(rest))
        elif first == "relay":
            self._send_file(fetched(known_address(rest)))
        elif first in {"debian", "debian-security"}:
            self._send_debian(f"{debian_address(first)}/{rest}")
        elif first == "conda":
            self._send_file(demo_channel() / rest.partition("/")[2], "no-cache")
        else:
            raise KeyError(path)

    def _send_debian(self, address: str) -> None:
        if "/pool/" in address:
            self._send_file(fetched(address))
        else:
            # Lists change, and apt asks for them under names that may not exist.
            with urllib.request.urlopen(address, timeout=TIMEOUT) as answer:
                self._send(answer.read(), "application/octet-stream", "no-cache")

    def _send(self, body: bytes, kind: str, kept: str) -> None:
        self._send_head(len(body), kind, kept)
        if self.command == "GET":
            self.wfile.write(body)

    def _send_file(self, path: Path, kept: str = FILE_KEPT) -> None:
        with path.open("rb") as file:
            self._send_head(path.stat().st_size, "application/octet-stream", kept)
            if self.command == "GET":
                shutil.copyfileobj(file, self.wfile, 1 << 20)

    def _send_head(self, length: int, kind: str, kept: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.send_header("Cache-Control", kept)
        self.end_headers()


def simple_page(index: str, path: str) -> str:
    """A project's page, in which every link leads back here."""
    name = canonicalize_name(path.strip("/").rpartition("/")[2])
    on_disk = [wheel for wheel in wheels_on_disk() if wheel.name.startswith(f"{name}-")]
    if name == "torch" and on_disk:
        return _links(f"/disk/{wheel.name}" for wheel in on_disk)
    if stand_in_names(name):
        return _links(f"/empty/{file}" for file in _empty_wheels(name))
    return _relayed_page(name)


def _links(paths: Iterator[str]) -> str:
    lines = (
        f'<a href="{urllib.parse.quote(path)}">{path.rpartition("/")[2]}</a>' for path in paths
    )
    return "<!DOCTYPE html><html><body>\n" + "\n".join(lines) + "\n</body></html>"


def _empty_wheels(name: str) -> list[str]:
    plain = name.replace("-", "_")
    files = re.findall(r">([^<>]+\.whl)<", _real_page(name))
    versions = {str(parse_wheel_filename(file)[1]) for file in files}
    return sorted(f"{plain}-{version}-{EMPTY}.whl" for version in versions)


_known: dict[str, str] = {}
"""Addresses that pages named: nothing else is relayed."""


def known_address(rest: str) -> str:
    """The address behind `KEY/FILE`; the metadata beside a file has its name and `.metadata`."""
    key, _, name = rest.partition("/")
    address = _known[key]
    return f"{address}.metadata" if name.endswith(".metadata") else address


def _relayed_page(name: str) -> str:
    base = f"{real_index()}/{name}/"

    def here(match: re.Match[str]) -> str:
        address = urllib.parse.urljoin(base, match[1])
        key = hashlib.sha256(address.encode()).hexdigest()[:24]
        _known[key] = address
        return f'href="/relay/{key}/{address.rpartition("/")[2]}'

    return HREF.sub(here, _real_page(name))


@cache
def _real_page(name: str) -> str:
    asked = urllib.request.Request(f"{real_index()}/{name}/", headers={"Accept": "text/html"})
    with urllib.request.urlopen(asked, timeout=TIMEOUT) as answer:
        page: str = answer.read().decode()
    return page


def fetched(address: str) -> Path:
    """The file behind an address, downloaded once. It is written aside first."""
    path = FILES / hashlib.sha256(address.encode()).hexdigest()[:24] / address.rpartition("/")[2]
    with _lock_of(address):
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            part = path.with_name(f"part-{os.getpid()}")
            with (
                urllib.request.urlopen(address, timeout=TIMEOUT) as answer,
                part.open("wb") as file,
            ):
                shutil.copyfileobj(answer, file, 1 << 20)
            part.rename(path)
    return path


@cache
def _lock_of(address: str) -> threading.Lock:
    return threading.Lock()


@cache
def real_index() -> str:
    """The index that this machine's pip uses."""
    from pip._internal.models.index import PyPI

    return (_pip_config("global.index-url") or PyPI.simple_url).rstrip("/")


@cache
def wheels_on_disk() -> tuple[Path, ...]:
    """The wheels in pip's find-links folders."""
    folders = f"{_pip_config('global.find-links')} {_pip_config(':env:.find-links')}".split()
    found = {wheel for folder in map(Path, folders) for wheel in folder.glob("*.whl")}
    return tuple(sorted(found))


def _pip_config(key: str) -> str:
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", key],
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.strip() if asked.returncode == 0 else ""


@cache
def debian_address(archive: str) -> str:
    """Where this machine's apt gets the archive from."""
    asked = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)"],
        capture_output=True,
        text=True,
        check=True,
    )
    for address in asked.stdout.split():
        if address.rstrip("/").endswith(f"/{archive}"):
            return address.rstrip("/")
    raise FileNotFoundError(archive)
