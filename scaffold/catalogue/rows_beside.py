"""Rows that no decision of the resolver reads: the container toolkit, mirrors, gone images."""

from dataclasses import dataclass

from scaffold.catalogue.rows import Row


@dataclass(frozen=True, slots=True)
class RemovedTag(Row):
    """Images that are gone, as a shell pattern, and what takes their place."""

    pattern: str
    instead: str


@dataclass(frozen=True, slots=True)
class ToolkitFlaw(Row):
    """A published flaw of the NVIDIA Container Toolkit and the first version without it."""

    cve: str
    fixed: str


@dataclass(frozen=True, slots=True)
class ToolkitRelease(Row):
    """A release of the NVIDIA Container Toolkit and its day."""

    version: str
    released: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror(Row):
    """A public mirror; `kind` and `url` are what `--mirror KIND=URL` takes."""

    name: str
    kind: str
    url: str
