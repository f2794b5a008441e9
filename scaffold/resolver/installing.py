"""How an installer is asked for a build: the requirement that selects it, and its index."""

from scaffold.catalogue import Build
from scaffold.project.facts import Framework
from scaffold.resolver.resolution import FrameworkBuild, Wishes

DISTRIBUTIONS = {
    Framework.PYTORCH: "torch",
    Framework.TENSORFLOW: "tensorflow",
    Framework.JAX: "jax",
}

PYTORCH_INDEX = "https://download.pytorch.org/whl"


def gpu_build(build: Build, wishes: Wishes) -> FrameworkBuild:
    """The build with its CUDA libraries, from the default index where that one has it."""
    name = DISTRIBUTIONS[build.framework]
    pytorch = build.framework is Framework.PYTORCH
    extra = "" if pytorch else f"[{build.variant}]"
    # Only PyTorch's own index has versions that name their variant (2.4.1+cu121).
    needs_index = pytorch and (not build.default or "+" in wishes.framework_spec)
    return FrameworkBuild(
        build.framework,
        build.version,
        build.variant,
        build.cuda,
        (_requirement(name + extra, build, wishes),),
        f"{PYTORCH_INDEX}/{build.variant}" if needs_index else None,
    )


def cpu_build(build: Build, wishes: Wishes) -> FrameworkBuild:
    """The same version without CUDA."""
    requirement = _requirement(DISTRIBUTIONS[build.framework], build, wishes)
    index = f"{PYTORCH_INDEX}/cpu" if build.framework is Framework.PYTORCH else None
    return FrameworkBuild(build.framework, build.version, "cpu", None, (requirement,), index)


def _requirement(name: str, build: Build, wishes: Wishes) -> str:
    """The requirement that selects the row's X.Y within what the project asks for."""
    major, minor = build.version.split(".")[:2]
    row = f">={major}.{minor},<{major}.{int(minor) + 1}"
    return f"{name}{row},{wishes.framework_spec}" if wishes.framework_spec else f"{name}{row}"
