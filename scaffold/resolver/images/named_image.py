"""Whether a named image runs on a host: its CUDA against driver and cards."""

import re
from collections.abc import Iterator
from dataclasses import replace

from scaffold.catalogue import Catalogue, CudaImage, FrameworkImage
from scaffold.facts import DescribedHost
from scaffold.resolver.images.images import against_image, forward_step, requirement_steps
from scaffold.resolver.images.vendor_images import against_vendor_image, vendor_resolution
from scaffold.resolver.machine import Machine, machine_of
from scaffold.resolver.refusals.refusal import describe
from scaffold.resolver.resolution import Conflict, Decision, Resolution, WayOut

CUDA_TAG = re.compile(
    r"(?P<tag>(?P<cuda>\d+\.\d+)(\.\d+)?)-(cudnn\d*-)?(?P<kind>base|runtime|devel)"
    r"-ubuntu(?P<ubuntu>[\d.]+)"
)
CUDA_IN_TAG = re.compile(r"(?:cuda|cu)-?(\d{1,2})\.?(\d)\b")
WITHOUT_CUDA = frozenset({"python", "ubuntu", "debian"})
SOURCE = "catalogue of images"
FORWARD = WayOut(
    "use the cuda-compat libraries in the image, as data-centre cards may: the container "
    "toolkit does so from 1.17.5 on",
    "",
)


def judge_image(catalogue: Catalogue, host: DescribedHost, image: str) -> Resolution | Conflict:
    """Say whether an image runs on the host; an image that nothing is known of is a conflict."""
    machine = machine_of(catalogue, host)
    name = re.sub(r"^(docker\.io/)?(library/)?", "", image.strip())
    if gone := catalogue.replacement(name):
        ways = (WayOut(f"use {gone.instead}", f"--image {gone.instead}"),)
        return Conflict(
            fact=f"{name} can no longer be pulled", wish=name, source=gone.source, ways_out=ways
        )
    if vendor := _vendor(catalogue, name):
        return _judged_vendor(catalogue, machine, name, vendor)
    repository, _, tag = name.partition(":")
    if repository in WITHOUT_CUDA:
        return _without_cuda(machine, name, tag)
    row, nvcc = _cuda_row(catalogue, repository, tag)
    if row is None:
        fact = f"nothing is known of {name}: neither its name nor its tag tells a CUDA release"
        return Conflict(fact=fact, wish=name, source=SOURCE, ways_out=())
    return _judged_cuda(catalogue, machine, name, row, nvcc=nvcc)


def _vendor(catalogue: Catalogue, name: str) -> FrameworkImage | None:
    """The row of a framework's image; the -devel image holds what the -runtime image does."""
    wanted = name.removesuffix("-devel") + "-runtime" if name.endswith("-devel") else name
    return next((row for row in catalogue.framework_images if row.image == wanted), None)


def _judged_vendor(
    catalogue: Catalogue, machine: Machine, name: str, row: FrameworkImage
) -> Resolution | Conflict:
    if against := against_vendor_image(catalogue, machine, row):
        return Conflict(
            fact=f"{describe(machine)}: {'; '.join(against)}",
            wish=name,
            source=row.source,
            ways_out=(),
        )
    return vendor_resolution(machine, replace(row, image=name))


def _without_cuda(machine: Machine, name: str, tag: str) -> Resolution:
    python = re.match(r"\d+\.\d+", tag)
    because = "it holds no CUDA: any driver will do, and the wheels in it decide (--framework)"
    return Resolution(
        image=name,
        image_source=SOURCE,
        python=python[0] if python and name.startswith("python") else "",
        image_has_python=name.startswith("python"),
        cuda=None,
        build=None,
        env=(),
        decisions=(Decision(what="image", chosen=name, because=because, source=SOURCE),),
        warnings=machine.unknown,
    )


def _cuda_row(catalogue: Catalogue, repository: str, tag: str) -> tuple[CudaImage | None, bool]:
    """The row of the image's CUDA release, and whether its compiler is in it."""
    match = CUDA_TAG.fullmatch(tag) if repository.endswith("nvidia/cuda") else None
    if match:
        rows = [row for row in catalogue.cuda_images if row.cuda == match["cuda"]]
        exact = [row for row in rows if row.tag == match["tag"]]
        return next(iter([*exact, *rows]), None), match["kind"] == "devel"
    named = CUDA_IN_TAG.search(tag)
    cuda = f"{named[1]}.{named[2]}" if named else ""
    found = next((row for row in catalogue.cuda_images if row.cuda == cuda), None)
    return found, "devel" in tag


def _judged_cuda(
    catalogue: Catalogue, machine: Machine, name: str, row: CudaImage, *, nvcc: bool
) -> Resolution | Conflict:
    if against := against_image(catalogue, machine, row, nvcc=nvcc):
        has_libraries = name.partition(":")[0].endswith("nvidia/cuda")
        forward = has_libraries and forward_step(catalogue, machine, row, nvcc=nvcc)
        return Conflict(
            fact=f"{describe(machine)}: {'; '.join(against)}",
            wish=name,
            source=row.source,
            ways_out=(FORWARD,) if forward else (),
        )
    env, steps = requirement_steps(machine, row)
    has = "with nvcc" if nvcc else "without nvcc"
    floor = f"CUDA {row.cuda} {has} runs on {describe(machine)}"
    return Resolution(
        image=name,
        image_source=row.source,
        python="",
        image_has_python=False,
        cuda=row.cuda,
        build=None,
        env=env,
        decisions=(Decision(what="image", chosen=name, because=floor, source=row.source), *steps),
        warnings=(*machine.unknown, *machine.notes, *_doubts(name, row)),
    )


def _doubts(name: str, row: CudaImage) -> Iterator[str]:
    if row.tag not in name:
        yield f"{name}: judged by its CUDA release {row.cuda}, unverified"
