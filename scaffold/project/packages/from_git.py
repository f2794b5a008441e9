"""Packages that the package index does not have: pip installs them from their repositories."""

import re
from dataclasses import replace

from scaffold.project.sources import Requirement
from scaffold.records import dataclass


@dataclass(frozen=True, slots=True)
class Repository:
    """Where a package is built from: `tag` is that of a release, `newest` that of none.

    `folder` is the package's own below the repository's root.
    """

    url: str
    tag: str = ""
    newest: str = ""
    folder: str = ""


_GITHUB = "https://github.com"

REPOSITORIES = {
    # The index had no file of these on 2026-11-30. Sources: their installation guides, and the
    # tags of their repositories.
    "pytorch3d": Repository(f"{_GITHUB}/facebookresearch/pytorch3d.git", "v{}", "stable"),
    "detectron2": Repository(f"{_GITHUB}/facebookresearch/detectron2.git", "v{}"),
    "nvdiffrast": Repository(f"{_GITHUB}/NVlabs/nvdiffrast.git", "v{}"),
    "torchsparse": Repository(f"{_GITHUB}/mit-han-lab/torchsparse.git", "v{}"),
    "tinycudann": Repository(f"{_GITHUB}/NVlabs/tiny-cuda-nn.git", folder="bindings/torch"),
    "groundingdino": Repository(f"{_GITHUB}/IDEA-Research/GroundingDINO.git"),
    "apex": Repository(f"{_GITHUB}/NVIDIA/apex.git"),
    "pointnet2-ops": Repository(
        f"{_GITHUB}/erikwijmans/Pointnet2_PyTorch.git", folder="pointnet2_ops_lib"
    ),
    "diff-gaussian-rasterization": Repository(
        f"{_GITHUB}/graphdeco-inria/diff-gaussian-rasterization.git"
    ),
}

_RELEASE = re.compile(r"===?\s*(\d+(?:\.\d+)*)(?:\.\*)?")


def from_git(one: Requirement) -> Requirement:
    """The requirement, with the repository of a package that the index does not have."""
    row = REPOSITORIES.get(one.name)
    if row is None or one.url:
        return one
    release = _RELEASE.fullmatch(one.spec.strip())
    tag = row.tag.format(release[1]) if release and row.tag else row.newest
    at = f"@{tag}" if tag else ""
    below = f"#subdirectory={row.folder}" if row.folder else ""
    return replace(one, url=f"git+{row.url}{at}{below}", conda=False)
