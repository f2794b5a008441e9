"""The NVLink fabric of a board with NVSwitches."""

import re
from collections.abc import Iterator

from scaffold.checks.host import gpu_rules as rules
from scaffold.checks.host.packages import start_service
from scaffold.facts import HostFacts
from scaffold.findings import Finding, by_hand


def fabric(facts: HostFacts) -> Iterator[Finding]:
    """The fabric's own state first; else the fabric manager of a machine that needs one."""
    states = {gpu.fabric_state for gpu in facts.gpus or ()} - {None, "N/A", ""}
    if states == {"Completed"}:
        return
    switches = [device for device in facts.pci or () if device.is_nvswitch]
    units = dict(facts.system.services or ())
    unit = units.get("nvidia-fabricmanager.service", "not installed")
    if states:
        text = f"the NVLink fabric is {' and '.join(sorted(map(str, states)))}, not completed"
        yield _unready(facts, f"{text}; the fabric manager is {unit}", unit)
    elif facts.system.services is None or unit == "active":
        return
    elif switches:
        text = f"{len(switches)} NVSwitches, and the fabric manager is {unit}"
        yield _unready(facts, text, unit)
    elif unit == "failed" and _has_nvswitch_board(facts):
        text = "the fabric manager failed, and these GPUs are connected by NVSwitches"
        yield _unready(facts, text, unit)


def _unready(facts: HostFacts, text: str, unit: str) -> Finding:
    if any(_RACKS.search(gpu.name) for gpu in facts.gpus or ()):
        return rules.FABRIC.found(text, fix=(by_hand(RACK),))
    exact = f"Install nvidia-fabricmanager of exactly {facts.driver_version}, and start it."
    start = start_service(
        facts, "Start it, now and after each reboot.", "nvidia-fabricmanager", undo=True
    )
    if unit == "not installed":
        return rules.FABRIC.found(text, fix=(by_hand(exact),))
    again = by_hand(
        f"If it fails: its version must be exactly {facts.driver_version}, see its log."
    )
    return rules.FABRIC.found(text, fix=(start, again))


_RACKS = re.compile(r"\b(?:GB|GR|VR)[0-9]00\b")
RACK = "Ask the rack's admins: its fabric manager runs on the switch trays (NVLink domain)."
_BOARDS = re.compile(r"SXM|\b[BR][123]00\b|\bH(?:100|200|20|800) .*HBM3|\bH200$|\bH20\b")


def _has_nvswitch_board(facts: HostFacts) -> bool:
    """Several GPUs of a board with NVSwitches: SXM modules, some of which do not say so.

    GB200 and GB300 have their switches in trays of their own, and their fabric manager too.
    """
    gpus = facts.gpus or ()
    return len(gpus) > 1 and any(_BOARDS.search(gpu.name) for gpu in gpus)
