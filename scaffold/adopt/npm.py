"""Global npm packages: folders of `lib/node_modules`, and links to their programs."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_PACKAGE = re.compile(
    r"(?P<prefix>/usr|/usr/local)/lib/node_modules/(?P<name>(?:@[\w.-]+/)?[\w.-]+)/package\.json"
)


@dataclass(frozen=True, slots=True)
class NpmPackage:
    """One package installed with `npm install --global`."""

    name: str
    version: str
    folder: str

    @property
    def spec(self) -> str:
        """The argument for `npm install`."""
        return f"{self.name}@{self.version}"


def package_files(paths: Iterable[str]) -> list[str]:
    """The manifests of global packages among paths."""
    return sorted(path for path in paths if _PACKAGE.fullmatch(path))


def read_package(path: str, content: bytes) -> NpmPackage | None:
    """Read one manifest; None if it is invalid."""
    match = _PACKAGE.fullmatch(path)
    try:
        version = str(json.loads(content)["version"])
    except (ValueError, KeyError, TypeError):
        return None
    return NpmPackage(match["name"], version, path.rpartition("/")[0]) if match else None


def owned_by_npm(path: str, target: str, packages: Mapping[str, NpmPackage]) -> bool:
    """Whether a path belongs to a package, or is a link to a program of one."""
    if any(path == folder or path.startswith(f"{folder}/") for folder in packages):
        return True
    return "/bin/" in path and "/node_modules/" in target
