"""Images that carry CUDA: which tag the driver, the card and the requirement check allow."""

from dataclasses import replace

from scaffold.catalogue import Build, Catalogue, CudaImage
from scaffold.records import dataclass
from scaffold.resolver.card_rules import against_branch
from scaffold.resolver.machine import Machine
from scaffold.resolver.resolution import Decision
from scaffold.resolver.specifiers import lowest
from scaffold.versions import Version, dotted, parse_version

DISABLE_REQUIRE = ("NVIDIA_DISABLE_REQUIRE", "1")

SAFE_CUDA = (12, 6)
"""For an unknown host: from Maxwell to Hopper, on drivers since 525 (architectures.toml)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """An image with what it needs in the environment.

    `cuda` is what the image brings, None for none; `has_python` says that its Python is the
    one to use.
    """

    image: str
    source: str
    cuda: str | None
    env: tuple[tuple[str, str], ...] = ()
    decisions: tuple[Decision, ...] = ()
    warnings: tuple[str, ...] = ()
    has_python: bool = False


def cuda_image(
    catalogue: Catalogue, machine: Machine, cuda: str | None, python: str, *, nvcc: bool
) -> Picked | None:
    """The newest nvidia/cuda image that runs, of one CUDA release if `cuda` names it."""
    for row in catalogue.cuda_images:
        wanted = row.cuda == cuda if cuda else machine.known or _safe(row)
        if wanted and _runs(catalogue, machine, row, nvcc=nvcc):
            return _picked(catalogue, machine, row, python, nvcc=nvcc)
    return None


def image_with_libraries(
    catalogue: Catalogue, machine: Machine, build: Build, python: str, *, nvcc: bool
) -> Picked | None:
    """The image with the CUDA and cuDNN of a build; a build that brings its own takes any cuDNN."""
    needed = lowest(build.cudnn) if not build.brings_cuda and build.cudnn else None
    for row in catalogue.cuda_images:
        if row.cuda != build.cuda or not _runs(catalogue, machine, row, nvcc=nvcc):
            continue
        if needed is None or row.cudnn in {f"cudnn{needed.major}", "cudnn"}:
            return _picked(catalogue, machine, row, python, nvcc=nvcc)
    return None


def image_with_newer_compiler(
    catalogue: Catalogue, machine: Machine, build: Build, python: str
) -> Picked | None:
    """The next newer image whose nvcc knows the card that the build's own nvcc does not know.

    Source: torch/utils/cpp_extension.py, _check_cuda_version: another minor release of the same
    major one is a warning.
    """
    if not (build.brings_cuda and build.cuda):
        return None
    own = parse_version(build.cuda)
    newer = [row for row in catalogue.cuda_images if parse_version(row.cuda) > own]
    for row in sorted(newer, key=lambda row: parse_version(row.cuda)):
        if parse_version(row.cuda)[0] == own[0] and _runs(catalogue, machine, row, nvcc=True):
            return _picked(catalogue, machine, row, python, nvcc=True)
    return None


def forward_compatible_image(
    catalogue: Catalogue, machine: Machine, cuda: str, python: str, *, nvcc: bool
) -> Picked | None:
    """The image of a CUDA release that only its own cuda-compat libraries make run on the host."""
    for row in catalogue.cuda_images:
        step = forward_step(catalogue, machine, row, nvcc=nvcc) if row.cuda == cuda else None
        if step:
            picked = _picked(catalogue, machine, row, python, nvcc=nvcc)
            return replace(picked, decisions=(*picked.decisions, step))
    return None


def forward_step(
    catalogue: Catalogue, machine: Machine, row: CudaImage, *, nvcc: bool
) -> Decision | None:
    """The step that makes an image run on too old a driver: the cuda-compat libraries in it.

    Source: CUDA compatibility guide, forward compatibility: data-centre cards alone, on the
    driver branches that the image's NVIDIA_REQUIRE_CUDA names.
    """
    if not machine.cards or any(card.kind != "datacenter" for card in machine.cards):
        return None
    listed = machine.driver is not None and machine.driver[0] in row.branches
    runs = listed and _runs(catalogue, replace(machine, driver=None), row, nvcc=nvcc)
    return _forward_decision(machine, row) if runs else None


def _forward_decision(machine: Machine, row: CudaImage) -> Decision:
    return Decision(
        what="forward compatibility",
        chosen="the image's cuda-compat libraries",
        because=f"driver {machine.driver_text} is too old for CUDA {row.cuda}, and a data-centre "
        "card may use them; the container toolkit has to be 1.17.5 or newer, or 1.17.3 or older",
        source="CUDA compatibility guide, forward compatibility; nvidia-container-toolkit "
        "changelog",
    )


def _safe(row: CudaImage) -> bool:
    return parse_version(row.cuda) <= SAFE_CUDA


def _runs(catalogue: Catalogue, machine: Machine, row: CudaImage, *, nvcc: bool) -> bool:
    return not against_image(catalogue, machine, row, nvcc=nvcc)


def against_image(
    catalogue: Catalogue, machine: Machine, row: CudaImage, *, nvcc: bool
) -> list[str]:
    """What rules an image out on the machine: driver, architecture, cards; empty if it runs."""
    against = []
    floor = catalogue.floor(row.cuda)
    if machine.driver and machine.driver < floor:
        against.append(f"CUDA {row.cuda} needs driver {dotted(floor)} or newer")
    if row.arch and machine.arch not in row.arch:
        against.append(f"it does not exist for {machine.arch}")
    for card in machine.cards:
        if text := against_branch(catalogue, machine, card):
            against.append(text)
        elif card.capability and not _targets(catalogue, row, card.capability, nvcc=nvcc):
            against.append(f"CUDA {row.cuda} does not know {card.name}")
    return against


def _targets(catalogue: Catalogue, row: CudaImage, capability: Version, *, nvcc: bool) -> bool:
    """Whether the toolkit of an image knows a card.

    Its libraries hold code for older minor releases of the same architecture too, which the
    card runs; a compiler has to know the card itself.
    """
    cuda = parse_version(row.cuda)
    own = catalogue.architecture(dotted(capability))
    if own is None:
        return True
    family = [
        parse_version(one.first_cuda)
        for one in catalogue.architectures
        if parse_version(one.capability)[0] == capability[0]
        and parse_version(one.capability) <= capability
    ]
    first = parse_version(own.first_cuda) if nvcc else min(family)
    return first <= cuda and (not own.last_cuda or cuda <= parse_version(own.last_cuda))


def _picked(
    catalogue: Catalogue, machine: Machine, row: CudaImage, python: str, *, nvcc: bool
) -> Picked:
    ubuntu = next(
        (name for name in row.ubuntu if catalogue.ubuntu_pythons[name] == python), row.ubuntu[0]
    )
    flavour = "devel" if nvcc else "runtime"
    image = f"nvidia/cuda:{row.tag}-{row.cudnn}-{flavour}-ubuntu{ubuntu}"
    because = "it has nvcc" if nvcc else "it carries the CUDA libraries"
    step = Decision(
        what="image", chosen=image, because=f"{because}, of CUDA {row.cuda}", source=row.source
    )
    env, steps = requirement_steps(machine, row)
    doubts = (f"{image}: {row.doubt}",) if row.doubt else ()
    return Picked(
        image=image,
        source=row.source,
        cuda=row.cuda,
        env=env,
        decisions=(step, *steps),
        warnings=doubts,
    )


def requirement_steps(
    machine: Machine, row: CudaImage
) -> tuple[tuple[tuple[str, str], ...], tuple[Decision, ...]]:
    """The environment, and why, if the image's own check would refuse a host that can run it."""
    if _passes_requirement(machine, row):
        return (), ()
    return (DISABLE_REQUIRE,), (_disable_decision(machine, row),)


def _passes_requirement(machine: Machine, row: CudaImage) -> bool:
    """Whether NVIDIA_REQUIRE_CUDA lets the container start, or is not checked.

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
        what="requirement check",
        chosen="=".join(DISABLE_REQUIRE),
        because=f"the image asks for a driver that reports CUDA {row.cuda}; driver "
        f"{machine.driver_text} runs it all the same, by minor version compatibility",
        source="CUDA compatibility guide; NVIDIA_REQUIRE_CUDA of the image",
    )
