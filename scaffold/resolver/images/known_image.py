"""What is known of an image that somebody names: its CUDA, Python, distribution and login."""

import re
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

from scaffold.catalogue import Catalogue, CudaImage, FrameworkImage
from scaffold.catalogue.rows_beside import ImageFamily
from scaffold.project.framework import Framework
from scaffold.project.framework_table import BY_FRAMEWORK
from scaffold.records import dataclass
from scaffold.resolver.images.cuda_tags import FULL_TAG, missing_tag
from scaffold.resolver.images.image_name import WITHOUT_APT, ImageName, read_name
from scaffold.versions import parse_version

_PYTORCH_TAG = re.compile(r"(\d+\.\d+\.\d+)-cuda(\d+)\.(\d+)-cudnn\d+-(?:runtime|devel)")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownImage:
    """An image, and what is known of it.

    `nvcc` is None if nobody knows. `python` is its release X.Y, empty if unknown or none;
    `has_python` says that it is the one to use, `holds` that its packages are, too. `vendor` is
    the row of the framework inside, `framework` the one inside even if its release is unknown.
    `missing` says that the tag does not exist.
    """

    name: ImageName
    family: ImageFamily | None
    vendor: FrameworkImage | None
    cuda: CudaImage | None
    nvcc: bool | None
    python: str
    has_python: bool
    holds: bool
    framework: Framework
    missing: bool

    @property
    def without_cuda(self) -> bool:
        """Whether it is known to hold no CUDA."""
        return bool(self.family and self.family.plain and not (self.cuda or self.vendor))

    @property
    def known(self) -> bool:
        """Whether anything is known that a driver could be judged by."""
        return bool(self.vendor or self.cuda or self.without_cuda)

    @property
    def apt(self) -> bool | None:
        """Whether system packages come by apt, None if nobody knows."""
        if WITHOUT_APT.search(self.name.tag) and not self.name.distro:
            return False
        return True if self.name.distro else self.family.apt if self.family else None

    @property
    def login(self) -> str:
        """The user that it ends as, empty if unknown."""
        return self.family.login if self.family else ""


def known_image(catalogue: Catalogue, text: str) -> KnownImage:
    """Collect what rows and the name itself tell."""
    name = read_name(text)
    family = _family(catalogue, name)
    vendor = _vendor(catalogue, name)
    cuda, nvcc = _cuda(catalogue, name)
    holds = bool(vendor or (family and family.holds))
    return KnownImage(
        name=name,
        family=family,
        vendor=vendor,
        cuda=cuda,
        nvcc=False if family and family.plain and not cuda else nvcc,
        python=(vendor.python if vendor else "") or name.python,
        has_python=holds or bool(family and family.own_python),
        holds=holds,
        framework=Framework(vendor.framework) if vendor else _framework(name, family),
        missing="nvidia/cuda" in name.candidates and missing_tag(catalogue, name.tag),
    )


def _family(catalogue: Catalogue, name: ImageName) -> ImageFamily | None:
    """The row of a repository; a copy in another registry counts for rows without a pattern."""
    for row in catalogue.bases:
        if fnmatchcase(name.repository, row.repository) or row.repository in name.candidates:
            return row
    return None


def _vendor(catalogue: Catalogue, name: ImageName) -> FrameworkImage | None:
    """The row of a framework's image; -devel holds what -runtime does, -jupyter what none does."""
    tag = re.sub(r"-devel$", "-runtime", name.tag).removesuffix("-jupyter")
    names = {f"{one}:{tag}" for one in name.candidates}
    found = next((row for row in catalogue.framework_images if row.image in names), None)
    return found or _other_release(catalogue, name)


def _other_release(catalogue: Catalogue, name: ImageName) -> FrameworkImage | None:
    """The row of a release of PyTorch's images that is not listed, from its build and neighbour."""
    match = _PYTORCH_TAG.fullmatch(name.tag)
    if match is None or "pytorch/pytorch" not in name.candidates:
        return None
    builds = catalogue.builds_for(Framework.PYTORCH, "x86_64", cpu=False)
    wanted = (match[1], f"cu{match[2]}{match[3]}")
    build = next((one for one in builds if (one.version, one.variant) == wanted), None)
    if build is None:
        return None
    like = min(_pytorch_images(catalogue), key=lambda row: _distance(row.version, match[1]))
    return replace(
        like,
        version=build.version,
        cuda=build.cuda,
        variant=build.variant,
        sm=build.sm,
        ptx=build.ptx,
        doubt="judged by its build; the tag is in no list, unverified",
    )


def _pytorch_images(catalogue: Catalogue) -> Iterator[FrameworkImage]:
    return (row for row in catalogue.framework_images if row.image.startswith("pytorch/pytorch:"))


def _distance(one: str, other: str) -> tuple[int, ...]:
    pairs = zip(parse_version(one), parse_version(other), strict=False)
    return tuple(abs(mine - theirs) for mine, theirs in pairs)


def _cuda(catalogue: Catalogue, name: ImageName) -> tuple[CudaImage | None, bool | None]:
    """The row of the image's CUDA release, and whether its compiler is in it."""
    match = FULL_TAG.fullmatch(name.tag) if "nvidia/cuda" in name.candidates else None
    if match:
        release = match["point"].rpartition(".")[0]
        rows = [row for row in catalogue.cuda_images if row.cuda == release]
        exact = [row for row in rows if row.tag == match["point"]]
        return next(iter([*exact, *rows]), None), match["kind"] == "devel"
    found = next((row for row in catalogue.cuda_images if row.cuda == name.cuda), None)
    told = {True: True, False: False if re.search(r"runtime|base", name.tag) else None}
    return found, told["devel" in name.tag]


def _framework(name: ImageName, family: ImageFamily | None) -> Framework:
    """The framework that the images of a repository hold by its name, NONE if it names none."""
    if family is None or not family.holds or family.repository.endswith("rapidsai/*"):
        return Framework.NONE
    for framework, row in BY_FRAMEWORK.items():
        if row.image and re.search(rf"\b{row.image}\b", name.repository):
            return framework
    return Framework.NONE
