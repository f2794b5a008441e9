"""Reads the rows that ship with the package."""

import functools
import tomllib
from collections.abc import Iterable
from dataclasses import fields
from importlib.resources import files
from types import MappingProxyType
from typing import Any, TypeVar

from scaffold.catalogue.rows import (
    Architecture,
    Build,
    Catalogue,
    CudaImage,
    CudaRelease,
    DriverBranch,
    Floor,
    FrameworkImage,
    GpuModel,
    Mirror,
    PythonImage,
    RemovedTag,
    Row,
    ToolkitFlaw,
    ToolkitRelease,
)
from scaffold.project.facts import Framework

R = TypeVar("R", bound=Row)

FILES = (
    *("cuda", "drivers", "architectures", "gpus"),
    *("pytorch", "tensorflow", "jax", "images", "toolkit", "mirrors"),
)


@functools.cache
def load_catalogue() -> Catalogue:
    """Load and validate every row.

    Raises ValueError where a row lacks a source or a field, which the tests rule out.
    """
    data = {name: _read(name) for name in FILES}
    cuda, images = data["cuda"], data["images"]
    return Catalogue(
        floors=_rows(Floor, cuda["floors"]),
        releases=_rows(CudaRelease, cuda["releases"]),
        branches=_rows(DriverBranch, data["drivers"]["branches"]),
        architectures=_rows(Architecture, data["architectures"]["architectures"]),
        gpus=_rows(GpuModel, data["gpus"]["gpus"]),
        builds=MappingProxyType(
            {
                framework: _rows(Build, data[framework.value]["builds"], framework=framework)
                for framework in (Framework.PYTORCH, Framework.TENSORFLOW, Framework.JAX)
            }
        ),
        cuda_images=_rows(CudaImage, images["cuda_images"]),
        python_images=_rows(PythonImage, images["python_images"]),
        framework_images=_rows(FrameworkImage, images["framework_images"]),
        removed=_rows(RemovedTag, images["removed"]),
        toolkit_releases=_rows(ToolkitRelease, data["toolkit"]["releases"]),
        toolkit_flaws=_rows(ToolkitFlaw, data["toolkit"]["flaws"]),
        mirrors=_rows(Mirror, data["mirrors"]["mirrors"]),
        ubuntu_pythons=MappingProxyType(images["ubuntu_pythons"]),
    )


def _read(name: str) -> dict[str, Any]:
    """The tables of one file, the letters of each row's `source` written out."""
    tables = tomllib.loads((files(__package__) / f"{name}.toml").read_text(encoding="utf-8"))
    texts = tables.pop("sources")
    for row in (row for table in tables.values() for row in table if isinstance(row, dict)):
        row["source"] = "; ".join(texts[key] for key in row.get("source", "").split("+"))
    return tables


def _rows(kind: type[R], table: Iterable[dict[str, Any]], **common: object) -> tuple[R, ...]:
    names = {field.name for field in fields(kind)}
    rows = []
    for entry in table:
        values = {"doubt": "", **common, **entry}
        if set(values) != names:
            raise ValueError(f"{kind.__name__}: fields {sorted(set(values) ^ names)} in {entry}")
        frozen: dict[str, Any] = {key: _frozen(value) for key, value in values.items()}
        rows.append(kind(**frozen))
    return tuple(rows)


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
