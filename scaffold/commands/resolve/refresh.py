"""`scaffold catalogue refresh`: ask registries and indexes what there is by now."""

import re
from collections.abc import Callable
from datetime import date

from scaffold.adapters.local.refresh_cache import read_seen, write_seen
from scaffold.adapters.local.registry import image_tags, project_versions
from scaffold.adapters.local.signals import interruptible_worker
from scaffold.answers.model import Mirrors
from scaffold.catalogue import Catalogue, load_catalogue
from scaffold.catalogue.news import News, PublishedVersions, news, repository_of, variants_to_ask
from scaffold.errors import ScaffoldError
from scaffold.project.evidence import DEFAULT_INDEXES
from scaffold.project.framework import Framework
from scaffold.project.framework_table import BY_FRAMEWORK, ROWS
from scaffold.records import dataclass

DOCKER_HUB = "registry-1.docker.io"
AT_ONCE = 4

Answer = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndexQuery:
    """One list to ask for: `key` is its name in what was seen."""

    key: str
    ask: Callable[[], Answer]
    of_image: bool


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What is new by all that was ever seen, and what could not be asked this time."""

    news: tuple[News, ...]
    asked: int
    failures: tuple[tuple[str, ScaffoldError], ...]


def refresh(mirrors: Mirrors, today: date) -> Refreshed:
    """Ask everything, keep what came; a list that fails keeps its earlier answer.

    Raises InputError if the cache cannot be written.
    """
    catalogue = load_catalogue()
    asked = questions(catalogue, mirrors)
    with interruptible_worker(AT_ONCE) as pool:
        results = list(pool.map(_asked, asked))
    seen = read_seen()
    tags, versions, on = dict(seen.tags), dict(seen.versions), dict(seen.on)
    failures = []
    for question, result in zip(asked, results, strict=True):
        if isinstance(result, ScaffoldError):
            failures.append((question.key, result))
            continue
        (tags if question.of_image else versions)[question.key] = result
        on[question.key] = today.isoformat()
    seen = PublishedVersions(tags, versions, on)
    if len(failures) < len(asked):
        write_seen(seen)
    return Refreshed(news(catalogue, seen), len(asked), tuple(failures))


def _asked(question: IndexQuery) -> Answer | ScaffoldError:
    try:
        return question.ask()
    except ScaffoldError as error:
        return error


def questions(catalogue: Catalogue, mirrors: Mirrors) -> list[IndexQuery]:
    """Every list that tells of newer images and builds than the shipped rows."""
    images = [repository_of(row.image) for row in catalogue.framework_images]
    asked = [_of_image(name, mirrors) for name in dict.fromkeys(["nvidia/cuda", *images])]
    torch = BY_FRAMEWORK[Framework.PYTORCH]
    wheels = mirrors.pytorch or torch.own_index
    variants = variants_to_ask(catalogue)
    asked += [_of_project(torch.distribution, wheels, variant) for variant in variants]
    return asked + [
        _of_project(row.distribution, mirrors.pip or DEFAULT_INDEXES[0])
        for row in ROWS
        if not row.own_index
    ]


def _of_image(name: str, mirrors: Mirrors) -> IndexQuery:
    registry, repository = DOCKER_HUB, name
    first, _, rest = name.partition("/")
    if "." in first:
        registry, repository = first, rest
    elif mirrors.registry:
        registry, _, folder = mirrors.registry.partition("/")
        repository = f"{folder}/{name}" if folder else name
    # As Docker does: a registry on this machine needs no TLS.
    scheme = "http" if re.match(r"(localhost|127\.)", registry) else "https"
    return IndexQuery(name, lambda: image_tags(f"{scheme}://{registry}", repository), of_image=True)


def _of_project(name: str, index: str, variant: str = "") -> IndexQuery:
    key, address = (f"{name}/{variant}", f"{index}/{variant}") if variant else (name, index)
    return IndexQuery(key, lambda: project_versions(address, name), of_image=False)
