"""Findings for GPUs that the driver does not show although they are on the bus."""

from scaffold.checks.host.driver import card_rules, rules
from scaffold.checks.host.driver.bus import Absent, Why
from scaffold.checks.host.driver.packages import legacy_driver
from scaffold.checks.host.package_managers import WHOLE, whole_system
from scaffold.checks.host.packages import reboot, rebuild_initramfs
from scaffold.facts import HostFacts
from scaffold.findings import Finding, Step, by_hand, root


def left_out(facts: HostFacts, found: Absent) -> Finding:
    """The finding for a GPU that the driver does not show, by its reason."""
    if found.why is Why.SET_ASIDE:
        return _set_aside(facts, found)
    if found.why is Why.OTHER_DRIVER:
        return nouveau(facts, found.device.driver)
    if found.why is Why.DROPPED:
        return _dropped(facts, found)
    if found.why is Why.VIRTUAL:
        text = f"the GPU at {found.device.address} is of a kind that this driver knows, and it "
        text += "refuses it: a virtual GPU"
        return card_rules.VIRTUAL.found(text, found.evidence)
    if found.why is Why.TOO_NEW:
        version = facts.driver_version or facts.driver.installed_version
        since = f"R{found.branch}" if found.branch else "a later branch"
        text = f"the GPU at {found.device.address} needs {since}; this is driver {version}"
        return card_rules.TOO_NEW.found(text, found.evidence)
    kind = "proprietary" if found.why is Why.NEEDS_PROPRIETARY else "open"
    text = f"the GPU at {found.device.address} needs the {kind} kernel module"
    return card_rules.FLAVOUR.found(text, found.evidence, _other_kind(facts, kind))


def _other_kind(facts: HostFacts, kind: str) -> tuple[Step, ...]:
    version = facts.driver_version or facts.driver.installed_version or "N"
    branch = version.partition(".")[0]
    name = f"nvidia-driver-{branch}" + ("-open" if kind == "open" else "")
    return (by_hand(f"Install the {kind} module of this driver (on Ubuntu: {name})."), reboot())


def data_centre_only(facts: HostFacts, line: str) -> Finding:
    """The finding for an old open module that wants to be told to start this card."""
    file, option = "/etc/modprobe.d/nvidia-open.conf", "NVreg_OpenRmEnableUnsupportedGpus=1"
    allow = root(
        "Or let the open module start it, from the next boot on.",
        *("sh", "-c", f"echo 'options nvidia {option}' >{file}"),
        undo=("rm", file),
    )
    text = "the open kernel module of this branch starts data centre GPUs only"
    return card_rules.FLAVOUR.found(text, line, (*_other_kind(facts, "proprietary"), allow))


def _dropped(facts: HostFacts, found: Absent) -> Finding:
    version = facts.driver_version or facts.driver.installed_version
    text = f"R{found.branch} is the last branch for the card; this is driver {version}"
    return card_rules.DROPPED.found(text, found.evidence, legacy_driver(facts, found.branch or 0))


def _set_aside(facts: HostFacts, found: Absent) -> Finding:
    name, device = found.device.driver, found.device
    steps = (
        by_hand(
            f"Remove 10de:{device.device} from the ids of {name} in /etc/modprobe.d and from the "
            "kernel's command line (vfio-pci.ids=)."
        ),
        rebuild_initramfs(facts),
        reboot(),
    )
    return rules.SET_ASIDE.found(f"{name} holds the GPU at {device.address}", found.evidence, steps)


BLACKLIST = "/etc/modprobe.d/blacklist-nouveau.conf"


def nouveau(facts: HostFacts, name: str = "nouveau", line: str = "") -> Finding:
    """The finding for a card that nouveau, or another driver without CUDA, holds."""
    steps: tuple[Step, ...]
    if system := whole_system(facts):
        steps = (by_hand(f"Keep {name} from loading. {WHOLE[system]}."),)
    else:
        text = f"printf 'blacklist {name}\\noptions {name} modeset=0\\n' >{BLACKLIST}"
        keep = root(f"Keep {name} from loading.", "sh", "-c", text, undo=("rm", BLACKLIST))
        steps = (keep, rebuild_initramfs(facts), reboot())
    return rules.NOUVEAU.found(f"{name} holds the GPU", line or "/proc/modules", steps)
