"""Which kind of computer this is, since Docker is started in another way on each."""

import sys
from pathlib import Path

from scaffold.facts.computer import OwnSystem

KERNEL = Path("/proc/sys/kernel/osrelease")


def own_system() -> OwnSystem:
    """The kind of this computer."""
    if sys.platform == "darwin":
        return OwnSystem.MACOS
    try:
        release = KERNEL.read_text("utf-8", "replace")
    except OSError:
        return OwnSystem.LINUX
    return OwnSystem.WSL2 if "microsoft" in release.lower() else OwnSystem.LINUX


def own_check() -> str:
    """The command that checks this computer; a Mac is no host for GPU containers."""
    is_mac = own_system() is OwnSystem.MACOS
    return "scaffold doctor" if is_mac else "scaffold host check local"
