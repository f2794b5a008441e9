"""The order of the decisions: build, Python, image, requirement check; or the conflict."""

from scaffold.answers.model import GpuNeed, Stack
from scaffold.catalogue import Build, Catalogue
from scaffold.facts import HostFacts
from scaffold.project.facts import Framework
from scaffold.resolver.builds import (
    Verdict,
    anywhere,
    judge,
    judge_for_cpu,
    preference,
    preference_of_cpu,
    pythons,
)
from scaffold.resolver.conflicts import (
    jetson_conflict,
    no_build,
    no_cuda_image,
    no_python,
    no_vendor_image,
)
from scaffold.resolver.images import cuda_image, forward_compatible_image, vendor_image
from scaffold.resolver.installing import DISTRIBUTIONS, cpu_build, gpu_build
from scaffold.resolver.machine import Machine, machine_of
from scaffold.resolver.resolution import Conflict, Decision, Rejected, Resolution, Wishes

VENDOR_STACKS = {
    Stack.PYTORCH_IMAGE,
    Stack.TENSORFLOW_IMAGE,
    Stack.NGC_IMAGE,
    Stack.JUPYTER_IMAGE,
}


def resolve(catalogue: Catalogue, host: HostFacts, wishes: Wishes) -> Resolution | Conflict:
    """Find image, framework build and Python that work on the host and meet the wishes.

    Total for any facts; specifiers must be PEP 440 (checked where they are read).
    """
    machine = machine_of(catalogue, host)
    with_gpu = wishes.gpu is not GpuNeed.NONE
    if machine.jetson and with_gpu:
        return jetson_conflict()
    if wishes.stack in VENDOR_STACKS:
        return vendor_image(catalogue, machine, wishes) or no_vendor_image(machine, wishes)
    if wishes.framework is Framework.NONE:
        return _without_framework(catalogue, machine, wishes)
    if not with_gpu:
        return _on_cpu(catalogue, wishes)
    return _with_build(catalogue, machine, wishes)


def _with_build(catalogue: Catalogue, machine: Machine, wishes: Wishes) -> Resolution | Conflict:
    verdicts = _judged(catalogue, machine, wishes)
    fitting = [verdict.build for verdict in verdicts if not verdict.against]
    if not fitting:
        return no_build(catalogue, machine, wishes, verdicts)
    fitting.sort(key=lambda row: preference(catalogue, machine, row), reverse=True)
    build = next((row for row in fitting if _has_image(catalogue, machine, wishes, row)), None)
    if build is None:
        return no_cuda_image(machine, fitting[0].cuda)
    decision = Decision(
        "framework build",
        f"{DISTRIBUTIONS[build.framework]} {build.version} ({build.variant})",
        _why(machine, len(fitting)),
        build.source,
        tuple(_newer_rejected(verdicts, build)),
    )
    python = pythons(catalogue, build, wishes.python_spec)[0]
    return _finish(catalogue, machine, wishes, build, python, (decision,))


def _has_image(catalogue: Catalogue, machine: Machine, wishes: Wishes, build: Build) -> bool:
    """Whether a build that needs CUDA in its image finds one of its release that runs here."""
    if not carries_cuda(wishes):
        return True
    return cuda_image(catalogue, machine, build.cuda, "", nvcc=wishes.nvcc) is not None


def carries_cuda(wishes: Wishes) -> bool:
    """Whether the image itself has to hold CUDA; wheels bring their own libraries."""
    return wishes.nvcc or wishes.stack is Stack.CUDA


def _judged(catalogue: Catalogue, machine: Machine, wishes: Wishes) -> list[Verdict]:
    rows = catalogue.builds[wishes.framework]
    return [judge(catalogue, machine, wishes, row) for row in rows]


def _why(machine: Machine, choices: int) -> str:
    if not machine.known:
        why = "runs on the widest range of drivers and cards, since not all of the host is known"
    else:
        names = ", ".join(dict.fromkeys(card.name for card in machine.cards))
        why = f"the newest that driver {machine.driver_text} and {names} can run"
    return f"{why} ({choices} builds fit)" if choices > 1 else why


def _newer_rejected(verdicts: list[Verdict], build: Build) -> list[Rejected]:
    """The reasons against builds, each fact once: a list of all would hide them."""
    seen: dict[str, Rejected] = {}
    for verdict in reversed(verdicts):
        for reason in verdict.against.values():
            seen.setdefault(reason.because, reason)
    return [reason for reason in seen.values() if reason.option != build.version]


def _on_cpu(catalogue: Catalogue, wishes: Wishes) -> Resolution | Conflict:
    verdicts = judge_for_cpu(catalogue, wishes)
    fitting = [verdict.build for verdict in verdicts if not verdict.against]
    if not fitting:
        return no_build(catalogue, anywhere(catalogue), wishes, verdicts)
    build = max(fitting, key=preference_of_cpu)
    name = DISTRIBUTIONS[build.framework]
    decision = Decision(
        "framework build",
        f"{name} {build.version} (cpu)",
        "no GPU is asked for, and the CPU build is gigabytes smaller",
        build.source,
    )
    python = pythons(catalogue, build, wishes.python_spec)[0]
    cpu = cpu_build(build, wishes)
    image, source = _python_image(catalogue, python)
    return Resolution(
        image, source, python, True, None, cpu, (), (decision, _python_decision(python, wishes))
    )


def _python_image(catalogue: Catalogue, python: str) -> tuple[str, str]:
    row = next(row for row in catalogue.python_images if row.python == python)
    return f"python:{row.tag}", row.source


def _python_decision(python: str, wishes: Wishes) -> Decision:
    spec = wishes.python_spec
    because = f"the project asks for {spec}" if spec else "wheels exist for it most often"
    return Decision("Python", python, because, "package index, wheel metadata")


def _finish(
    catalogue: Catalogue,
    machine: Machine,
    wishes: Wishes,
    build: Build,
    python: str,
    decisions: tuple[Decision, ...],
) -> Resolution | Conflict:
    chosen = gpu_build(build, wishes)
    decisions = (*decisions, _python_decision(python, wishes))
    notes = (*machine.unknown, *machine.notes, *_notes(machine, build))
    if not carries_cuda(wishes):
        image, source = _python_image(catalogue, python)
        because = "the wheels bring their own CUDA libraries, so the smallest image will do"
        return Resolution(
            image,
            source,
            python,
            True,
            build.cuda,
            chosen,
            (),
            (*decisions, Decision("image", image, because, source)),
            notes,
        )
    picked = cuda_image(catalogue, machine, build.cuda, python, nvcc=wishes.nvcc)
    if picked is None:
        return no_cuda_image(machine, build.cuda)
    return Resolution(
        picked.image,
        picked.source,
        python,
        False,
        build.cuda,
        chosen,
        picked.env,
        (*decisions, *picked.decisions),
        (*notes, *picked.warnings),
    )


def _notes(machine: Machine, build: Build) -> list[str]:
    """What is doubtful about the build on this machine, and what costs time at its start."""
    title = f"{build.framework.value} {build.version}"
    concerned = machine.aarch64 or not build.doubt.startswith("aarch64")
    said = [f"{title}: {build.doubt}"] if build.doubt and concerned else []
    said += [
        f"{title}: its PTX is compiled for {card.name} at the first start: minutes"
        for card in machine.cards
        if card.capability and not build.has_binary(card.capability, aarch64=machine.aarch64)
    ]
    return said


def _without_framework(
    catalogue: Catalogue, machine: Machine, wishes: Wishes
) -> Resolution | Conflict:
    found = pythons(catalogue, None, wishes.python_spec)
    if not found:
        return no_python(catalogue, wishes)
    python = found[0]
    decisions = (_python_decision(python, wishes),)
    if not carries_cuda(wishes):
        image, source = _python_image(catalogue, python)
        because = "nothing in the project needs CUDA in the image"
        step = Decision("image", image, because, source)
        return Resolution(image, source, python, True, None, None, (), (*decisions, step))
    picked = cuda_image(catalogue, machine, wishes.cuda, python, nvcc=wishes.nvcc)
    if picked is None and wishes.cuda:
        picked = forward_compatible_image(catalogue, machine, wishes.cuda, python, nvcc=wishes.nvcc)
    if picked is None:
        return no_cuda_image(machine, wishes.cuda)
    return Resolution(
        picked.image,
        picked.source,
        python,
        False,
        picked.cuda,
        None,
        picked.env,
        (*decisions, *picked.decisions),
        (*machine.unknown, *machine.notes, *picked.warnings),
    )
