"""The words about a base image that the user named: what is known of it, and what is not."""

from collections.abc import Iterator

from scaffold.answers.choices import GpuNeed
from scaffold.project.framework_table import TITLES
from scaffold.resolver.images.known_image import KnownImage
from scaffold.resolver.images.named_image import SOURCE, doubts, family_notes
from scaffold.resolver.images.old_systems import old_for_editor, old_system
from scaffold.resolver.machine import Machine
from scaffold.resolver.resolution import Decision, Resolution, Wishes


def image_decision(known: KnownImage, who: tuple[str, ...]) -> Decision:
    """The decision for the image, with what is known of it."""
    row = known.vendor or known.cuda or known.family
    return Decision(
        what="image",
        chosen=known.name.text,
        because=f"{who[0]} named it; {', '.join(_facts(known)) or 'nothing is known of it'}",
        source=row.source if row else SOURCE,
    )


def _facts(known: KnownImage) -> Iterator[str]:
    if known.vendor:
        yield f"holds {known.vendor.framework} {known.vendor.version}"
    if known.cuda or known.vendor:
        cuda = known.cuda.cuda if known.cuda else known.vendor.cuda if known.vendor else ""
        yield f"CUDA {cuda}{' with nvcc' if known.nvcc else ''}"
    elif known.without_cuda:
        yield "holds no CUDA"
    if known.has_python:
        yield f"Python {known.python}" if known.python else "its own Python"
    if known.name.distro:
        yield known.name.distro


def python_decision(known: KnownImage, found: Resolution) -> Decision:
    """Whose Python is used."""
    if known.has_python and known.python:
        because = "the image brings it"
    elif known.has_python:
        because = "the image's own; packages are chosen for this release, unverified"
    else:
        because = "the image brings none that is known"
    return Decision(what="Python", chosen=found.python, because=because, source=SOURCE)


def notes(machine: Machine, wishes: Wishes, known: KnownImage, found: Resolution) -> Iterator[str]:
    """What the user should know before building on the image."""
    name = known.name.text
    yield from family_notes(known)
    yield from filter(None, (old_system(known, wishes), old_for_editor(known)))
    if known.cuda and not known.vendor:
        yield from doubts(name, known.cuda)
        yield from machine.unknown if wishes.gpu is not GpuNeed.NONE else ()
    if known.family is None:
        apt = "" if known.apt else " It needs apt (Debian or Ubuntu)."
        yield (
            f"{name} is not in the catalogue: its Python, its user and its packages are "
            f"unverified. Python {found.python} is used if the image has it, else downloaded.{apt}"
        )
    elif not known.known and wishes.gpu is not GpuNeed.NONE:
        yield f"{name}: its CUDA release is unknown; whether it runs on the host is unverified"
    if known.has_python and not known.python:
        yield (
            f"{name}: its Python release is unknown; packages are chosen for Python "
            f"{found.python}. If it is another: --python X.Y"
        )
    if not known.vendor and known.framework is wishes.framework and known.family is not None:
        title = TITLES.get(known.framework)
        yield from [f"{name}: its own {title} is kept; its release is unknown"] if title else []
    yield from _other_framework(wishes, known)
    yield from _compiler_notes(wishes, known, found)


def _other_framework(wishes: Wishes, known: KnownImage) -> Iterator[str]:
    """An image of one framework under a project of another, which makes it gigabytes larger."""
    titles = {framework.value: title for framework, title in TITLES.items()}
    theirs = titles.get(known.vendor.framework) if known.vendor else None
    ours = TITLES.get(wishes.framework)
    if theirs and ours and theirs != ours:
        yield (
            f"{known.name.text} is an image for {theirs}, which stays in it; the project uses "
            f"{ours}. For an image that fits: --image ''"
        )


def _compiler_notes(wishes: Wishes, known: KnownImage, found: Resolution) -> Iterator[str]:
    if wishes.nvcc and known.nvcc is None:
        yield f"{known.name.text}: whether it has nvcc, which the project needs, is unknown"
    build = found.build
    if not (wishes.nvcc and known.nvcc and known.cuda and build and build.cuda):
        return
    if build.cuda.partition(".")[0] != known.cuda.cuda.partition(".")[0]:
        yield (
            f"the nvcc of {known.name.text} is of CUDA {known.cuda.cuda}, {build.framework.value} "
            f"{build.version} of CUDA {build.cuda}: extensions will not compile against it"
        )
