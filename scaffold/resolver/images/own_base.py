"""The user's own base image: judged, and completed with a framework's build and a Python."""

from collections.abc import Callable
from dataclasses import replace

from scaffold.answers.choices import GpuNeed, Stack
from scaffold.catalogue import Catalogue
from scaffold.facts import DescribedHost
from scaffold.project.framework import Framework
from scaffold.resolver.images.images import requirement_steps
from scaffold.resolver.images.known_image import KnownImage, known_image
from scaffold.resolver.images.old_systems import bounded, old_system
from scaffold.resolver.images.own_base_notes import image_decision, notes, python_decision
from scaffold.resolver.images.own_base_refusals import refused
from scaffold.resolver.images.vendor_images import vendor_resolution
from scaffold.resolver.machine import Machine, machine_of
from scaffold.resolver.resolution import Conflict, OwnBase, Resolution, Wishes
from scaffold.resolver.specifiers import some_patch

Resolve = Callable[[Catalogue, DescribedHost, Wishes], Resolution | Conflict]

DEBIAN_PYTHONS = {"bookworm": "3.11", "trixie": "3.13"}
"""packages.debian.org, package python3."""

_OF_THE_CHOICE = {"image", "requirement check", "forward compatibility", "Python"}
"""Decisions about the image that the resolver would have taken."""


def resolve_on_image(
    catalogue: Catalogue, host: DescribedHost, wishes: Wishes, resolve: Resolve
) -> Resolution | Conflict:
    """Find what goes on the image that the user named; an unknown one is taken as it is."""
    machine = machine_of(catalogue, host)
    known = known_image(catalogue, wishes.image)
    if conflict := refused(catalogue, machine, known, wishes):
        return conflict
    if known.vendor and wishes.framework in {known.framework, Framework.NONE}:
        found: Resolution | Conflict = vendor_resolution(machine, known.vendor)
    else:
        found = _completed(catalogue, host, wishes, known, resolve)
    if isinstance(found, Conflict):
        old = old_system(known, wishes)
        fact = f"{found.fact}; {old}" if old else found.fact
        return replace(found, fact=fact, wish=f"{known.name.text}, {found.wish}")
    return _on_image(machine, wishes, known, found)


def _completed(
    catalogue: Catalogue, host: DescribedHost, wishes: Wishes, known: KnownImage, resolve: Resolve
) -> Resolution | Conflict:
    """The build and the Python for an image that does not decide both."""
    own = replace(wishes, image="", stack=Stack.PYTHON, nvcc=False)
    own = replace(own, framework_spec=bounded(known, own.framework, own.framework_spec))
    if known.framework is own.framework:
        own = replace(own, framework=Framework.NONE, framework_spec="", cuda=None)
    if known.has_python and known.python:
        own = replace(own, python_spec=f"=={known.python}.*")
    if wishes.nvcc and known.cuda and own.framework is not Framework.NONE:
        # What is compiled against a framework needs a compiler of its CUDA major release.
        same = replace(own, cuda=known.cuda.cuda)
        own = same if isinstance(resolve(catalogue, host, same), Resolution) else own
    found = resolve(catalogue, host, own)
    packaged = packaged_python(catalogue, known)
    if known.has_python or not packaged or not some_patch(own.python_spec, packaged):
        return found
    with_packaged = resolve(catalogue, host, replace(own, python_spec=f"=={packaged}.*"))
    # The distribution's Python needs no download, but costs no newer release.
    return with_packaged if _release(with_packaged) == _release(found) else found


def packaged_python(catalogue: Catalogue, known: KnownImage) -> str:
    """The Python that the image's distribution packages, empty if unknown."""
    distro = known.name.distro
    return catalogue.ubuntu_pythons.get(distro.removeprefix("ubuntu")) or DEBIAN_PYTHONS.get(
        distro, ""
    )


def _release(found: Resolution | Conflict) -> str | None:
    if isinstance(found, Conflict):
        return None
    return found.build.version if found.build else ""


def _on_image(machine: Machine, wishes: Wishes, known: KnownImage, found: Resolution) -> Resolution:
    """The resolution on the user's image in place of the chosen one."""
    with_gpu = wishes.gpu is not GpuNeed.NONE
    env, steps = requirement_steps(machine, known.cuda) if known.cuda and with_gpu else ((), ())
    kept = (one for one in found.decisions if one.what not in _OF_THE_CHOICE)
    chosen = image_decision(known, wishes.by.image)
    cuda = found.build.cuda if found.build else known.cuda.cuda if known.cuda else None
    return replace(
        found,
        image=known.name.text,
        image_source=chosen.source,
        image_has_python=known.has_python,
        cuda=cuda if with_gpu else None,
        env=env,
        decisions=(*kept, python_decision(known, found), chosen, *steps),
        warnings=tuple(dict.fromkeys((*found.warnings, *notes(machine, wishes, known, found)))),
        base=OwnBase(
            distro=known.name.distro,
            login=known.login,
            holds=known.holds,
            framework=known.framework,
            carries_cuda=bool(known.cuda or known.vendor),
            unknown=known.family is None and not known.name.distro,
        ),
    )
