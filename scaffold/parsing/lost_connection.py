"""Whether a program ended because its connection was lost, by what ssh and its users print."""

import re

_LOST = re.compile(
    r"client_loop: |packet_write_wait: |Read from remote host .*: |mux_client_\w+: |"
    r"Connection to \S+ (?:port \d+ )?(?:closed|timed out)|Timeout, server \S+ not responding|"
    r"Connection (?:reset|closed) by |(?:Write failed: )?Broken pipe$|"
    r"rsync: connection unexpectedly closed|use of closed network connection|"
    r"error during connect: .*(?:EOF|broken pipe|connection reset by peer)"
)
"""Messages of OpenSSH (clientloop.c, packet.c, mux.c), rsync (io.c) and Docker's ssh helper."""

_OURS = re.compile(rb"^[0-9a-f]{16} begin$", re.MULTILINE)

LAST_LINES = 3
"""A build may print such words too; only the end of the output tells why a program ended."""


def is_lost_connection(output: str) -> bool:
    """Whether the last lines of a program's output say that ssh lost the connection."""
    lines = [line for line in output.splitlines() if line.strip()]
    return any(_LOST.search(line) for line in lines[-LAST_LINES:])


def without_our_own(output: bytes) -> bytes:
    """What a program said of its end: nothing if a script of ours had begun to answer.

    OpenSSH may end without a word, and the script's lines are then all that there is.
    """
    return b"" if _OURS.search(output) else output
