"""`scaffold resolve`: facts from flags, this machine or a repository, then the resolver."""

from dataclasses import replace
from pathlib import Path

from scaffold.answers.releases import parse_gpu_model, with_driver
from scaffold.catalogue import load_catalogue
from scaffold.errors import InputError
from scaffold.facts import DescribedHost, Gpu
from scaffold.resolver.resolution import Conflict, Resolution, Wishes, askers
from scaffold.resolver.resolving import resolve


def described_gpus(names: tuple[str, ...], capabilities: tuple[str, ...]) -> tuple[Gpu, ...]:
    """The GPUs that flags describe: by name, by compute capability, or by both, in order.

    Raises InputError for a name that the catalogue does not know and that no capability goes
    with, with the nearest, and where both are given in different numbers.
    """
    if names and capabilities and len(names) != len(capabilities):
        raise InputError(
            f"--compute-capability is given {len(capabilities)} times, "
            f"--gpu-model {len(names)} times",
            hint="give one for each --gpu-model, in the same order, or none",
        )
    if capabilities:
        names = names or tuple(f"GPU of compute capability {text}" for text in capabilities)
        return tuple(
            Gpu(name=name, compute_capability=text)
            for name, text in zip(names, capabilities, strict=True)
        )
    for name in names:
        parse_gpu_model(name, "or give its --compute-capability")
    return tuple(Gpu(name=name) for name in names)


def facts_of(
    gpus: tuple[Gpu, ...], driver: str, architecture: str | None, seen: DescribedHost | None = None
) -> DescribedHost:
    """The facts of a host that was `seen`, with what flags say of it instead.

    Where no host was seen, what the flags describe; where they describe none, this machine.
    """
    if seen is None:
        seen = DescribedHost(name="described") if gpus or driver else _this_machine()
    seen = with_driver(seen, driver)
    if gpus:
        seen = replace(seen, gpus=gpus)
    return replace(seen, architecture=architecture) if architecture else seen


def _this_machine() -> DescribedHost:
    # Imported here, since a described host needs no probe.
    from scaffold.adapters.probe.local import probe_local

    return probe_local()


def decide(facts: DescribedHost, wishes: Wishes) -> Resolution | Conflict:
    """Resolve the wishes for the host."""
    return resolve(load_catalogue(), facts, wishes)


def decide_image(facts: DescribedHost, image: str) -> Resolution | Conflict:
    """Say whether a named image runs on the host."""
    from scaffold.resolver.images.named_image import judge_image

    return judge_image(load_catalogue(), facts, image)


def with_project(wishes: Wishes, project: Path, *, framework_given: bool) -> Wishes:
    """The wishes, with those of a repository in place of what no flag gave."""
    from scaffold.adapters.local.repository import read_repository
    from scaffold.project.reading import read_project

    found = read_project(*read_repository(project))
    of_project = askers(found.places, {})
    by = replace(
        of_project,
        python=wishes.by.python if wishes.python_spec else of_project.python,
        framework=wishes.by.framework if framework_given else of_project.framework,
    )
    wishes = replace(
        wishes,
        by=by,
        python_spec=wishes.python_spec or found.python_spec,
        nvcc=wishes.nvcc or found.nvcc,
        packages=found.asked_packages,
    )
    if framework_given:
        return wishes
    return replace(
        wishes,
        framework=found.framework,
        framework_spec=found.framework_spec,
        cuda=found.cuda_hint,
    )
