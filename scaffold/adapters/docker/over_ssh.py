"""Connections to a remote engine, each through one ssh program, as the docker CLI does.

docker-py can use ssh too, but it forces a port, which overrides the ssh config
(docker/docker-py#2966), and starts one program per request.
"""

import contextlib
import socket
import subprocess
import tempfile
from typing import IO, TYPE_CHECKING, Any

import requests.adapters
import urllib3.connection
from urllib3.connectionpool import HTTPConnectionPool

from scaffold.adapters.docker.address import api_client
from scaffold.adapters.local.quoting import tail
from scaffold.errors import TargetError

if TYPE_CHECKING:
    from docker import APIClient

ADDRESS = "http://docker:2375"
"""The remote engine in URLs; the name is never looked up."""

END_S = 5
"""Time for an ssh program to exit after its input was closed."""


ANSWER_LIMIT = 64 << 20
"""Bytes of one answer that is kept in memory; the list of changes of a large container."""


def hold(answer: requests.Response) -> None:
    """Read an answer whole. Raises TargetError for more than the limit."""
    content = bytearray()
    for piece in answer.iter_content(1 << 16):
        content += piece
        if len(content) > ANSWER_LIMIT:
            answer.close()
            raise TargetError(f"the engine answers with more than {ANSWER_LIMIT >> 20} MiB")
    answer._content, answer._content_consumed = bytes(content), True


class _Connection(urllib3.connection.HTTPConnection):
    """HTTP over the input and output of a program."""

    def __init__(self, *args: Any, argv: tuple[str, ...], errors: IO[bytes], **options: Any):
        super().__init__(*args, **options)
        self._argv, self._errors = argv, errors
        self._program: subprocess.Popen[bytes] | None = None

    def connect(self) -> None:
        """Start the program with one end of a pair of sockets as its input and output."""
        self.sock, theirs = socket.socketpair()
        try:
            with theirs:
                self._program = subprocess.Popen(
                    self._argv, stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=self._errors
                )
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Stop the program; kill it if it does not exit."""
        super().close()
        if self._program:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._program.wait(END_S)
            self._program.kill()
            self._program.wait()
            self._program = None


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class SshAdapter(requests.adapters.HTTPAdapter):
    """Sends requests through an ssh program; keeps its standard error for `complaint`."""

    def __init__(self, argv: tuple[str, ...]) -> None:
        super().__init__()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed by close)
        self._pool = _Pool("docker", argv=argv, errors=self._errors)

    def get_connection_with_tls_context(self, *_args: Any, **_options: Any) -> HTTPConnectionPool:
        """The one pool, whatever the URL."""
        return self._pool

    def request_url(self, request: requests.PreparedRequest, proxies: object) -> str:
        """The path only, so that no proxy of the environment is used."""
        return str(request.path_url)

    def send(self, request: requests.PreparedRequest, stream: bool = False, **options: Any) -> Any:  # type: ignore[override]
        """Send a request; an answer that is not streamed is read here, up to a limit."""
        answer = super().send(request, stream=True, **options)
        if not stream:
            hold(answer)
        return answer

    def complaint(self) -> str:
        """The last line that ssh or the remote command wrote to standard error."""
        if self._errors.closed:
            return ""
        lines = tail(self._errors).decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def close(self) -> None:
        """Stop all programs."""
        super().close()
        self._pool.close()
        self._errors.close()


def connect(adapter: SshAdapter, version: str, timeout: float) -> "APIClient":
    """A client for the newest API version that the engine supports."""
    newest = _client(adapter, version, timeout).version(api_version=False)["ApiVersion"]
    return _client(adapter, newest, timeout)


def _client(adapter: SshAdapter, version: str, timeout: float) -> "APIClient":
    client = api_client(ADDRESS, version=version, timeout=timeout)
    client.trust_env = False
    client.mount(ADDRESS, adapter)
    return client
