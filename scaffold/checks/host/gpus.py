"""The GPUs that the driver shows: age, health, MIG, NVSwitch, and whether they are free."""

from collections.abc import Iterator

from scaffold.catalogue import load_catalogue
from scaffold.checks.host.machine import PREREQUISITES
from scaffold.checks.topics import Topic
from scaffold.facts import Gpu, HostFacts, Platform
from scaffold.findings import Finding, Level, Rule, by_hand, root, see
from scaffold.parsing.numbers import leading_version

KEPLER = (3, 0)
FULL_PERCENT = 10
"""A GPU with less of its memory free than this is taken."""

TOO_OLD = Rule(
    "gpu.too-old",
    Level.ERROR,
    "The GPU is older than Kepler",
    "Compute capability 3.0 is the least for GPU containers.",
    PREREQUISITES,
    (by_hand("Use a newer card: current frameworks want compute capability 7.5 and more."),),
)
LEGACY = Rule(
    "gpu.legacy",
    Level.INFO,
    "Current CUDA no longer builds for this GPU",
    "It works with older builds of the frameworks; `scaffold init` chooses them.",
    "NVIDIA CUDA toolkit, driver and architecture matrix",
)
NOT_KNOWN = Rule(
    "gpu.not-known",
    Level.UNKNOWN,
    "The GPU is in no table and its compute capability is not known",
    "Which builds have code for it cannot be said.",
    "scaffold catalogue gpus",
    (see("Ask the driver.", "nvidia-smi", "--query-gpu=name,compute_cap", "--format=csv"),),
)
IN_ERROR = Rule(
    "gpu.in-error",
    Level.ERROR,
    "A GPU reports an error",
    "nvidia-smi shows ERR! where a sensor or the card itself fails.",
    "nvidia-smi manual page",
    (
        root("Reset it while nobody uses it.", "nvidia-smi", "--gpu-reset"),
        by_hand("Power the machine off and on; if it comes back, the card is broken."),
    ),
)
ECC = Rule(
    "gpu.ecc-errors",
    Level.WARN,
    "A GPU had memory errors that could not be corrected",
    "Programs on it were ended, and its pages are retired at the next reset.",
    "NVIDIA GPU memory error management",
    (root("Reset it while nobody uses it.", "nvidia-smi", "--gpu-reset"),),
)
MISSING = Rule(
    "gpu.missing",
    Level.ERROR,
    "A GPU is on the bus but the driver does not show it",
    "It fell off the bus or failed to start; the others work.",
    "NVIDIA/open-gpu-kernel-modules#246",
    (root("Read what the kernel says.", "sh", "-c", "dmesg | grep -E 'NVRM|Xid'"),),
)
MIG_EMPTY = Rule(
    "gpu.mig-without-instances",
    Level.ERROR,
    "MIG is on but there are no instances",
    "CUDA sees no device on such a GPU. Instances do not survive a reboot.",
    "NVIDIA cloud-native docs, MIG; NVIDIA/nvidia-container-toolkit#86",
    (
        see("List the sizes that there are.", "nvidia-smi", "mig", "-lgip", sudo=True),
        root("Make an instance, for example half of it.", "nvidia-smi", "mig", "-cgi", "9", "-C"),
        root("Or switch MIG off.", "nvidia-smi", "-mig", "0", undo=("nvidia-smi", "-mig", "1")),
    ),
)
MIG_PENDING = Rule(
    "gpu.mig-pending",
    Level.WARN,
    "A change of MIG waits for a reset",
    "The GPU stays as it was until it is reset with nobody using it.",
    "NVIDIA/k8s-device-plugin#201",
    (root("Reset the GPU, or reboot.", "nvidia-smi", "--gpu-reset"),),
)
FABRIC = Rule(
    "gpu.fabric-manager",
    Level.ERROR,
    "The fabric manager does not run",
    "With NVSwitch, CUDA fails with error 802 (system not yet initialized) until it does.",
    "pytorch/pytorch#35710; NVIDIA fabric manager user guide",
    (
        root(
            "Start it, now and after each reboot.",
            *("systemctl", "enable", "--now", "nvidia-fabricmanager"),
            undo=("systemctl", "disable", "--now", "nvidia-fabricmanager"),
        ),
    ),
)
PROHIBITED = Rule(
    "gpu.compute-prohibited",
    Level.ERROR,
    "Computing is forbidden on a GPU",
    "Its compute mode lets no program use CUDA.",
    "nvidia-smi manual page, --compute-mode",
    (root("Allow it again.", "nvidia-smi", "-c", "0", undo=("nvidia-smi", "-c", "2")),),
)
EXCLUSIVE = Rule(
    "gpu.exclusive",
    Level.INFO,
    "A GPU takes one process at a time",
    "A second notebook or container on it fails.",
    "nvidia-smi manual page, --compute-mode",
)
BUSY = Rule(
    "gpu.busy",
    Level.WARN,
    "All GPUs are taken",
    "A training run would end with CUDA out of memory.",
    "nvidia-smi, memory.free",
    (see("See who uses them.", "nvidia-smi"),),
)
UNKNOWN = Rule(
    "gpu.unknown",
    Level.UNKNOWN,
    "The GPUs could not be listed",
    "Unknown is no pass.",
    "the probe's own record",
)


def _age(facts: HostFacts) -> Iterator[Finding]:
    if facts.gpus is None:
        yield UNKNOWN.found("the GPUs could not be listed", facts.gpu_error or "")
    if facts.platform is Platform.JETSON:
        return
    for name, gpu in {gpu.name: gpu for gpu in facts.gpus or ()}.items():
        capability = _capability(gpu)
        if capability is None:
            yield NOT_KNOWN.found(f"{name} is in no table")
            continue
        row = load_catalogue().architecture(capability)
        if (leading_version(capability) or ()) < KEPLER:
            yield TOO_OLD.found(f"{name} has compute capability {capability}, 3.0 is needed")
        elif row and row.last_cuda:
            yield LEGACY.found(f"{name} ({row.name}) is built for up to CUDA {row.last_cuda}")


def _capability(gpu: Gpu) -> str | None:
    model = None if gpu.compute_capability else load_catalogue().gpu(gpu.name.rstrip("."))
    return gpu.compute_capability or (model.capability if model else None)


def _name(gpu: Gpu) -> str:
    return gpu.name if gpu.index is None else f"GPU {gpu.index} ({gpu.name})"


def _health(facts: HostFacts) -> Iterator[Finding]:
    gpus = facts.gpus or ()
    for gpu in gpus:
        if gpu.cell_error:
            yield IN_ERROR.found(f"{_name(gpu)} reports an error", "ERR! in nvidia-smi")
        elif gpu.ecc_uncorrected:
            yield ECC.found(f"{_name(gpu)} had {gpu.ecc_uncorrected} uncorrectable memory errors")
    on_bus = [device for device in facts.pci or () if device.is_gpu]
    if gpus and len(on_bus) > len(gpus):
        yield MISSING.found(f"{len(on_bus)} GPUs are on the bus, the driver shows {len(gpus)}")


def _mig(facts: HostFacts) -> Iterator[Finding]:
    for gpu in facts.gpus or ():
        if gpu.mig_pending is not None and gpu.mig_pending is not gpu.mig_enabled:
            to = "on" if gpu.mig_pending else "off"
            yield MIG_PENDING.found(f"MIG of {_name(gpu)} will be {to} after a reset")
        elif gpu.mig_enabled and not gpu.mig_devices:
            yield MIG_EMPTY.found(f"{_name(gpu)} has MIG on and no instances")


def _fabric(facts: HostFacts) -> Iterator[Finding]:
    switches = [device for device in facts.pci or () if device.is_nvswitch]
    if not switches or facts.system.services is None:
        return
    state = dict(facts.system.services).get("nvidia-fabricmanager.service", "not installed")
    if state != "active":
        exact = f"Install nvidia-fabricmanager of exactly {facts.driver_version}, and start it."
        yield FABRIC.found(
            f"{len(switches)} NVSwitches, and the fabric manager is {state}",
            fix=(by_hand(exact),) if state == "not installed" else None,
        )


def _use(facts: HostFacts) -> Iterator[Finding]:
    gpus = facts.gpus or ()
    for gpu in gpus:
        if gpu.compute_mode == "Prohibited":
            yield PROHIBITED.found(f"{_name(gpu)} is in compute mode Prohibited")
        elif (gpu.compute_mode or "").startswith("Exclusive"):
            yield EXCLUSIVE.found(f"{_name(gpu)} is in compute mode {gpu.compute_mode}")
    if gpus and all(_full(gpu) for gpu in gpus):
        free = max(gpu.memory_free_mib or 0 for gpu in gpus)
        yield BUSY.found(f"at most {free} MiB are free on any GPU", "nvidia-smi")


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


TOPIC = Topic(
    "gpu",
    "GPUs",
    (
        *(UNKNOWN, TOO_OLD, LEGACY, NOT_KNOWN, IN_ERROR, ECC, MISSING, MIG_EMPTY, MIG_PENDING),
        *(FABRIC, PROHIBITED, EXCLUSIVE, BUSY),
    ),
    (_age, _health, _mig, _fabric, _use),
    _summary,
    ("probe", "machine", "hardware", "driver"),
    ("gpus", "slices"),
)
