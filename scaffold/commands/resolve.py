"""`scaffold resolve`: facts from flags, this machine or a repository, then the resolver."""

import difflib
from dataclasses import replace
from pathlib import Path

from scaffold.adapters.probe import probe_local
from scaffold.adapters.repository import read_repository
from scaffold.catalogue import load_catalogue
from scaffold.errors import InputError
from scaffold.facts import Gpu, HostFacts
from scaffold.project.reading import read_project
from scaffold.resolution import Conflict, Resolution, Wishes
from scaffold.resolver import resolve


def facts_of(
    gpus: tuple[str, ...], driver: str, architecture: str | None, seen: HostFacts | None = None
) -> HostFacts:
    """The facts of a host that was `seen`, with what flags say of it instead.

    Where no host was seen, what the flags describe; where they describe none, this machine.
    Raises InputError for a GPU name that the catalogue does not know, with the nearest.
    """
    for name in gpus:
        _check_gpu(name)
    if seen is None:
        seen = HostFacts(name="described") if gpus or driver else probe_local()
    if driver:
        seen = replace(seen, driver_version=driver, cuda_reported=None)
    if gpus:
        seen = replace(seen, gpus=tuple(Gpu(name) for name in gpus))
    return replace(seen, architecture=architecture) if architecture else seen


def _check_gpu(name: str) -> None:
    catalogue = load_catalogue()
    if catalogue.gpu(name) is None:
        known = {row.name.lower(): row.name for row in catalogue.gpus}
        near = difflib.get_close_matches(name.lower(), known, 3, 0.4)
        nearest = ", ".join(known[key] for key in near)
        hint = f"the nearest known: {nearest}" if near else "see: scaffold catalogue gpus"
        raise InputError(f"--gpu: no GPU is known by the name {name!r}", hint=hint)


def decide(
    facts: HostFacts, wishes: Wishes, project: Path | None, *, framework_given: bool
) -> Resolution | Conflict:
    """Resolve the wishes, those of a repository in place of what no flag gave."""
    if project is not None:
        wishes = with_project(wishes, project, framework_given=framework_given)
    return resolve(load_catalogue(), facts, wishes)


def with_project(wishes: Wishes, project: Path, *, framework_given: bool) -> Wishes:
    """The wishes, with those of a repository in place of what no flag gave."""
    found = read_project(*read_repository(project))
    wishes = replace(
        wishes,
        python_spec=wishes.python_spec or found.python_spec,
        nvcc=wishes.nvcc or found.nvcc,
    )
    if framework_given:
        return wishes
    return replace(
        wishes,
        framework=found.framework,
        framework_spec=found.framework_spec,
        cuda=found.cuda_hint,
    )
