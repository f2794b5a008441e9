"""Why a base image that the user named cannot be used, and what can."""

from collections.abc import Iterator
from dataclasses import replace

from scaffold.answers.choices import GpuNeed
from scaffold.catalogue import Catalogue
from scaffold.project.framework import Framework
from scaffold.project.framework_table import BY_FRAMEWORK
from scaffold.resolver.images.cuda_tags import nearest_tag
from scaffold.resolver.images.images import against_image
from scaffold.resolver.images.known_image import KnownImage
from scaffold.resolver.images.named_image import SOURCE, against, gone
from scaffold.resolver.machine import Machine
from scaffold.resolver.resolution import Conflict, WayOut, Wishes, asks_for
from scaffold.resolver.specifiers import admits, some_patch

LET_CHOOSE = WayOut("let the image be chosen", "--image ''")


def refused(
    catalogue: Catalogue, machine: Machine, known: KnownImage, wishes: Wishes
) -> Conflict | None:
    """The conflict of image and host or project, with ways out; None without one."""
    with_gpu = wishes.gpu is not GpuNeed.NONE
    conflict = gone(catalogue, known) or (against(catalogue, machine, known) if with_gpu else None)
    if conflict:
        other = tuple(_running(catalogue, machine, known)) if with_gpu else ()
        return replace(conflict, ways_out=(*conflict.ways_out, *other, LET_CHOOSE))
    for fact, ways in _of_project(catalogue, known, wishes):
        return Conflict(
            fact=fact, wish=known.name.text, source=SOURCE, ways_out=(*ways, LET_CHOOSE)
        )
    return None


def _running(catalogue: Catalogue, machine: Machine, known: KnownImage) -> Iterator[WayOut]:
    """The nvidia/cuda image of the newest CUDA release that the machine runs."""
    if known.missing or known.vendor or known.cuda is None:
        return
    nvcc = known.nvcc is True
    for row in catalogue.cuda_images:
        if not against_image(catalogue, machine, row, nvcc=nvcc):
            image = nearest_tag(catalogue, known.name.tag, wanted=row.cuda)
            yield WayOut(f"use {image}", f"--image {image}")
            return


def _of_project(
    catalogue: Catalogue, known: KnownImage, wishes: Wishes
) -> Iterator[tuple[str, tuple[WayOut, ...]]]:
    name = known.name.text
    if known.apt is False:
        yield f"{name} has no apt, by which the Dockerfile installs system packages", ()
    if wishes.nvcc and known.nvcc is False:
        yield f"{name} has no nvcc, which the project needs", tuple(_with_nvcc(catalogue, known))
    if known.vendor and wishes.framework is known.framework and wishes.framework_spec:
        yield from _other_release(known, wishes)
    if known.has_python and known.python and not some_patch(wishes.python_spec, known.python):
        asked = asks_for(wishes.by.python, wishes.python_spec)
        fact = f"{name} brings Python {known.python}, {asked}"
        yield fact, (WayOut("use the Python of the image", f"--python {known.python}"),)


def _with_nvcc(catalogue: Catalogue, known: KnownImage) -> Iterator[WayOut]:
    name = known.name.text
    if "nvidia/cuda" in known.name.candidates:
        tag = known.name.tag.replace("runtime", "devel").replace("base", "devel")
        yield WayOut("use the image with nvcc", f"--image {nearest_tag(catalogue, tag)}")
    elif name.endswith("-runtime"):
        devel = f"{name.removesuffix('-runtime')}-devel"
        yield WayOut("use the image with nvcc", f"--image {devel}")
    yield WayOut("compile nothing", "--no-nvcc")


def _other_release(known: KnownImage, wishes: Wishes) -> Iterator[tuple[str, tuple[WayOut, ...]]]:
    vendor, framework = known.vendor, Framework(known.framework)
    if vendor is None or admits(wishes.framework_spec, vendor.version):
        return
    wanted = f"{framework.value}{wishes.framework_spec}"
    fact = f"{known.name.text} holds {framework.value} {vendor.version}, not {wanted}"
    own = f"{BY_FRAMEWORK[framework].names[0]}=={vendor.version}"
    yield fact, (WayOut("use the release in the image", f"--framework '{own}'"),)
