"""Whether an engine listens at a local socket, asked before the `docker` package connects.

The package reports a missing socket only by its error number, and leaves its own end open
(docker/transport/unixconn.py).
"""

import errno
import socket

from scaffold.adapters.docker import import_docker
from scaffold.adapters.docker.own_system import own_check, own_system
from scaffold.errors import TargetError
from scaffold.facts.computer import OwnSystem

CONNECT_S = 60
"""Timeout in seconds; a local engine accepts at once unless its queue is full."""

_START = {
    OwnSystem.LINUX: "sudo systemctl start docker",
    OwnSystem.MACOS: "open -a Docker",
    OwnSystem.WSL2: "sudo service docker start, or start Docker Desktop in Windows",
}
_JOIN = "sudo usermod -aG docker $USER, then log in again"
_REASONS = {
    errno.ENOENT: ("Docker is not running (no socket at {path})", _START),
    errno.ECONNREFUSED: ("Docker is not running (nothing listens at {path})", _START),
    errno.EACCES: (
        "this login may not use Docker (no access to {path})",
        {**dict.fromkeys(OwnSystem, _JOIN), OwnSystem.MACOS: "start Docker Desktop as this user"},
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
    system, check = own_system(), own_check()
    if error.errno not in _REASONS:
        return TargetError(f"the engine does not answer at {path}: {error}", hint=check)
    text, fixes = _REASONS[error.errno]
    return TargetError(text.format(path=path), hint=f"{fixes[system]}; {check} says more")
