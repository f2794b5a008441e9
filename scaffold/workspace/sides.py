"""Paths by the machine that they are on, so that no remote text opens a local file."""

import posixpath

from scaffold.records import dataclass

LOCAL = "local"
"""The name of this computer where a host may be named."""


@dataclass(frozen=True, slots=True)
class HostPath:
    """A path on the machine of a Docker engine. It is no `os.PathLike`: `open` refuses it."""

    text: str

    def __str__(self) -> str:
        return self.text

    @property
    def normal(self) -> str:
        """The path without double and trailing slashes, for comparison."""
        return posixpath.normpath(self.text) if self.text else ""

    def contains(self, other: "HostPath") -> bool:
        """Whether `other` is this folder or below it."""
        return other.normal == self.normal or other.normal.startswith(f"{self.normal.rstrip('/')}/")
