"""Which packages no apt archive has: those installed from a .deb file of the container."""

import gzip
import re
from collections.abc import Iterable, Iterator, Mapping

from scaffold.adopt.dpkg import DebianPackage

LISTS = "/var/lib/apt/lists"
HISTORY = "/var/log/apt/history.log"
DPKG_LOG = "/var/log/dpkg.log"

_LIST = re.compile(rf"{LISTS}/[^/]*_Packages(\.gz)?")
_NAME = re.compile(rb"^Package: (\S+)$", re.MULTILINE)
_INSTALLED = re.compile(r"([^\s,(]+?)(?::\w+)? \(([^)]*)\)")
_DPKG = re.compile(r"(?m)^\S+ \S+ (?:install|upgrade) ([^\s:]+)(?::\S+)? \S+ (\S+)$")


def is_package_list(path: str) -> bool:
    """Whether a path is a list of an archive's packages that this reader understands."""
    return bool(_LIST.fullmatch(path))


def local_packages(new: Iterable[DebianPackage], files: Mapping[str, bytes]) -> frozenset[str]:
    """The names of packages that came from a .deb file; `files` are lists and logs, by path.

    The lists of the archives decide, if there are any; else the logs: dpkg names what it
    installed, and apt what it installed from an archive or from a file.
    """
    new = list(new)
    known = set(_archive_names(files))
    if known:
        return frozenset(one.name for one in new if one.name.partition(":")[0] not in known)
    by_apt, from_file = _by_apt(files.get(HISTORY, b"").decode("utf-8", "replace"))
    log = files.get(DPKG_LOG, b"").decode("utf-8", "replace")
    by_dpkg = {(match[1], match[2]) for match in _DPKG.finditer(log)}
    return frozenset(
        one.name
        for one in new
        if (key := (one.name.partition(":")[0], one.version)) in from_file
        or (key in by_dpkg and key not in by_apt)
    )


def _archive_names(files: Mapping[str, bytes]) -> Iterator[str]:
    for path, content in files.items():
        if is_package_list(path):
            text = gzip.decompress(content) if path.endswith(".gz") else content
            yield from (name.decode() for name in _NAME.findall(text))


def _by_apt(history: str) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """What apt installed, by name and version: all of it, and what came from .deb files."""
    found: set[tuple[str, str]] = set()
    from_file: set[tuple[str, str]] = set()
    for entry in history.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in entry.splitlines() if ": " in line)
        debs = re.findall(r"([^\s/]+)\.deb\b", fields.get("Commandline", ""))
        names = {deb.partition("_")[0] for deb in debs}
        for key in ("Install", "Upgrade", "Reinstall"):
            for name, versions in _INSTALLED.findall(fields.get(key, "")):
                words = [word.strip() for word in versions.split(",")]
                automatic = "automatic" in words
                version = [word for word in words if word != "automatic"][-1:]
                one = (name, version[0] if version else "")
                found.add(one)
                if debs and not automatic and (name in names or len(debs) == 1):
                    from_file.add(one)
    return found, from_file
