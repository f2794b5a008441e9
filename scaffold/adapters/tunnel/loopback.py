"""Listens on loopback addresses, where only users of this computer can connect."""

import errno
import socket
from collections.abc import Iterable

NO_IPV6 = {errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL}


def listen(ports: Iterable[int]) -> tuple[int, list[socket.socket]]:
    """Listen on the first port free on 127.0.0.1 and ::1; returns the port and the sockets.

    A port that another program uses on ::1 alone counts as in use: browsers try ::1 too.
    Raises OSError if none is free.
    """
    last = OSError("no port")
    for port in ports:
        try:
            return _both(port)
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
            last = error
    raise last


def _both(port: int) -> tuple[int, list[socket.socket]]:
    first = socket.create_server(("127.0.0.1", port), backlog=128)
    port = first.getsockname()[1]
    try:
        second = socket.create_server(("::1", port), family=socket.AF_INET6, backlog=128)
    except OSError as error:
        if error.errno in NO_IPV6:
            return port, [first]
        first.close()
        raise
    return port, [first, second]
