"""Which kind of image a project needs: plain Python, or one that carries CUDA."""

from scaffold.answers.choices import GpuNeed
from scaffold.catalogue import Build, Catalogue
from scaffold.resolver.builds import carries_cuda
from scaffold.resolver.images.images import (
    Picked,
    cuda_image,
    forward_compatible_image,
    image_with_libraries,
)
from scaffold.resolver.machine import Machine
from scaffold.resolver.resolution import Decision, Wishes


def image_for(
    catalogue: Catalogue, machine: Machine, wishes: Wishes, build: Build, python: str
) -> Picked | None:
    """The image for a framework's build, None if no image of the CUDA that it needs runs."""
    if not build.cuda:
        return python_image(catalogue, python, "the CPU build needs no CUDA")
    if build.brings_cuda and not carries_cuda(wishes):
        because = "the wheels bring their own CUDA libraries, so the smallest image will do"
        return python_image(catalogue, python, because)
    return image_with_libraries(catalogue, machine, build, python, nvcc=wishes.nvcc)


def plain_image(
    catalogue: Catalogue, machine: Machine, wishes: Wishes, python: str
) -> Picked | None:
    """The image for a project without a framework."""
    if not carries_cuda(wishes) or wishes.gpu is GpuNeed.NONE:
        because = "nothing in the project needs CUDA in the image"
        return python_image(catalogue, python, because)
    picked = cuda_image(catalogue, machine, wishes.cuda, python, nvcc=wishes.nvcc)
    if picked is None and wishes.cuda:
        return forward_compatible_image(catalogue, machine, wishes.cuda, python, nvcc=wishes.nvcc)
    return picked


def python_image(catalogue: Catalogue, python: str, because: str) -> Picked:
    """The official image of a Python release."""
    row = next(row for row in catalogue.python_images if row.python == python)
    image = f"python:{row.tag}"
    step = Decision(what="image", chosen=image, because=because, source=row.source)
    return Picked(image=image, source=row.source, cuda=None, decisions=(step,), has_python=True)
