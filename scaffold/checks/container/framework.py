"""The framework's own view: which GPUs it finds, and whether it computes on them."""

from collections.abc import Iterator

from scaffold.checks.container import framework_rules as rules
from scaffold.checks.container.seen import TITLES, CheckedContainer, covers
from scaffold.checks.topics import Topic
from scaffold.facts.inside import Device, FrameworkFacts
from scaffold.findings import Finding, Rule, Step, by_hand, run

KILLED = {None, 142, 137, 124}
"""Exit codes of what ran out of time: given up, the alarm, or `timeout`."""

COMPLAINTS = (
    ("not compiled with cuda", rules.CPU_BUILD),
    ("no kernel image", rules.NO_KERNEL),
    ("out of memory", rules.OUT_OF_MEMORY),
    ("is too old", rules.DRIVER_OLD),
    ("driver version is insufficient", rules.DRIVER_OLD),
    ("system not yet initialized", rules.FABRIC),
    ("forward compatibility was attempted", rules.COMPAT),
    ("unknown error", rules.NO_UVM),
)
"""Part of what CUDA or a framework says, in small letters, to the rule: CUDA runtime API, errors
35, 2, 209, 802, 804 and 999, and torch.cuda's own texts."""


def _present(seen: CheckedContainer) -> Iterator[Finding]:
    inside = seen.inside
    if inside.frameworks is None:
        yield rules.UNKNOWN.found("the frameworks gave no answer")
    elif inside.python == "":
        yield rules.NO_PYTHON.found("no Python was found")
    elif not inside.frameworks:
        yield rules.NONE.found(f"{inside.python} has no framework")


def _ended(seen: CheckedContainer) -> Iterator[Finding]:
    for found in seen.inside.frameworks or ():
        title, step = TITLES[found.module], found.unfinished
        if step and found.code in KILLED:
            yield rules.HANGS.found(f"{title} gives no answer ({step})")
        elif step:
            yield rules.CRASHED.found(f"{title} ends with exit code {found.code} ({step})")
        elif found.count is None:
            yield rules.BROKEN.found(f"{title}: {found.error}")


def _view(seen: CheckedContainer) -> Iterator[Finding]:
    """Only with a GPU: without one, finding none is right."""
    for found in seen.inside.frameworks or () if seen.gpu_present else ():
        if found.cuda == "":
            yield rules.CPU_BUILD.found(
                f"{TITLES[found.module]} {found.version} is built without CUDA",
                fix=_other_build(seen, found),
            )
        elif found.count == 0:
            yield _finds_none(seen, found)
        else:
            yield from _devices(seen, found)


def _finds_none(seen: CheckedContainer, found: FrameworkFacts) -> Finding:
    title = TITLES[found.module]
    hidden = seen.inside.variable("CUDA_VISIBLE_DEVICES")
    if hidden is not None and hidden.strip() in {"", "-1", "void", "none", "NoDevFiles"}:
        return rules.HIDDEN.found(f"CUDA_VISIBLE_DEVICES is {hidden!r}, {title} finds no GPU")
    rule = _cause(found.error, rules.SEES_NONE)
    text = f"{title} {found.version} (CUDA {found.cuda or 'unknown'}) finds no GPU"
    fix = None if rule.fix else _other_build(seen, found)
    return rule.found(f"{text}: {found.error}" if found.error else text, fix=fix)


def _cause(said: str, otherwise: Rule) -> Rule:
    return next((rule for text, rule in COMPLAINTS if text in said.lower()), otherwise)


def _devices(seen: CheckedContainer, found: FrameworkFacts) -> Iterator[Finding]:
    if found.count is not None and found.count < len(seen.gpus):
        text = f"{TITLES[found.module]} sees {found.count} of {len(seen.gpus)} GPUs"
        yield rules.FEWER.found(text)
    for index, device in enumerate(found.devices):
        where = f"{TITLES[found.module]} {found.version} on GPU {index} ({device.name})"
        if device.same_product is False:
            yield rules.WRONG.found(f"{where}: the product differs from the CPU's")
        elif device.error:
            yield _failure(seen, found, device, where)
        elif device.same_product and _by_ptx(found, device):
            yield rules.PTX.found(f"{where} compiles its PTX for {device.capability}")


def _failure(seen: CheckedContainer, found: FrameworkFacts, device: Device, where: str) -> Finding:
    rule = _cause(device.error, rules.FAILED)
    if rule is not rules.NO_KERNEL:
        return rule.found(f"{where}: {device.error}")
    held = " ".join(found.architectures or ()) or "unknown"
    return rule.found(
        f"{where}: compute capability {device.capability}, the build holds {held}",
        device.error,
        fix=_other_build(seen, found),
    )


def _by_ptx(found: FrameworkFacts, device: Device) -> bool:
    if not (found.architectures and device.capability):
        return False
    fit = [name for name in found.architectures if covers(name, device.capability)]
    return bool(fit) and all(name.startswith("compute_") for name in fit)


def _other_build(seen: CheckedContainer, found: FrameworkFacts) -> tuple[Step, ...]:
    """The resolver knows which build has code for this card and runs on this driver."""
    words = ["scaffold", "resolve", "--framework", found.module]
    if seen.gpus:
        words += ["--gpu", seen.gpus[0].name]
    if seen.inside.driver_version:
        words += ["--driver", seen.inside.driver_version]
    return (
        run("See which build runs on this card and driver.", *words),
        by_hand("Then run scaffold init again and rebuild the container."),
    )


def _summary(seen: CheckedContainer) -> str:
    inside = seen.inside
    words = [
        f"{TITLES[one.module]} {one.version or 'broken'}"
        + (f" (CUDA {one.cuda})" if one.cuda else "")
        + (f", {right} of {one.count} GPUs compute" if (right := _right(one)) else "")
        for one in inside.frameworks or ()
    ]
    python = f", Python {inside.python_version}" if inside.python_version else ""
    return (", ".join(words) or "none") + python


def _right(found: FrameworkFacts) -> int:
    return sum(device.same_product is True for device in found.devices)


TOPIC = Topic(
    name="framework",
    title="Framework",
    rules=(
        *(rules.UNKNOWN, rules.NO_PYTHON, rules.NONE, rules.HANGS, rules.CRASHED, rules.BROKEN),
        *(rules.CPU_BUILD, rules.HIDDEN, rules.DRIVER_OLD, rules.FABRIC, rules.COMPAT),
        *(rules.NO_UVM, rules.SEES_NONE, rules.FEWER, rules.NO_KERNEL, rules.PTX),
        *(rules.OUT_OF_MEMORY, rules.WRONG, rules.FAILED),
    ),
    checks=(_present, _ended, _view),
    summary=_summary,
    needs=("look", "gpu"),
)
