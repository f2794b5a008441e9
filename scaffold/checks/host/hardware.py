"""Whether the machine has an NVIDIA GPU at all, whatever the driver shows."""

from collections.abc import Iterator

from scaffold.checks.host import kinds
from scaffold.checks.host.driver.chips import architecture_name
from scaffold.checks.topics import Topic
from scaffold.facts import HostFacts, Platform
from scaffold.findings import Finding, Level, Rule, by_hand

NO_GPU = Rule(
    id="hardware.no-gpu",
    level=Level.ERROR,
    title="The machine has no NVIDIA GPU",
    why="GPU containers need one; no driver and no container can replace it.",
    source="/sys/bus/pci/devices: no device of vendor 10de",
    fix=(
        by_hand("In a cloud, choose an instance type with a GPU; in a VM, pass the GPU through."),
        by_hand("In your own machine, check that the card is seated and powered."),
        by_hand("On a cluster's login node, ask the scheduler for a GPU; compute nodes have them."),
    ),
)
UNKNOWN = Rule(
    id="hardware.unknown",
    level=Level.UNKNOWN,
    title="The PCI bus could not be read",
    why="Whether the machine has a GPU is unknown.",
    source="the probe's own record",
    fix=(by_hand("Run lspci -d 10de: on the host."),),
)


ASK = {
    "Slurm": "salloc --gpus=1, or srun --gpus=1 --pty bash",
    "PBS": "qsub -I -l ngpus=1",
    "LSF": "bsub -gpu num=1 -Is bash",
    "Grid Engine": "qrsh -l gpu=1",
    "HTCondor": "condor_submit -interactive -append request_gpus=1",
}
"""How each scheduler gives an interactive shell with a GPU; sites may name resources otherwise."""


def _present(facts: HostFacts) -> Iterator[Finding]:
    if facts.platform is not Platform.LINUX or facts.gpus:
        return
    if facts.pci is None:
        yield UNKNOWN.found("the PCI bus could not be read, and no driver shows a GPU")
    elif not any(device.is_gpu for device in facts.pci):
        yield _without(facts)


def _without(facts: HostFacts) -> Finding:
    """No GPU: normal on a cluster's login node, since its GPUs are in other nodes."""
    if kinds.may_be_login_node(facts):
        text = "no NVIDIA GPU on the PCI bus; with homes on a network this may be a login node"
        ask = by_hand(f"If a cluster's scheduler is there, ask it for a GPU: {ASK['Slurm']}.")
        return NO_GPU.found(text, "/sys/bus/pci/devices", (ask, *NO_GPU.fix[:2]))
    if not kinds.is_login_node(facts):
        return NO_GPU.found("no NVIDIA GPU on the PCI bus", "/sys/bus/pci/devices")
    name = kinds.scheduler(facts)
    text = f"this is the login node of a {name} cluster; its GPUs are on compute nodes"
    steps = [by_hand(f"Ask {name} for a GPU: {ASK[name]}.")]
    if engine := kinds.has_apptainer(facts):
        steps.append(
            by_hand(f"Run containers with {engine.capitalize()}: {engine} exec --nv IMAGE.")
        )
    return NO_GPU.found(text, "/sys/bus/pci/devices", tuple(steps))


def _summary(facts: HostFacts) -> str:
    devices = [device for device in facts.pci or () if device.is_gpu]
    if not devices:
        return f"{len(facts.gpus)} shown by the driver" if facts.gpus else "no GPU on the bus"
    names = dict.fromkeys(architecture_name(device) or "unknown chip" for device in devices)
    return f"{len(devices)} NVIDIA GPU{'s' if len(devices) > 1 else ''} ({', '.join(names)})"


TOPIC = Topic(
    name="hardware",
    title="Hardware",
    rules=(NO_GPU, UNKNOWN),
    checks=(_present,),
    summary=_summary,
    needs=("probe", "machine"),
    parts=("pci",),
    proved=lambda facts: kinds.has_gpu(facts) or facts.platform is not Platform.LINUX,
)
