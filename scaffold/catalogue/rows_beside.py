"""Rows that most decisions do not read: container toolkit, mirrors, images that are named."""

from scaffold.catalogue.rows import Row
from scaffold.records import dataclass


@dataclass(frozen=True, slots=True)
class RemovedTag(Row):
    """Images that can no longer be pulled, as a shell pattern, and their replacement."""

    pattern: str
    instead: str


@dataclass(frozen=True, slots=True)
class ToolkitFlaw(Row):
    """A published flaw of the NVIDIA Container Toolkit and the first version without it."""

    cve: str
    fixed: str


@dataclass(frozen=True, slots=True)
class ToolkitRelease(Row):
    """A release of the NVIDIA Container Toolkit and its day."""

    version: str
    released: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror(Row):
    """A public mirror; `kind` and `url` are what `--mirror KIND=URL` takes, `id` its short name."""

    id: str
    name: str
    kind: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CudaTags(Row):
    """The tags of one point release of nvidia/cuda: its cuDNN word and its distributions."""

    tag: str
    cudnn: str
    distros: tuple[str, ...]
    without_cudnn: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFamily(Row):
    """What the images of a repository hold; `repository` is a shell pattern.

    `login` is the user that the image ends as, empty if unknown. `holds` says that its packages
    are to be used, `own_python` that it has a Python of its own, `plain` that it has no CUDA
    unless its tag names a release. `apt` is None if unknown.
    `against` is why no NVIDIA GPU works in it.
    """

    repository: str
    login: str = ""
    holds: bool = False
    own_python: bool = False
    plain: bool = False
    apt: bool | None = None
    against: str = ""
    note: str = ""
