"""Ends that come from outside: a signal to a program, or a cut of its connection."""

import signal
import subprocess
from typing import Any

from tests.lab.support.relay import Relay

ENDS = {
    "killed": signal.SIGKILL,
    "cut": None,
    "interrupted": signal.SIGINT,
    "terminated": signal.SIGTERM,
    "hung up": signal.SIGHUP,
}


def end(program: subprocess.Popen[Any], relay: Relay, ending: str) -> int:
    """Send the signal to the program, or cut the connection; the exit code of the program."""
    sent = ENDS[ending]
    program.send_signal(sent) if sent else relay.end()
    return program.wait(300)
