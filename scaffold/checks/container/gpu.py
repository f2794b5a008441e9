"""The GPU in the container: asked for, given, and answered by its driver."""

from collections.abc import Iterator

from scaffold.answers.choices import GpuNeed
from scaffold.checks.container import gpu_rules as rules
from scaffold.checks.container.seen import CheckedContainer
from scaffold.checks.host.gpu_rules import MIG_EMPTY
from scaffold.checks.topics import Topic
from scaffold.findings import Finding, Rule

NOT_FOUND = {126, 127}
"""Exit codes of a shell for a program that is missing, or built for another machine."""

COMPLAINTS = (
    ("NVML: Unknown Error", rules.LOST),
    ("version mismatch", rules.MISMATCH),
    ("Insufficient Permissions", rules.PERMISSIONS),
    ("No devices were found", rules.NO_DEVICES),
    ("couldn't communicate", rules.NO_DRIVER),
)
"""Part of what nvidia-smi says to the rule; texts from NVIDIA's own reports."""


def _driver(seen: CheckedContainer) -> Iterator[Finding]:
    smi, needed = seen.inside.smi, seen.asked.need is not GpuNeed.NONE
    if seen.gpus:
        if not needed:
            yield rules.UNWANTED.found(f"{_cards(seen)} is here, and {seen.asked.need_from}")
    elif smi is None:
        yield rules.UNKNOWN.found("nvidia-smi was not asked")
    elif smi.code is None:
        yield rules.HANGS.found("nvidia-smi gives no answer")
    elif smi.code not in NOT_FOUND and needed:
        rule = next((rule for text, rule in COMPLAINTS if text in smi.said), rules.FAILED)
        said = smi.said or f"nvidia-smi ends with exit code {smi.code}"
        yield rule.found(said, f"nvidia-smi, exit code {smi.code}")
    elif seen.gpu_present:
        yield rules.SMI_MISSING.found("libcuda.so.1 was found, nvidia-smi was not")
    else:
        yield _absent(seen)


def _absent(seen: CheckedContainer) -> Finding:
    asked = seen.asked
    if asked.need is GpuNeed.NONE:
        built = [one for one in seen.inside.frameworks or () if one.cuda]
        if built:
            text = f"{built[0].module} {built[0].version} is built for CUDA {built[0].cuda}"
            return rules.NOT_ASKED.found(f"{text}, and {asked.need_from}")
        return rules.CPU_ONLY.found(f"no GPU, as meant: {asked.need_from}")
    if asked.gpus:
        optional = asked.need is GpuNeed.OPTIONAL
        rule = rules.NOT_THERE_OPTIONAL if optional else rules.NOT_THERE
        return rule.found(f"asked for: {', '.join(asked.gpus)}; none was found", "nvidia-smi")
    if asked.need is GpuNeed.OPTIONAL:
        return rules.CPU_ONLY.found(f"no GPU, which is optional ({asked.need_from})")
    return _request(seen).found(f"a GPU is required ({asked.need_from}), none was asked for")


def _request(seen: CheckedContainer) -> Rule:
    """Only runArgs are certain to have become a request when the container was made."""
    stale = seen.asked.config_asks and seen.asked.need_from == "runArgs"
    return rules.STALE if stale else rules.REQUEST_MISSING


def _files(seen: CheckedContainer) -> Iterator[Finding]:
    """The driver's library and device files, which nvidia-smi does without."""
    inside = seen.inside
    if not seen.gpus:
        return
    if inside.libcuda == () and inside.cuda_reported is None:
        capabilities = inside.variable("NVIDIA_DRIVER_CAPABILITIES") or "not set"
        yield rules.NO_COMPUTE.found(
            "libcuda.so.1 is nowhere", f"NVIDIA_DRIVER_CAPABILITIES {capabilities}"
        )
    nodes = {node.path: node.usable for node in inside.nodes or ()}
    if "/dev/nvidiactl" in nodes and "/dev/nvidia-uvm" not in nodes:
        yield rules.UVM.found("/dev/nvidiactl exists, /dev/nvidia-uvm does not")
    closed = [path for path, usable in nodes.items() if usable is False]
    if closed:
        yield rules.PERMISSIONS.found(f"{', '.join(closed)} cannot be opened by this user")


def _mig(seen: CheckedContainer) -> Iterator[Finding]:
    for gpu in seen.gpus:
        if gpu.mig_enabled and not gpu.mig_devices:
            yield MIG_EMPTY.found(f"{gpu.name} has MIG on, and the container has no instance")


def _cards(seen: CheckedContainer) -> str:
    counts: dict[str, int] = {}
    for gpu in seen.gpus:
        counts[gpu.name] = counts.get(gpu.name, 0) + 1
    return ", ".join(f"{count} x {name}" for name, count in counts.items())


def _summary(seen: CheckedContainer) -> str:
    need = f"{seen.asked.need.value} ({seen.asked.need_from})"
    if not seen.gpus:
        return f"none seen, {need}"
    cuda = f", CUDA {seen.inside.cuda_reported}" if seen.inside.cuda_reported else ""
    return f"{_cards(seen)}, driver {seen.inside.driver_version or 'unknown'}{cuda}, {need}"


TOPIC = Topic(
    name="gpu",
    title="GPU in the container",
    rules=(
        *(rules.CPU_ONLY, rules.NOT_ASKED, rules.UNWANTED, rules.REQUEST_MISSING, rules.STALE),
        *(rules.NOT_THERE, rules.NOT_THERE_OPTIONAL, rules.LOST, rules.MISMATCH),
        *(rules.PERMISSIONS, rules.NO_DEVICES, rules.NO_DRIVER, rules.HANGS, rules.FAILED),
        *(rules.SMI_MISSING, rules.NO_COMPUTE, rules.UVM, MIG_EMPTY, rules.UNKNOWN),
    ),
    checks=(_driver, _files, _mig),
    summary=_summary,
    needs=("look",),
)
