"""A row of the table of broken hosts, and what several rows share."""

from typing import NamedTuple

from tests.lab.hosts.pieces_gpu import recorded, smi
from tests.lab.support.host_view import REAL, Changes, Link, Program

REAL_DOCKER = {"/usr/bin/docker": Link(f"{REAL}/bin/docker")}
"""Docker's own command, which finds no engine, or may not speak to it."""
SOCKET = "/var/run/docker.sock"
SMI = "/usr/bin/nvidia-smi"
TABLE = recorded("rtx5090_580.76.05.txt")
PASCAL, TURING = "0x1b06", "0x1eb8"
NO_DEVICES = smi(recorded("err_no_devices.txt"), code=6)
HANGING = Program("exec sleep 1000")


class Broken(NamedTuple):
    """One row."""

    name: str
    changes: Changes
    findings: str
    seconds: int = 8
