"""Images that hold a framework: which of a vendor's images runs on the machine."""

from scaffold.answers.choices import GpuNeed
from scaffold.catalogue import Build, Catalogue, FrameworkImage
from scaffold.project.framework import Framework
from scaffold.resolver.builds import judge
from scaffold.resolver.machine import Machine
from scaffold.resolver.resolution import Decision, FrameworkBuild, Resolution, Wishes

IGNORED = {"python", "failure"}
"""An image's Python is what it is; known failures are of builds from the package index."""


def vendor_image(catalogue: Catalogue, machine: Machine, wishes: Wishes) -> Resolution | None:
    """The first image of the stack that runs on the host and meets the wishes."""
    for row in catalogue.framework_images:
        if row.stack == wishes.stack and _fits(catalogue, machine, wishes, row):
            return vendor_resolution(machine, row)
    return None


def _fits(catalogue: Catalogue, machine: Machine, wishes: Wishes, row: FrameworkImage) -> bool:
    """Whether the machine runs the build inside; its Python is what it is."""
    if wishes.framework not in {row.framework, Framework.NONE}:
        return False
    if row.arch and machine.arch not in row.arch:
        return False
    if wishes.gpu is GpuNeed.NONE:
        return True
    asked = Wishes(framework=Framework(row.framework), framework_spec=wishes.framework_spec)
    verdict = judge(catalogue, machine, asked, _build(row))
    return not set(verdict.against) - IGNORED


def against_vendor_image(catalogue: Catalogue, machine: Machine, row: FrameworkImage) -> list[str]:
    """What rules an image out on the machine; empty if it runs."""
    if row.arch and machine.arch not in row.arch:
        return [f"it does not exist for {machine.arch}"]
    verdict = judge(catalogue, machine, Wishes(framework=Framework(row.framework)), _build(row))
    return [one.because for kind, one in verdict.against.items() if kind not in IGNORED]


def _build(row: FrameworkImage) -> Build:
    """The build inside an image as a row of builds, for the same rules."""
    return Build(
        source=row.source,
        doubt="",
        framework=Framework(row.framework),
        version=row.version,
        variant=row.variant,
        arch="",
        cuda=row.cuda,
        cudnn="",
        sm=row.sm,
        ptx=row.ptx,
        python=(row.python,),
        requirement="",
        index="",
        links="",
        local="",
        requires=(),
    )


def vendor_resolution(machine: Machine, row: FrameworkImage) -> Resolution:
    """The image as a decision."""
    framework = Framework(row.framework)
    build = FrameworkBuild(
        framework=framework,
        version=row.version,
        variant=row.variant,
        cuda=row.cuda,
        requirements=(),
        index_url=None,
    )
    step = Decision(
        what="image",
        chosen=row.image,
        because=f"it holds {framework.value} {row.version}",
        source=row.source,
    )
    doubts = (f"{row.image}: {row.doubt}",) if row.doubt else ()
    return Resolution(
        image=row.image,
        image_source=row.source,
        python=row.python,
        image_has_python=True,
        cuda=row.cuda,
        build=build,
        env=(),
        decisions=(step,),
        warnings=(*machine.unknown, *machine.notes, *doubts),
    )
