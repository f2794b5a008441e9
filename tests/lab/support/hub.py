"""A server on loopback that answers as Hugging Face's for one model, and counts what it sends."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MODEL = "team/model"


@dataclass
class Hub:
    """Its files by name, the commit of its main branch, and the files that were downloaded."""

    files: dict[str, bytes]
    commit: str = "1" * 40
    port: int = 0
    sent: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """As the variable HF_ENDPOINT takes it."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def running_hub(files: dict[str, bytes]) -> Iterator[Hub]:
    """Serve the files of the model until the block ends."""
    hub = Hub(files)

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.partition("?")[0].rpartition("/")[2]
            content = hub.files.get(name, b"")
            self.send_response(200 if content else 404)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
            self.send_header("X-Repo-Commit", hub.commit)
            self.end_headers()
            if self.command == "GET" and content:
                hub.sent.append(name)
                self.wfile.write(content)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    hub.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
