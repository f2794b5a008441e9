"""Identify this process and machine, so that a later run can tell whether it has exited."""

import getpass
import json
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

from scaffold.parsing.untrusted.documents import read_json

LABEL = "gpu-scaffold.run"
"""Label of the container that marks a recreate in progress."""

LEADER = "gpu-scaffold.recreate-leader"
"""On the trial of a dependent: the name of the container that it is recreated with."""

DEPENDENTS = "gpu-scaffold.recreate-dependents"
"""On the trial of a leader: the names of its dependents, as a JSON list."""

START_TIME = 19
"""Index of the start time after the process name: proc_pid_stat(5), field 22."""


def mark() -> str:
    """This process, its machine and its user, as JSON."""
    here = {**_machine(), "pid": os.getpid(), "started": _started(os.getpid())}
    return json.dumps({**here, "user": getpass.getuser()})


def who(text: str) -> str:
    """The user, machine and process of a mark, for a message."""
    found = _read(text)
    return f"{found.get('user')}@{found.get('host')}, process {found.get('pid')}"


def has_ended(text: str) -> bool | None:
    """Whether the process of a mark has exited; None if that is unknown."""
    found, here = _read(text), _machine()
    if any(found.get(key) != here[key] for key in ("host", "machine")):
        return None
    if found.get("boot") != here["boot"]:
        return True
    if found.get("space") != here["space"] or not here["boot"]:
        return None
    return _started(int(found.get("pid") or 0)) != found.get("started")


def _read(text: str) -> dict[str, Any]:
    try:
        found = read_json(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _machine() -> dict[str, str]:
    """Name, id and boot of the machine; process ids are unique in one namespace of a boot."""
    space = ""
    with suppress(OSError):
        space = str(Path("/proc/self/ns/pid").readlink())
    return {
        "host": socket.gethostname(),
        "machine": _line("/etc/machine-id"),
        "boot": _line("/proc/sys/kernel/random/boot_id"),
        "space": space,
    }


def _line(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def _started(pid: int) -> str:
    """Start time of a process, in ticks since the boot; empty if it has exited."""
    after_name = _line(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return after_name[START_TIME] if len(after_name) > START_TIME else ""
