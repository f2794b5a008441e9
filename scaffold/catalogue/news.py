"""What registries and indexes list beyond the shipped rows. All of it is unverified."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from packaging.version import InvalidVersion
from packaging.version import Version as Pep440

from scaffold.catalogue.catalogue import Catalogue
from scaffold.catalogue.rows import Build, FrameworkImage
from scaffold.project.framework import Framework
from scaffold.project.framework_table import DISTRIBUTIONS
from scaffold.records import dataclass
from scaffold.versions import parse_version

CUDA_TAG = re.compile(r"(\d+\.\d+\.\d+)-base-ubuntu[\d.]+")


@dataclass(frozen=True, slots=True)
class PublishedVersions:
    """What was listed: tags by repository and versions by `project` or `project/variant`.

    `on` holds the day of each list (`2026-11-24`), by the same key.
    """

    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    versions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    on: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class News:
    """One thing that the shipped rows do not have, or that they have and no list has any more.

    `topic` is the catalogue's (`images`, `frameworks`), `framework` what it is a build of.
    """

    topic: str
    text: str
    seen_on: str
    framework: Framework = Framework.NONE


def news(catalogue: Catalogue, seen: PublishedVersions) -> tuple[News, ...]:
    """Everything new or removed, in the order of frameworks and images."""
    return (*_builds(catalogue, seen), *_cuda_images(catalogue, seen), *_others(catalogue, seen))


def variants_to_ask(catalogue: Catalogue) -> tuple[str, ...]:
    """PyTorch's variants in its newest releases, and those of CUDA releases that are newer."""
    rows = [row for row in catalogue.builds[Framework.PYTORCH] if row.cuda]
    recent = sorted({_release(row.version) for row in rows})[-3:]
    current = {row.cuda: row.variant for row in rows if _release(row.version) in recent}
    newest = max(map(parse_version, current))
    later = [row.cuda for row in catalogue.releases if parse_version(row.cuda) > newest]
    return (*dict.fromkeys(current.values()), *(f"cu{cuda.replace('.', '')}" for cuda in later))


def _release(text: str) -> tuple[int, ...]:
    return parse_version(text)[:2]


def _builds(catalogue: Catalogue, seen: PublishedVersions) -> Iterator[News]:
    for framework, project in DISTRIBUTIONS.items():
        rows = catalogue.builds[framework]
        for key, versions in seen.versions.items():
            name, _, variant = key.partition("/")
            newest = _newest_final(versions) if name == project else None
            known = [row for row in rows if row.variant == variant] if variant else rows
            if newest and Pep440(newest) > _newest_row(known):
                title = f"{project} {newest}{f' ({variant})' if variant else ''}"
                yield News("frameworks", f"{title} is out", seen.on[key], framework)


def _newest_row(rows: Iterable[Build]) -> Pep440:
    return max((Pep440(row.version) for row in rows), default=Pep440("0"))


def _newest_final(versions: Iterable[str]) -> str:
    finals = []
    for text in versions:
        try:
            version = Pep440(text)
        except InvalidVersion:
            continue
        if not version.is_prerelease:
            finals.append(version)
    return str(max(finals)) if finals else ""


def _cuda_images(catalogue: Catalogue, seen: PublishedVersions) -> Iterator[News]:
    tags = seen.tags.get("nvidia/cuda")
    if not tags:
        return
    on = seen.on["nvidia/cuda"]
    known = {row.cuda: parse_version(row.tag) for row in catalogue.cuda_images}
    oldest = min(known.values())
    listed = {match[1] for tag in tags if (match := CUDA_TAG.fullmatch(tag))}
    for point in sorted(listed, key=parse_version):
        row = known.get(point.rpartition(".")[0], oldest)
        if parse_version(point) > row and (
            row != oldest or parse_version(point) > max(known.values())
        ):
            yield News("images", f"nvidia/cuda {point} is out", on)
    for image in catalogue.cuda_images:
        if image.tag not in listed:
            yield News("images", f"nvidia/cuda {image.tag} is no longer listed", on)


def _others(catalogue: Catalogue, seen: PublishedVersions) -> Iterator[News]:
    """Vendor images: newer tags of the same pattern, and rows whose tag was removed."""
    by_repository: dict[str, list[FrameworkImage]] = {}
    for row in catalogue.framework_images:
        by_repository.setdefault(repository_of(row.image), []).append(row)
    for repository, rows in by_repository.items():
        tags = seen.tags.get(repository)
        if not tags:
            continue
        on = seen.on[repository]
        known = {row.image.rpartition(":")[2] for row in rows}
        shapes = {_shape(tag) for tag in known}
        newest = max(map(_numbers, known))
        fresh = [tag for tag in tags if _shape(tag) in shapes and _numbers(tag) > newest]
        for tag in sorted(fresh, key=_numbers)[-1:]:
            yield News("images", f"{repository}:{tag} is out", on)
        for tag in sorted(known - set(tags)):
            yield News("images", f"{repository}:{tag} is no longer listed", on)


def repository_of(image: str) -> str:
    """The image without its tag."""
    return image.rpartition(":")[0]


def _shape(tag: str) -> str:
    return re.sub(r"\d+", "0", tag)


def _numbers(tag: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", tag)))
