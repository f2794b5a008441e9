"""Images that carry CUDA: which tag the driver, the card and the requirement check allow."""

from dataclasses import dataclass, replace

from scaffold.answers.model import GpuNeed
from scaffold.catalogue import Catalogue, CudaImage, FrameworkImage
from scaffold.project.facts import Framework
from scaffold.resolver.builds import against_branch, judge
from scaffold.resolver.machine import Machine
from scaffold.resolver.resolution import Decision, FrameworkBuild, Resolution, Wishes
from scaffold.versions import dotted, parse_version

DISABLE_REQUIRE = ("NVIDIA_DISABLE_REQUIRE", "1")

SAFE_CUDA = (12, 6)
"""For an unknown host: from Maxwell to Hopper, on drivers since 525 (architectures.toml)."""


@dataclass(frozen=True, slots=True)
class Picked:
    """An nvidia/cuda image with what it needs in the environment."""

    image: str
    source: str
    cuda: str
    env: tuple[tuple[str, str], ...]
    decisions: tuple[Decision, ...]
    warnings: tuple[str, ...]


def cuda_image(
    catalogue: Catalogue, machine: Machine, cuda: str | None, python: str, *, nvcc: bool
) -> Picked | None:
    """The newest nvidia/cuda image that runs, of one CUDA release where `cuda` names it."""
    for row in catalogue.cuda_images:
        wanted = row.cuda == cuda if cuda else machine.known or _safe(row)
        if wanted and _runs(catalogue, machine, row):
            return _picked(catalogue, machine, row, python, nvcc=nvcc)
    return None


def forward_compatible_image(
    catalogue: Catalogue, machine: Machine, cuda: str, python: str, *, nvcc: bool
) -> Picked | None:
    """The image of a CUDA release that only its own cuda-compat libraries make run here.

    Source: CUDA compatibility guide, forward compatibility: data-centre cards alone, on the
    driver branches that the image's NVIDIA_REQUIRE_CUDA names.
    """
    if not machine.cards or any(card.kind != "datacenter" for card in machine.cards):
        return None
    for row in catalogue.cuda_images:
        listed = machine.driver is not None and machine.driver[0] in row.branches
        if row.cuda == cuda and listed and _runs(catalogue, replace(machine, driver=None), row):
            picked = _picked(catalogue, machine, row, python, nvcc=nvcc)
            return replace(picked, decisions=(*picked.decisions, _forward_decision(machine, row)))
    return None


def _forward_decision(machine: Machine, row: CudaImage) -> Decision:
    return Decision(
        "forward compatibility",
        "the image's cuda-compat libraries",
        f"driver {machine.driver_text} is too old for CUDA {row.cuda}, and a data-centre card "
        "may use them; the container toolkit has to be 1.17.5 or newer, or 1.17.3 or older",
        "CUDA compatibility guide, forward compatibility; nvidia-container-toolkit changelog",
    )


def _safe(row: CudaImage) -> bool:
    return parse_version(row.cuda) <= SAFE_CUDA


def _runs(catalogue: Catalogue, machine: Machine, row: CudaImage) -> bool:
    if machine.driver and machine.driver < catalogue.floor(row.cuda):
        return False
    for card in machine.cards:
        architecture = catalogue.architecture(dotted(card.capability or ()))
        if against_branch(catalogue, machine, card):
            return False
        if architecture and not _targets(row, architecture.first_cuda, architecture.last_cuda):
            return False
    return True


def _targets(row: CudaImage, first: str, last: str) -> bool:
    cuda = parse_version(row.cuda)
    return parse_version(first) <= cuda and (not last or cuda <= parse_version(last))


def _picked(
    catalogue: Catalogue, machine: Machine, row: CudaImage, python: str, *, nvcc: bool
) -> Picked:
    ubuntu = next(
        (name for name in row.ubuntu if catalogue.ubuntu_pythons[name] == python), row.ubuntu[0]
    )
    flavour = "devel" if nvcc else "runtime"
    image = f"nvidia/cuda:{row.tag}-{row.cudnn}-{flavour}-ubuntu{ubuntu}"
    because = "has nvcc" if nvcc else "carries the CUDA libraries"
    step = Decision("image", image, f"{because}, of CUDA {row.cuda}", row.source)
    passes = _passes_requirement(machine, row)
    env = () if passes else (DISABLE_REQUIRE,)
    steps = (step,) if passes else (step, _disable_decision(machine, row))
    doubts = (f"{image}: {row.doubt}",) if row.doubt else ()
    return Picked(image, row.source, row.cuda, env, steps, doubts)


def _passes_requirement(machine: Machine, row: CudaImage) -> bool:
    """Whether NVIDIA_REQUIRE_CUDA lets the container start, or nobody checks it.

    A driver whose CUDA is at least the image's passes; an older one only through a clause
    of brand and driver branch.
    """
    if not machine.enforces_require or machine.driver is None or machine.cuda is None:
        return True
    if machine.cuda >= parse_version(row.cuda):
        return True
    allowed = row.geforce or not any(card.kind == "geforce" for card in machine.cards)
    return allowed and machine.driver[0] in row.branches


def _disable_decision(machine: Machine, row: CudaImage) -> Decision:
    return Decision(
        "requirement check",
        "=".join(DISABLE_REQUIRE),
        f"the image asks for a driver that reports CUDA {row.cuda}; driver "
        f"{machine.driver_text} runs it all the same, by minor version compatibility",
        "CUDA compatibility guide; NVIDIA_REQUIRE_CUDA of the image",
    )


def vendor_image(catalogue: Catalogue, machine: Machine, wishes: Wishes) -> Resolution | None:
    """The first vendor's image of the stack that runs here and meets the wishes."""
    for row in catalogue.framework_images:
        if row.stack == wishes.stack and _vendor_fits(catalogue, machine, wishes, row):
            return _vendor_resolution(machine, row)
    return None


def _framework(row: FrameworkImage) -> Framework:
    return Framework.TENSORFLOW if row.variant == "and-cuda" else Framework.PYTORCH


def _vendor_fits(
    catalogue: Catalogue, machine: Machine, wishes: Wishes, row: FrameworkImage
) -> bool:
    if wishes.framework not in {_framework(row), Framework.NONE}:
        return False
    version = ".".join(row.version.split(".")[:2])
    builds = [
        build
        for build in catalogue.builds[_framework(row)]
        if (build.version, build.variant) == (version, row.variant)
    ]
    free = Wishes(_framework(row), wishes.framework_spec, "")
    judged = [judge(catalogue, machine, free, build) for build in builds]
    return wishes.gpu is GpuNeed.NONE or any(not verdict.against for verdict in judged)


def _vendor_resolution(machine: Machine, row: FrameworkImage) -> Resolution:
    build = FrameworkBuild(_framework(row), row.version, row.variant, row.cuda, (), None)
    step = Decision("image", row.image, f"holds {build.framework.value} {row.version}", row.source)
    doubts = (f"{row.image}: {row.doubt}",) if row.doubt else ()
    return Resolution(
        row.image,
        row.source,
        row.python,
        True,
        row.cuda,
        build,
        (),
        (step,),
        (*machine.unknown, *machine.notes, *doubts),
    )
