"""Global npm packages: folders of `lib/node_modules`, and links to their programs."""

import re
from collections.abc import Iterable

from scaffold.parsing.untrusted.documents import read_json
from scaffold.records import dataclass

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
    """Read one manifest; None if it is invalid, or if the registry did not deliver it."""
    match = _PACKAGE.fullmatch(path)
    try:
        manifest = read_json(content)
        version, origin = str(manifest["version"]), str(manifest.get("_resolved") or "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if origin and not origin.startswith(("http://", "https://")):
        return None
    return NpmPackage(match["name"], version, path.rpartition("/")[0]) if match else None


def is_program_link(path: str, target: str, packages: Iterable[NpmPackage]) -> bool:
    """Whether a path is a link to a program of a package, which its installation creates.

    Links to other folders (`npm link`) are the user's own.
    """
    return "/bin/" in path and any(
        f"/node_modules/{one.name}/" in target or target.endswith(f"/node_modules/{one.name}")
        for one in packages
    )
