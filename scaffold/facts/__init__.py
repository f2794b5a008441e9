"""What was observed of one host. `None` always means unknown, never no.

A name is imported when it is first used: a decision for a described host needs few of them.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scaffold.facts.described import DescribedHost
    from scaffold.facts.driver import DeviceNode, DriverFacts, PciDevice, Smi
    from scaffold.facts.engine import ClientFacts, DaemonFile, DockerFacts, ToolkitFacts
    from scaffold.facts.gpu import Gpu, Platform
    from scaffold.facts.host import HostFacts
    from scaffold.facts.system import (
        Disk,
        Endpoint,
        LoginFacts,
        ProbeFacts,
        Quota,
        SshdFacts,
        SystemFacts,
    )

__all__ = [
    "ClientFacts",
    "DaemonFile",
    "DescribedHost",
    "DeviceNode",
    "Disk",
    "DockerFacts",
    "DriverFacts",
    "Endpoint",
    "Gpu",
    "HostFacts",
    "LoginFacts",
    "PciDevice",
    "Platform",
    "ProbeFacts",
    "Quota",
    "Smi",
    "SshdFacts",
    "SystemFacts",
    "ToolkitFacts",
]

MODULES = ("gpu", "described", "driver", "engine", "system", "host")
"""The modules that hold these names, the lightest first."""


def __getattr__(name: str) -> object:
    if name in __all__:
        for module in MODULES:
            found = vars(importlib.import_module(f"{__name__}.{module}"))
            if name in found:
                return found[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
