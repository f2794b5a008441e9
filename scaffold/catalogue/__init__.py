"""Facts about the world as data rows, each with its source; see the TOML files in this folder."""

from scaffold.catalogue.catalogue import Catalogue
from scaffold.catalogue.loading import load_catalogue
from scaffold.catalogue.rows import (
    Architecture,
    Build,
    Cap,
    Companion,
    CudaImage,
    CudaRelease,
    DriverBranch,
    FrameworkImage,
    GpuModel,
    PythonImage,
)

__all__ = [
    "Architecture",
    "Build",
    "Cap",
    "Catalogue",
    "Companion",
    "CudaImage",
    "CudaRelease",
    "DriverBranch",
    "FrameworkImage",
    "GpuModel",
    "PythonImage",
    "load_catalogue",
]
