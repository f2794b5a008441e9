"""Whether an engine listens at a local socket, asked before the `docker` package connects.

The package reports a missing socket only by its error number, and leaves its own end open
(docker/transport/unixconn.py).
"""

import errno
import socket

from scaffold.adapters.docker import import_docker
from scaffold.errors import TargetError

CONNECT_S = 60
"""Timeout in seconds; a local engine accepts at once unless its queue is full."""

_REASONS = {
    errno.ENOENT: ("Docker is not running (no socket at {path})", "sudo systemctl start docker"),
    errno.ECONNREFUSED: (
        "Docker is not running (nothing listens at {path})",
        "sudo systemctl start docker",
    ),
    errno.EACCES: (
        "this login may not use Docker (no access to {path})",
        "sudo usermod -aG docker $USER, then log in again",
    ),
}


def require_listener(base_url: str | None) -> None:
    """Raise TargetError if nothing listens at the local socket of an address.

    Addresses of other kinds pass. None is the default socket of Docker.
    """
    import_docker()
    from docker.utils import parse_host

    path = str(parse_host(base_url))
    if not path.startswith("http+unix://"):
        return
    path = path.removeprefix("http+unix://")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(CONNECT_S)
        try:
            sock.connect(path)
        except OSError as error:
            raise _told(path, error) from error


def _told(path: str, error: OSError) -> TargetError:
    unknown = (f"the engine does not answer at {{path}}: {error}", "")
    text, fix = _REASONS.get(error.errno or 0, unknown)
    return TargetError(
        text.format(path=path),
        hint=f"{fix}; scaffold host check local says more" if fix else "scaffold host check local",
    )
