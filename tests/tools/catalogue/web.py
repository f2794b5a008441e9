"""A loopback server that answers as told: bodies with ranges, and the faults that sources have."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler], None]


class Web:
    """Paths with what each answers; `asked` is what was requested, in order."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes | Answer] = {}
        self.asked: list[str] = []
        self.base = ""

    def __setitem__(self, path: str, page: bytes | Answer) -> None:
        self.pages[path] = page


@contextmanager
def serving() -> Iterator[Web]:
    """A server on a free port of the loopback interface."""
    web = Web()
    connections: list[socket.socket] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            connections.append(self.connection)

        def do_GET(self) -> None:
            web.asked.append(self.path)
            page = web.pages.get(self.path.partition("?")[0])
            if page is None:
                send(self, b"no such page", status=404)
            elif callable(page):
                page(self)
            else:
                send_file(self, page)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    web.base = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield web
    finally:
        server.shutdown()
        thread.join()
        # A client may keep its connection for later, for which server_close would wait for ever.
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        server.server_close()


def send(
    handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, length: int | None = None
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    if length is not None:
        handler.send_header("Connection", "close")
    handler.end_headers()
    handler.wfile.write(body)


def send_file(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    span = re.fullmatch(r"bytes=(\d+)-(\d+)", handler.headers.get("Range", ""))
    if span:
        send(handler, body[int(span[1]) : int(span[2]) + 1], status=206)
    else:
        send(handler, body)


def truncated(handler: BaseHTTPRequestHandler) -> None:
    send(handler, b'{"files": [', length=5000)


def wrong_length_of_range(handler: BaseHTTPRequestHandler) -> None:
    send(handler, b"abc", status=206)


def endless(handler: BaseHTTPRequestHandler) -> None:
    """Ten million bytes of names, and then more."""
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    try:
        for _ in range(400):
            handler.wfile.write(b'"torch-9.9.9-cp311-cp311-linux_x86_64.whl",' * 1500)
    except OSError:
        handler.close_connection = True


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """A byte now and then, for longer than anybody waits."""
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    try:
        for _ in range(60):
            handler.wfile.write(b" " * 70_000)
            handler.wfile.flush()
            time.sleep(0.02)
    except OSError:
        handler.close_connection = True


def redirect(target: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", target)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    handler.connection.close()
