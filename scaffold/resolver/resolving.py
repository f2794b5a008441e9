"""The order of the decisions: build, Python, image, requirement check; or what rules them out."""

from dataclasses import replace

from scaffold.answers.choices import GpuNeed, Stack
from scaffold.catalogue import Catalogue
from scaffold.facts import DescribedHost
from scaffold.project.framework import Framework
from scaffold.resolver.asked import (
    AskedPackage,
    asked_packages,
    contradiction,
    other_frameworks,
    releases_beside,
    with_parts,
)
from scaffold.resolver.builds import anywhere, judged, pythons
from scaffold.resolver.caps import with_caps
from scaffold.resolver.images.image_choice import image_for, plain_image
from scaffold.resolver.images.images import Picked, image_with_newer_compiler
from scaffold.resolver.installing import framework_build
from scaffold.resolver.machine import Machine, machine_of
from scaffold.resolver.ranking import best_first
from scaffold.resolver.refusals.reasons import build_decisions, build_notes, python_decision
from scaffold.resolver.refusals.refusal import (
    Refusal,
    describe,
    no_build,
    no_environment,
    wish_text,
)
from scaffold.resolver.resolution import Conflict, Decision, Resolution, Wishes
from scaffold.resolver.together import Choice, choices, others_judged
from scaffold.versions import major_minor, parse_version

VENDOR_STACKS = {
    Stack.PYTORCH_IMAGE,
    Stack.TENSORFLOW_IMAGE,
    Stack.NGC_IMAGE,
    Stack.JUPYTER_IMAGE,
}


def resolve(catalogue: Catalogue, host: DescribedHost, wishes: Wishes) -> Resolution | Conflict:
    """Find image, framework build and Python that work on the host and meet the wishes.

    Total for any facts; specifiers must be PEP 440 (checked by their readers).
    """
    found = _found(catalogue, host, wishes)
    return with_caps(catalogue, wishes, found) if isinstance(found, Resolution) else found


def _found(catalogue: Catalogue, host: DescribedHost, wishes: Wishes) -> Resolution | Conflict:
    if wishes.image:
        from scaffold.resolver.images.own_base import resolve_on_image

        return resolve_on_image(catalogue, host, wishes, _found)
    result = decide(catalogue, host, wishes)
    if isinstance(result, Resolution):
        return result
    # Imported here, as are vendors' images: most decisions need neither.
    from scaffold.resolver.refusals.ways_out import ways_out

    ways = ways_out(catalogue, host, wishes, result, decide)
    return Conflict(
        fact=result.fact,
        wish=wish_text(wishes),
        source=result.source,
        ways_out=ways,
        decisions=result.decisions,
    )


def decide(catalogue: Catalogue, host: DescribedHost, wishes: Wishes) -> Resolution | Refusal:
    """The decision without ways out, which are decisions on changed facts."""
    machine = machine_of(catalogue, host)
    with_gpu = wishes.gpu is not GpuNeed.NONE
    if machine.jetson and with_gpu:
        return JETSON
    if wishes.stack in VENDOR_STACKS:
        from scaffold.resolver.images.vendor_images import vendor_image

        return vendor_image(catalogue, machine, wishes) or Refusal(
            f"{describe(machine)}; none of the known images of this stack fits",
            "catalogue of images",
        )
    if wishes.framework is Framework.NONE:
        return _without_framework(catalogue, machine, wishes)
    return _with_build(
        catalogue, machine if with_gpu else anywhere(catalogue, machine.arch), wishes
    )


JETSON = Refusal(
    "the host is a Jetson: desktop wheels and nvidia/cuda images hold no code for it; the l4t "
    "images of its JetPack release do, with --runtime=nvidia",
    "NVIDIA container toolkit, Tegra; torch wheels list no sm_87",
)


def _with_build(catalogue: Catalogue, machine: Machine, wishes: Wishes) -> Resolution | Refusal:
    wishes = with_parts(catalogue, wishes)
    asked = asked_packages(catalogue, wishes)
    verdicts = judged(catalogue, machine, wishes, asked)
    if text := contradiction(asked):
        return Refusal(text, "package index", tuple(verdicts), asked)
    fitting = best_first(catalogue, machine, verdicts, asked, wishes.cuda)
    if not fitting:
        return no_build(catalogue, machine, wishes, verdicts, asked)
    specs = other_frameworks(wishes)
    for on_cpu in (False, True) if specs and wishes.gpu is not GpuNeed.NONE else (False,):
        others = others_judged(catalogue, machine, wishes, specs, asked, on_cpu=on_cpu)
        for choice in choices(fitting, others):
            build = choice.verdict.build
            picked = image_for(catalogue, machine, wishes, build, choice.python)
            if picked:
                decisions = build_decisions(machine, verdicts, fitting, choice)
                return _resolution(machine, wishes, choice, picked, decisions, asked)
    for choice in choices(fitting, others) if wishes.nvcc else ():
        picked = image_with_newer_compiler(catalogue, machine, choice.verdict.build, choice.python)
        if picked:
            decisions = build_decisions(machine, verdicts, fitting, choice)
            return _resolution(machine, wishes, choice, picked, decisions, asked)
    shared = not specs or next(choices(fitting, others), None)
    if not shared:
        return no_environment(fitting, others)
    return _no_cuda_image(machine, fitting[0].build.cuda)


def _resolution(
    machine: Machine,
    wishes: Wishes,
    choice: Choice,
    picked: Picked,
    decisions: tuple[Decision, ...],
    asked: tuple[AskedPackage, ...],
) -> Resolution:
    build, python = choice.verdict.build, choice.python
    beside = releases_beside(asked, build, python)
    companions = tuple(f"{row.name}=={row.version}" for row in beside)
    free = replace(wishes, framework_spec="")
    notes = build_notes(machine, choice, beside) if build.cuda else ()
    return Resolution(
        image=picked.image,
        image_source=picked.source,
        python=python,
        image_has_python=picked.has_python,
        cuda=build.cuda or None,
        build=framework_build(choice.verdict, wishes, companions),
        env=picked.env,
        decisions=(*decisions, python_decision(python, wishes), *picked.decisions),
        warnings=(*notes, *picked.warnings),
        companions=companions,
        others=tuple(framework_build(other, free) for other in choice.others),
    )


def _without_framework(
    catalogue: Catalogue, machine: Machine, wishes: Wishes
) -> Resolution | Refusal:
    found = pythons(catalogue, None, wishes.python_spec)
    if not found:
        return _no_python(catalogue, wishes)
    picked = plain_image(catalogue, machine, wishes, found[0])
    if picked is None:
        return _no_cuda_image(machine, wishes.cuda)
    notes = (*machine.unknown, *machine.notes) if picked.cuda else ()
    return Resolution(
        image=picked.image,
        image_source=picked.source,
        python=found[0],
        image_has_python=picked.has_python,
        cuda=picked.cuda,
        build=None,
        env=picked.env,
        decisions=(python_decision(found[0], wishes), *picked.decisions),
        warnings=(*notes, *picked.warnings),
    )


def _no_python(catalogue: Catalogue, wishes: Wishes) -> Refusal:
    known = sorted(parse_version(row.python) for row in catalogue.python_images)
    span = f"{major_minor(known[0])} to {major_minor(known[-1])}"
    return Refusal(f"images exist for Python {span}, not {wishes.python_spec}", "images")


def _no_cuda_image(machine: Machine, cuda: str | None) -> Refusal:
    named = f"nvidia/cuda image of CUDA {cuda}" if cuda else "nvidia/cuda image"
    return Refusal(f"{describe(machine)}: no {named} runs here", "catalogue of images")
