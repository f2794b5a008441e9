"""Whether a named image runs on a host: its CUDA against driver and cards."""

from collections.abc import Iterator
from dataclasses import replace

from scaffold.catalogue import Catalogue, CudaImage
from scaffold.facts import DescribedHost
from scaffold.resolver.images.cuda_tags import nearest_tag
from scaffold.resolver.images.images import against_image, forward_step, requirement_steps
from scaffold.resolver.images.known_image import KnownImage, known_image
from scaffold.resolver.images.vendor_images import against_vendor_image, vendor_resolution
from scaffold.resolver.machine import Machine, machine_of
from scaffold.resolver.refusals.refusal import describe
from scaffold.resolver.resolution import Conflict, Decision, Resolution, WayOut

SOURCE = "catalogue of images"
FORWARD = (
    "; or the container toolkit, from 1.17.5 on, uses the cuda-compat libraries in the image, "
    "as data-centre cards allow"
)


def judge_image(catalogue: Catalogue, host: DescribedHost, image: str) -> Resolution | Conflict:
    """Say whether an image runs on the host; an image that nothing is known of is a conflict."""
    machine = machine_of(catalogue, host)
    known = known_image(catalogue, image)
    name = known.name.text
    if refused := gone(catalogue, known) or against(catalogue, machine, known):
        return refused
    if known.vendor:
        return _with_notes(vendor_resolution(machine, replace(known.vendor, image=name)), known)
    if known.cuda:
        return _judged_cuda(machine, known, known.cuda)
    if known.without_cuda:
        return _without_cuda(machine, known)
    fact = f"nothing is known of {name}: neither its name nor its tag tells a CUDA release"
    return Conflict(fact=fact, wish=name, source=SOURCE, ways_out=())


def gone(catalogue: Catalogue, known: KnownImage) -> Conflict | None:
    """The conflict of an image that does not exist, with the one to use instead."""
    name = known.name.text
    for text in (f"{one}:{known.name.tag}" for one in known.name.candidates):
        row = catalogue.replacement(text) or catalogue.replacement(text.removesuffix(":latest"))
        # Frozen images are old, and can be pulled.
        if row and not row.doubt.startswith("still pulled"):
            fact = f"{name} can no longer be pulled"
            return _instead(fact, name, row.instead, row.source)
    if known.missing:
        fact = f"nvidia/cuda has no tag {known.name.tag}"
        return _instead(fact, name, nearest_tag(catalogue, known.name.tag), SOURCE)
    return None


def _instead(fact: str, name: str, instead: str, source: str) -> Conflict:
    ways = (WayOut(f"use {instead}", f"--image {instead}"),)
    return Conflict(fact=fact, wish=name, source=source, ways_out=ways)


def against(catalogue: Catalogue, machine: Machine, known: KnownImage) -> Conflict | None:
    """The conflict of an image that the machine cannot run; None if it can, or nobody knows."""
    facts: list[str] = []
    source = SOURCE
    jetson = machine.jetson and known.family and "Jetson" in known.family.against
    if known.family and known.family.against and not jetson:
        facts, source = [known.family.against], known.family.source
    elif known.vendor:
        facts, source = against_vendor_image(catalogue, machine, known.vendor), known.vendor.source
    elif known.cuda:
        nvcc = known.nvcc is True
        facts, source = against_image(catalogue, machine, known.cuda, nvcc=nvcc), known.cuda.source
    if not facts:
        return None
    fact = f"{describe(machine)}: {'; '.join(facts)}"
    fact += FORWARD if _has_own_driver(catalogue, machine, known) else ""
    return Conflict(fact=fact, wish=known.name.text, source=source, ways_out=())


def _has_own_driver(catalogue: Catalogue, machine: Machine, known: KnownImage) -> bool:
    """Whether the image's cuda-compat libraries would make it run on the machine."""
    row = None if known.vendor or "nvidia/cuda:" not in known.name.text else known.cuda
    return bool(row and forward_step(catalogue, machine, row, nvcc=known.nvcc is True))


def _without_cuda(machine: Machine, known: KnownImage) -> Resolution:
    name = known.name.text
    because = "it holds no CUDA: any driver will do, and the wheels in it decide (--framework)"
    return Resolution(
        image=name,
        image_source=SOURCE,
        python=known.python,
        image_has_python=known.has_python,
        cuda=None,
        build=None,
        env=(),
        decisions=(Decision(what="image", chosen=name, because=because, source=SOURCE),),
        warnings=machine.unknown,
    )


def _judged_cuda(machine: Machine, known: KnownImage, row: CudaImage) -> Resolution:
    name = known.name.text
    env, steps = requirement_steps(machine, row)
    compiler = {True: " with nvcc", False: " without nvcc", None: ""}[known.nvcc]
    because = f"CUDA {row.cuda}{compiler} runs on {describe(machine)}"
    found = Resolution(
        image=name,
        image_source=row.source,
        python=known.python,
        image_has_python=known.has_python,
        cuda=row.cuda,
        build=None,
        env=env,
        decisions=(Decision(what="image", chosen=name, because=because, source=row.source), *steps),
        warnings=(*machine.unknown, *machine.notes, *doubts(name, row)),
    )
    return _with_notes(found, known)


def _with_notes(found: Resolution, known: KnownImage) -> Resolution:
    return replace(found, warnings=(*found.warnings, *family_notes(known)))


def family_notes(known: KnownImage) -> Iterator[str]:
    """What a user of the image should know."""
    if known.family and known.family.note:
        yield f"{known.name.text}: {known.family.note}"


def doubts(name: str, row: CudaImage) -> Iterator[str]:
    """A note if the image was judged by a CUDA release alone."""
    if row.tag not in name:
        yield f"{name}: judged by its CUDA release {row.cuda}, unverified"
