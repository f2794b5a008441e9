"""What does not run on an old distribution: wheels and VS Code's server need a newer glibc."""

from scaffold.project.framework import Framework
from scaffold.project.framework_table import TITLES
from scaffold.resolver.images.known_image import KnownImage
from scaffold.resolver.resolution import Wishes

GLIBC = {"ubuntu16.04": "2.23", "ubuntu18.04": "2.27"}
"""Distributions older than glibc 2.28; Debian 10 and Ubuntu 20.04 are newer."""

NEEDS_NEWER = {Framework.PYTORCH: "2.6"}
"""Releases from which on all wheels are manylinux_2_28 (PyTorch 2.6 release notes)."""


def bounded(known: KnownImage, framework: Framework, spec: str) -> str:
    """The specifier of a framework, without the releases that the distribution cannot load."""
    first = NEEDS_NEWER.get(framework)
    if first is None or known.name.distro not in GLIBC:
        return spec
    return ",".join(filter(None, (spec, f"<{first}")))


def old_system(known: KnownImage, wishes: Wishes) -> str:
    """Why newer releases of the framework are left out, empty if none are."""
    first = NEEDS_NEWER.get(wishes.framework)
    distro = known.name.distro
    if first is None or distro not in GLIBC:
        return ""
    title = TITLES[wishes.framework]
    return f"{distro} has glibc {GLIBC[distro]}, and {title} needs 2.28 from {first} on"


def old_for_editor(known: KnownImage) -> str:
    """A note if VS Code cannot connect to containers of the image, else empty."""
    distro = known.name.distro
    if distro not in GLIBC:
        return ""
    return (
        f"{distro} has glibc {GLIBC[distro]}: VS Code 1.99 and newer needs 2.28 in a container; "
        "an image of ubuntu20.04 or newer has it"
    )
