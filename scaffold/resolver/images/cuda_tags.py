"""The tags of nvidia/cuda: whether one exists, and the nearest that does."""

import re

from scaffold.catalogue import Catalogue
from scaffold.records import dataclass
from scaffold.versions import parse_version

FULL_TAG = re.compile(
    r"(?P<point>\d+\.\d+\.\d+)-((?P<cudnn>cudnn\d*)-)?(?P<kind>base|runtime|devel)-(?P<distro>\S+)"
)
_LISTED_UP_TO = (12, 8)
"""No point release of these CUDA releases came after the list of tags was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointRelease:
    """One point release of nvidia/cuda and the tags that it has."""

    point: str
    cudnn: str
    distros: tuple[str, ...]
    without_cudnn: tuple[str, ...] = ()

    def has(self, cudnn: str | None, kind: str, distro: str) -> bool:
        """Whether there is a tag of a kind for a distribution."""
        if distro not in self.distros:
            return False
        if not cudnn:
            return True
        return cudnn == self.cudnn and kind != "base" and distro not in self.without_cudnn


def point_releases(catalogue: Catalogue) -> dict[str, PointRelease]:
    """Every known point release, the newest first."""
    known = {
        row.tag: PointRelease(
            point=row.tag, cudnn=row.cudnn, distros=tuple(f"ubuntu{one}" for one in row.ubuntu)
        )
        for row in catalogue.cuda_images
    }
    for row in catalogue.cuda_tags:
        known[row.tag] = PointRelease(
            point=row.tag,
            cudnn=row.cudnn,
            distros=row.distros,
            without_cudnn=row.without_cudnn,
        )
    return dict(sorted(known.items(), key=lambda item: parse_version(item[0]), reverse=True))


def missing_tag(catalogue: Catalogue, tag: str) -> bool:
    """Whether nvidia/cuda has no such tag, or not any more; False for what is too new to tell."""
    match = FULL_TAG.fullmatch(tag)
    if match is None:
        return True
    row = point_releases(catalogue).get(match["point"])
    if row is None:
        return parse_version(match["point"])[:2] <= _LISTED_UP_TO
    newer = all(one.tag != row.point for one in catalogue.cuda_tags)
    if newer and not match["distro"].startswith("ubuntu"):
        return False
    return not row.has(match["cudnn"], match["kind"], match["distro"])


def nearest_tag(catalogue: Catalogue, tag: str, wanted: str = "") -> str:
    """The tag nearest to one that does not exist or run, of the CUDA release `wanted` if given."""
    rows = point_releases(catalogue)
    found = re.search(r"(\d+\.\d+)(\.\d+)?", tag)
    release = wanted or (found[1] if found else "")
    near = [row for row in rows.values() if row.point.rpartition(".")[0] == release]
    row = rows.get(found[0]) if found and not wanted else None
    row = row or next(iter([*near, *rows.values()]))
    kind = next((word for word in ("devel", "runtime", "base") if word in tag), "base")
    distro = next((one for one in row.distros if tag.endswith(one)), "")
    distro = distro or max(one for one in row.distros if one.startswith("ubuntu"))
    cudnn = f"{row.cudnn}-" if "cudnn" in tag and row.has(row.cudnn, kind, distro) else ""
    return f"nvidia/cuda:{row.point}-{cudnn}{kind}-{distro}"
