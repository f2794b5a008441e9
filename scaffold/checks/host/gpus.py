"""The GPUs that the driver shows: age, health, MIG, NVLink fabric, licence, use."""

import re
from collections.abc import Iterator

from scaffold.catalogue import load_catalogue
from scaffold.checks.host import gpu_rules as rules
from scaffold.checks.host import kinds
from scaffold.checks.host.driver import bus, messages
from scaffold.checks.host.driver.bus import Why
from scaffold.checks.host.fabric import fabric
from scaffold.checks.topics import Topic
from scaffold.facts import Gpu, HostFacts, Platform
from scaffold.findings import Finding, Level, by_hand
from scaffold.parsing.untrusted.numbers import leading_version

KEPLER = (3, 0)
FULL_PERCENT = 10
"""A GPU with less of its memory free counts as taken."""
VGPU = re.compile(r"-[0-9]{1,3}(?:-[0-9]{1,3})?[ABCQ]$")
"""`NVIDIA A10-24Q`, `GRID T4-16Q`, `NVIDIA A100-7-80C`: a virtual GPU's profile."""


def _age(facts: HostFacts) -> Iterator[Finding]:
    if facts.gpus is None:
        yield rules.UNKNOWN.found("the GPUs could not be listed", facts.gpu_error or "")
    if facts.platform is Platform.JETSON:
        return
    for name, gpu in {gpu.name: gpu for gpu in facts.gpus or ()}.items():
        capability = _capability(gpu)
        if capability is None:
            yield rules.NOT_KNOWN.found(f"{name} is in no table")
            continue
        row = load_catalogue().architecture(capability)
        if (leading_version(capability) or ()) < KEPLER:
            yield rules.TOO_OLD.found(f"{name} has compute capability {capability}, 3.0 is needed")
        elif row and row.last_cuda:
            yield rules.LEGACY.found(f"{name} ({row.name}) is built for up to CUDA {row.last_cuda}")


def _capability(gpu: Gpu) -> str | None:
    model = None if gpu.compute_capability else load_catalogue().gpu(gpu.name.rstrip("."))
    return gpu.compute_capability or (model.capability if model else None)


def _name(gpu: Gpu) -> str:
    return gpu.name if gpu.index is None else f"GPU {gpu.index} ({gpu.name})"


def _health(facts: HostFacts) -> Iterator[Finding]:
    gpus = facts.gpus or ()
    for gpu in gpus:
        if gpu.cell_error:
            shown = gpu.cell_message or "ERR!"
            yield rules.IN_ERROR.found(
                f"{_name(gpu)} reports an error: {shown}", f"nvidia-smi: {shown}"
            )
        elif (gpu.recovery or "None") not in {"None", "N/A"}:
            text = f"the driver asks for a recovery of {_name(gpu)}: {gpu.recovery}"
            yield rules.IN_ERROR.found(text, "nvidia-smi -q, GPU Recovery Action")
        elif gpu.ecc_uncorrected:
            yield rules.ECC.found(
                f"{_name(gpu)} had {gpu.ecc_uncorrected} uncorrectable memory errors"
            )
        if gpu.remapping_failed:
            yield rules.REMAPPING.found(
                f"{_name(gpu)} has no spare memory rows left", "nvidia-smi -q"
            )
    yield from _xids(facts)


def _xids(facts: HostFacts) -> Iterator[Finding]:
    for logged in messages.xids(facts):
        xid = messages.XIDS[logged.number]
        text = f"GPU {logged.address} logged Xid {logged.number}, {xid.meaning}"
        yield rules.XID.found(
            text,
            logged.line,
            (*rules.XID.fix, by_hand(f"{xid.action[:1].upper()}{xid.action[1:]}.")),
        )


def _missing(facts: HostFacts) -> Iterator[Finding]:
    """GPUs on the bus that the driver does not show, unless there is a good reason."""
    if not facts.gpus:
        return
    on_bus, shown = len(bus.gpus_on_bus(facts)), len(facts.gpus)
    hidden = bus.absent(facts)
    for one in hidden:
        if one.why is Why.SET_ASIDE:
            text = f"1 of {on_bus} GPUs is held by {one.device.driver} ({one.device.address})"
            yield rules.SET_ASIDE.found(text, one.evidence)
    unexplained = [one for one in hidden if one.why is Why.UNKNOWN]
    if not unexplained:
        return
    if reason := kinds.part_of_gpus(facts):
        text = f"{shown} of {on_bus} GPUs are yours in {reason} (Docker would give all {on_bus})"
        yield rules.PART.found(text, ", ".join(one.device.address for one in unexplained))
        return
    place = messages.short_address(unexplained[0].device.address)
    logged = messages.last_line(facts, place, "fallen off the bus")
    text = f"{on_bus} GPUs are on the bus, the driver shows {shown}"
    # Recordings of earlier versions do not tell a job's GPUs from broken ones, of which the
    # kernel complains.
    blind = facts.system.marks is None and not logged and not messages.complaint(facts)
    level = Level.INFO if blind else None
    yield rules.MISSING.found(text, logged or unexplained[0].evidence, level=level)


def _mig(facts: HostFacts) -> Iterator[Finding]:
    for gpu in facts.gpus or ():
        if gpu.mig_pending is not None and gpu.mig_pending is not gpu.mig_enabled:
            to = "on" if gpu.mig_pending else "off"
            yield rules.MIG_PENDING.found(f"MIG of {_name(gpu)} will be {to} after a reset")
        elif gpu.mig_enabled and not gpu.mig_devices:
            yield rules.MIG_EMPTY.found(f"{_name(gpu)} has MIG on and no instances")


def _licence(facts: HostFacts) -> Iterator[Finding]:
    """A virtual GPU's licence, by the profile at the end of its name."""
    for gpu in facts.gpus or ():
        if not VGPU.search(gpu.name):
            continue
        if gpu.licence is None:
            yield rules.LICENCE_UNKNOWN.found(f"the licence of {_name(gpu)} is unknown", gpu.name)
        elif not gpu.licence.startswith("Licensed"):
            text = f"the licence of {_name(gpu)}: {gpu.licence}"
            yield rules.LICENCE.found(text, "nvidia-smi -q, License Status")


def _virtual_host(facts: HostFacts) -> Iterator[Finding]:
    """A card that this machine's driver gives out to virtual machines."""
    hosts = [gpu for gpu in facts.gpus or () if (gpu.virtualization or "").startswith("Host V")]
    if hosts:
        text = f"{_name(hosts[0])} is in the mode {hosts[0].virtualization}"
        yield rules.VGPU_HOST.found(text, "nvidia-smi -q, Virtualization Mode")


_NOT_READY = re.compile(r"not[- ]ready", re.IGNORECASE)


def _confidential(facts: HostFacts) -> Iterator[Finding]:
    """GPUs of a confidential virtual machine that wait for its owner."""
    state = (facts.driver.smi and facts.driver.smi.confidential) or ""
    if _NOT_READY.search(state):
        text = "confidential computing is on, and its GPUs are not set ready"
        yield rules.CONFIDENTIAL.found(text, state)


def _use(facts: HostFacts) -> Iterator[Finding]:
    gpus = facts.gpus or ()
    for gpu in gpus:
        if gpu.compute_mode == "Prohibited":
            yield rules.PROHIBITED.found(f"{_name(gpu)} is in compute mode Prohibited")
        elif (gpu.compute_mode or "").startswith("Exclusive"):
            yield rules.EXCLUSIVE.found(f"{_name(gpu)} is in compute mode {gpu.compute_mode}")
    if gpus and all(_full(gpu) for gpu in gpus):
        free = max(gpu.memory_free_mib or 0 for gpu in gpus)
        yield rules.BUSY.found(f"at most {free} MiB are free on any GPU", "nvidia-smi")


def _full(gpu: Gpu) -> bool:
    if gpu.memory_mib is None or gpu.memory_free_mib is None:
        return False
    return gpu.memory_free_mib * 100 < gpu.memory_mib * FULL_PERCENT


def _summary(facts: HostFacts) -> str:
    counts: dict[str, int] = {}
    for gpu in facts.gpus or ():
        memory = f" {gpu.memory_mib // 1024} GiB" if gpu.memory_mib else ""
        slices = f", {len(gpu.mig_devices)} MIG instances" if gpu.mig_devices else ""
        text = f"{gpu.name}{memory}{slices}"
        counts[text] = counts.get(text, 0) + 1
    return ", ".join(f"{count} x {name}" for name, count in counts.items()) or "none shown"


def _proved(facts: HostFacts) -> bool:
    """A GPU was listed; a Jetson before JetPack 6 has no program that lists it."""
    return bool(facts.gpus) or facts.platform is Platform.JETSON


RULES = (
    *(rules.UNKNOWN, rules.TOO_OLD, rules.LEGACY, rules.NOT_KNOWN, rules.IN_ERROR, rules.ECC),
    *(rules.REMAPPING, rules.XID, rules.MISSING, rules.PART, rules.SET_ASIDE, rules.MIG_EMPTY),
    *(rules.MIG_PENDING, rules.FABRIC, rules.LICENCE, rules.LICENCE_UNKNOWN, rules.PROHIBITED),
    *(rules.EXCLUSIVE, rules.BUSY, rules.VGPU_HOST, rules.CONFIDENTIAL),
)

TOPIC = Topic(
    name="gpu",
    title="GPUs",
    rules=RULES,
    checks=(
        *(_age, _health, _missing, _mig, fabric, _licence, _virtual_host, _confidential),
        _use,
    ),
    summary=_summary,
    needs=("probe", "machine", "hardware", "driver"),
    parts=("gpus", "slices"),
    proved=_proved,
)
