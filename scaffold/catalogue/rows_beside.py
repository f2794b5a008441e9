"""Rows that no decision of the resolver reads: the container toolkit, mirrors, removed images."""

from dataclasses import dataclass

from scaffold.catalogue.rows import Row


@dataclass(frozen=True, slots=True)
class RemovedTag(Row):
    """Images that can no longer be pulled, as a shell pattern, and their replacement."""

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
