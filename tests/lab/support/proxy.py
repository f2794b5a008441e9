"""A forwarding proxy on loopback that wants a user and a password, as a company's does."""

import base64
import http.server
import shutil
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

USER, PASSWORD = "ada", "geheim-4711"
BASIC = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Proxy:
    """Where it listens, the programs that came through it, and how often one had no password."""

    port: int
    programs: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """With user and password, as the settings of Docker take it."""
        return f"http://{USER}:{PASSWORD}@127.0.0.1:{self.port}"


@contextmanager
def running_proxy() -> Iterator[Proxy]:
    """Forward requests without TLS until the block ends."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    proxy = _Handler.proxy = Proxy(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(http.server.BaseHTTPRequestHandler):
    proxy: Proxy

    def log_message(self, *words: object) -> None:
        pass

    def do_GET(self) -> None:
        program = self.headers.get("User-Agent", "").partition("/")[0]
        if self.headers.get("Proxy-Authorization") != f"Basic {BASIC}":
            self.proxy.refused.append(program)
            self.send_response(407)
            self.send_header("Proxy-Authenticate", 'Basic realm="lab"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.proxy.programs.add(program)
        try:
            with _direct.open(urllib.request.Request(self.path, method=self.command)) as answer:
                self.send_response(answer.status)
                for name in ("Content-Type", "Content-Length"):
                    self.send_header(name, answer.headers[name])
                self.end_headers()
                shutil.copyfileobj(answer, self.wfile, 1 << 20)
        except urllib.error.HTTPError as error:
            self.send_error(error.code)

    do_HEAD = do_GET
