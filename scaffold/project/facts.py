"""The result of looking at a repository."""

from dataclasses import dataclass
from enum import StrEnum


class Framework(StrEnum):
    """The deep learning frameworks that decide CUDA and image."""

    PYTORCH = "pytorch"
    TENSORFLOW = "tensorflow"
    JAX = "jax"
    NONE = "none"


class PackageManager(StrEnum):
    """What installs the project's dependencies."""

    PIP = "pip"
    UV = "uv"
    CONDA = "conda"
    POETRY = "poetry"
    PDM = "pdm"
    PIPENV = "pipenv"
    HATCH = "hatch"
    PIXI = "pixi"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observation: what it speaks of, where it stands (`requirements.txt:3`), its text.

    `used` is False where the project's own install path does not read that place, so that
    a disagreeing source is shown and not followed.
    """

    what: str
    where: str
    text: str
    used: bool = True


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """One repository.

    `framework_spec` and `python_spec` are PEP 440 specifier sets (`>=2.8,<3`; empty: any).
    `cuda_hint` is a CUDA release that the project names (`12.4`). `nvcc` says that something
    must be compiled against CUDA. `install_files` are the paths, relative to the root, that
    the package manager reads to install the dependencies. `index_urls` are package indexes
    that the project's own files ask for. `requirements` are the packages that its installation
    names, as PEP 508 texts. `problems` are files that could not be read.
    """

    framework: Framework = Framework.NONE
    framework_spec: str = ""
    python_spec: str = ""
    package_manager: PackageManager = PackageManager.PIP
    install_files: tuple[str, ...] = ()
    index_urls: tuple[str, ...] = ()
    installable: bool = False
    nvcc: bool = False
    cuda_hint: str | None = None
    ports: tuple[int, ...] = ()
    notebooks: bool = False
    devcontainer: bool = False
    evidence: tuple[Evidence, ...] = ()
    problems: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
