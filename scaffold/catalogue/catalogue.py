"""Everything that is known, each table read when it is first asked for."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from scaffold.catalogue.gpu_names import find_model, find_pci_id
from scaffold.catalogue.rows import (
    Architecture,
    Build,
    Cap,
    Companion,
    CudaImage,
    CudaRelease,
    CudnnLimit,
    DriverBranch,
    Floor,
    FrameworkImage,
    GpuModel,
    KnownFailure,
    PythonImage,
)
from scaffold.catalogue.tables import Tables, rows_of
from scaffold.project.framework import Framework
from scaffold.versions import Version, parse_version

if TYPE_CHECKING:
    from scaffold.catalogue.rows_beside import (
        CudaTags,
        ImageFamily,
        Mirror,
        RemovedTag,
        ToolkitFlaw,
        ToolkitRelease,
    )

UNKNOWN_RELEASE: Version = (10**6,)
"""The driver that a CUDA release of no row asks for: none is new enough."""


class Builds(Mapping[Framework, tuple[Build, ...]]):
    """The builds of each framework, read when they are asked for."""

    def __init__(self, read: Callable[[Framework], tuple[Build, ...]]) -> None:
        self._read = read
        self._known: dict[Framework, tuple[Build, ...]] = {}

    def __getitem__(self, framework: Framework) -> tuple[Build, ...]:
        if framework is Framework.NONE:
            raise KeyError(framework)
        if framework not in self._known:
            self._known[framework] = self._read(framework)
        return self._known[framework]

    def __iter__(self) -> Iterator[Framework]:
        return (framework for framework in Framework if framework is not Framework.NONE)

    def __len__(self) -> int:
        return len(Framework) - 1


class Catalogue:
    """The rows by table, in the order of the files."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._companions: dict[str, tuple[Companion, ...]] = {}
        self._models: dict[str, GpuModel | None] = {}
        self._parts: dict[tuple[Framework, str, bool], tuple[Build, ...]] = {}
        self.builds = Builds(
            lambda framework: tables.rows(Build, framework.value, "builds", framework=framework)
        )

    @cached_property
    def floors(self) -> tuple[Floor, ...]:
        """The lowest driver of each CUDA major release."""
        return self._tables.rows(Floor, "cuda", "floors")

    @cached_property
    def releases(self) -> tuple[CudaRelease, ...]:
        """CUDA releases."""
        return self._tables.rows(CudaRelease, "cuda", "releases")

    @cached_property
    def branches(self) -> tuple[DriverBranch, ...]:
        """Driver branches, the oldest first."""
        return self._tables.rows(DriverBranch, "drivers", "branches")

    @cached_property
    def architectures(self) -> tuple[Architecture, ...]:
        """Compute capabilities."""
        return self._tables.rows(Architecture, "architectures", "architectures")

    @cached_property
    def gpus(self) -> tuple[GpuModel, ...]:
        """GPU models."""
        return self._tables.rows(GpuModel, "gpus", "gpus")

    @cached_property
    def cuda_images(self) -> tuple[CudaImage, ...]:
        """Point releases of nvidia/cuda, the newest first."""
        return self._tables.rows(CudaImage, "images", "cuda_images")

    @cached_property
    def python_images(self) -> tuple[PythonImage, ...]:
        """Tags of the python image, the one to prefer first."""
        return self._tables.rows(PythonImage, "images", "python_images")

    @cached_property
    def framework_images(self) -> tuple[FrameworkImage, ...]:
        """Vendors' images, the newest of each stack first."""
        return self._tables.rows(FrameworkImage, "images", "framework_images")

    @cached_property
    def removed(self) -> "tuple[RemovedTag, ...]":
        """Images that can no longer be pulled."""
        from scaffold.catalogue.rows_beside import RemovedTag

        return self._tables.rows(RemovedTag, "images", "removed")

    @cached_property
    def cuda_tags(self) -> "tuple[CudaTags, ...]":
        """Point releases of nvidia/cuda with their distributions, the newest first."""
        from scaffold.catalogue.rows_beside import CudaTags

        return self._tables.rows(CudaTags, "base_images", "cuda_tags")

    @cached_property
    def bases(self) -> "tuple[ImageFamily, ...]":
        """What the images of known repositories hold."""
        from scaffold.catalogue.rows_beside import ImageFamily

        return self._tables.rows(ImageFamily, "base_images", "bases")

    @cached_property
    def ubuntu_pythons(self) -> Mapping[str, str]:
        """The Python that each Ubuntu release packages."""
        return dict(self._tables.table("images", "ubuntu_pythons"))

    @cached_property
    def toolkit_releases(self) -> "tuple[ToolkitRelease, ...]":
        """Releases of the NVIDIA Container Toolkit, the newest first."""
        from scaffold.catalogue.rows_beside import ToolkitRelease

        return self._tables.rows(ToolkitRelease, "toolkit", "releases")

    @cached_property
    def toolkit_flaws(self) -> "tuple[ToolkitFlaw, ...]":
        """Published flaws of the NVIDIA Container Toolkit."""
        from scaffold.catalogue.rows_beside import ToolkitFlaw

        return self._tables.rows(ToolkitFlaw, "toolkit", "flaws")

    @cached_property
    def mirrors(self) -> "tuple[Mirror, ...]":
        """Public mirrors."""
        from scaffold.catalogue.rows_beside import Mirror

        return self._tables.rows(Mirror, "mirrors", "mirrors")

    @cached_property
    def cudnn_limits(self) -> tuple[CudnnLimit, ...]:
        """The releases at which cuDNN dropped old cards."""
        return self._tables.rows(CudnnLimit, "overrides", "cudnn")

    @cached_property
    def failures(self) -> tuple[KnownFailure, ...]:
        """Combinations that are known to fail."""
        return self._tables.rows(KnownFailure, "overrides", "fails")

    @cached_property
    def caps(self) -> tuple[Cap, ...]:
        """Packages that later releases of other packages break."""
        return self._tables.rows(Cap, "overrides", "caps")

    def builds_for(self, framework: Framework, arch: str, *, cpu: bool) -> tuple[Build, ...]:
        """The builds for one CPU architecture, with CUDA or without: all that a decision needs."""
        key = (framework, arch, cpu)
        if key not in self._parts:
            table = [
                entry
                for entry in self._tables.table(framework.value, "builds")
                if entry["arch"] == arch and (entry["variant"] == "cpu") == cpu
            ]
            sources = self._tables.table(framework.value, "sources")
            self._parts[key] = rows_of(Build, table, sources, framework=framework)
        return self._parts[key]

    def versions(self, framework: Framework) -> set[str]:
        """Every release of a framework."""
        return {entry["version"] for entry in self._tables.table(framework.value, "builds")}

    def companions(self, name: str) -> tuple[Companion, ...]:
        """The releases of a package that binds a framework, none for any other package."""
        if name not in self._companions:
            file = f"companions/{name}"
            known = self._tables.exists(file)
            rows = self._tables.rows(Companion, file, "releases", name=name) if known else ()
            self._companions[name] = rows
        return self._companions[name]

    def gpu(self, name: str) -> GpuModel | None:
        """The model that a name means, as nvidia-smi prints it or as people shorten it."""
        if name not in self._models:
            self._models[name] = find_model(self._tables, name)
        return self._models[name]

    def pci_gpu(self, device: str) -> GpuModel | None:
        """The model of a PCI device id of NVIDIA (`1B80`)."""
        return find_pci_id(self._tables, device)

    def architecture(self, capability: str) -> Architecture | None:
        """The row of a compute capability."""
        return self._by_capability.get(capability)

    @cached_property
    def _by_capability(self) -> dict[str, Architecture]:
        return {row.capability: row for row in self.architectures}

    @cached_property
    def _toolkit_drivers(self) -> dict[str, Version]:
        return {row.cuda: parse_version(row.toolkit_driver) for row in self.releases}

    @cached_property
    def _floors(self) -> dict[int, Version]:
        return {row.major: parse_version(row.driver) for row in self.floors}

    def floor(self, cuda: str) -> Version:
        """The lowest driver on which programs built with a CUDA release run.

        From 11.0 on minor version compatibility makes it the family's lowest; before, and for
        the release's own driver, it is what the toolkit was qualified with.
        """
        own = self.toolkit_driver(cuda)
        return min(own, self._floors.get(parse_version(cuda)[0], own))

    def toolkit_driver(self, cuda: str) -> Version:
        """The driver from which every feature of a CUDA release works, PTX included."""
        return self._toolkit_drivers.get(cuda, UNKNOWN_RELEASE)

    def cuda_of(self, driver: Version) -> str | None:
        """The CUDA release that a driver of this version reports, None for an unknown branch."""
        older = [row for row in self.branches if row.branch <= driver[0]]
        return max(older, key=lambda row: row.branch).cuda if older else None

    def replacement(self, image: str) -> "RemovedTag | None":
        """The row of an image that no longer exists."""
        from fnmatch import fnmatchcase

        return next((row for row in self.removed if fnmatchcase(image, row.pattern)), None)
