"""Python packages that dpkg does not own, read from their metadata.

The layout is that of packaging.python.org, "Recording installed projects".
"""

import csv
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import field, replace
from posixpath import basename, dirname, join, normpath

from scaffold.parsing.untrusted.documents import read_json
from scaffold.parsing.untrusted.secrets import find_secrets
from scaffold.records import dataclass

_SITE = re.compile(
    r"(?P<prefix>.*)/lib(64)?/(?P<python>python3(\.\d+)?)/(?P<kind>site|dist)-packages"
)
_INFO = re.compile(r"(?P<name>[^/]+)-(?P<version>[^-/]+)\.dist-info")

METADATA_FILES = ("METADATA", "RECORD", "INSTALLER", "REQUESTED", "direct_url.json")


@dataclass(frozen=True, kw_only=True, slots=True)
class Distribution:
    """One installed distribution. `origin` is its URL, if it did not come from an index.

    `files` are the absolute paths that it owns. `reinstallable` is whether an installer can
    download it: what came from a folder or a file of the container cannot be downloaded.
    """

    name: str
    version: str
    folder: str
    installer: str = ""
    requested: bool = False
    origin: str = ""
    files: frozenset[str] = frozenset()
    reinstallable: bool = True

    @property
    def requirement(self) -> str:
        """The line of a requirements file."""
        return f"{self.name} @ {self.origin}" if self.origin else f"{self.name}=={self.version}"

    @property
    def site(self) -> str:
        """The site-packages folder that contains it."""
        return dirname(self.folder)


@dataclass(frozen=True, slots=True)
class SiteFolder:
    """A folder of Python packages, and how to install into it.

    `python` is the interpreter; `user` is whether it is a user's folder (`pip --user`).
    """

    path: str
    prefix: str
    python: str
    user: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteChanges:
    """What pip has to do in one site-packages folder.

    `venv` is whether the environment has to be created first, by the interpreter `made_by`.
    `owner` is the `uid:gid` of its files, empty for root; `home` is that user's home folder.
    """

    site: SiteFolder
    install: tuple[Distribution, ...] = ()
    uninstall: tuple[str, ...] = ()
    venv: bool = False
    made_by: str = "python3"
    system_packages: bool = False
    owner: str = ""
    home: str = "/root"

    @property
    def brings_pip(self) -> bool:
        """Whether the environment has its own pip."""
        return any(dist.name == "pip" for dist in self.install)


def read_site(path: str) -> SiteFolder | None:
    """The site-packages folder at a path; None for any other folder."""
    match = _SITE.fullmatch(path)
    if match is None:
        return None
    prefix, python = match["prefix"] or "/", match["python"]
    if basename(prefix) == ".local":
        return SiteFolder(path, prefix, python, user=True)
    if prefix in {"/usr", "/usr/local"}:
        # Debian's own interpreter installs into /usr/local/.../dist-packages.
        where = "/usr/local" if match["kind"] == "site" and prefix == "/usr/local" else "/usr"
        return SiteFolder(path, prefix, f"{where}/bin/{python}")
    return SiteFolder(path, prefix, f"{prefix.rstrip('/')}/bin/python")


def info_folders(paths: Iterable[str]) -> list[str]:
    """The metadata folders among paths."""
    return sorted(path for path in paths if _info(path))


def _info(path: str) -> re.Match[str] | None:
    match = _INFO.fullmatch(basename(path))
    return match if match and read_site(dirname(path)) else None


def name_and_version(folder: str) -> tuple[str, str]:
    """Name (as in PEP 503) and version, from the name of the metadata folder."""
    match = _INFO.fullmatch(basename(folder))
    return (canonical(match["name"]), match["version"]) if match else (basename(folder), "")


def canonical(name: str) -> str:
    """A normalised name: PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_dist(folder: str, files: Mapping[str, bytes]) -> Distribution:
    """Read a distribution; `files` are those of its metadata folder, by name."""
    name, version = name_and_version(folder)
    origin, fetchable = _origin(files.get("direct_url.json", b""))
    return Distribution(
        name=name,
        version=version,
        folder=folder,
        installer=files.get("INSTALLER", b"").decode("utf-8", "replace").strip(),
        requested="REQUESTED" in files,
        origin=origin if fetchable else "",
        files=_record(folder, files.get("RECORD", b"")),
        reinstallable=fetchable and "RECORD" in files and "METADATA" in files,
    )


def _origin(content: bytes) -> tuple[str, bool]:
    """The URL of PEP 610 in the form of PEP 508, and whether it can be downloaded."""
    try:
        read = read_json(content or b"{}")
        url, vcs = str(read.get("url", "")), read.get("vcs_info") or {}
    except (ValueError, AttributeError):
        return "", True
    if not url:
        return "", True
    if not url.startswith(("http://", "https://")) or find_secrets(url):
        return url, False
    folder = f"#subdirectory={read['subdirectory']}" if read.get("subdirectory") else ""
    if vcs:
        return f"{vcs.get('vcs', 'git')}+{url}@{vcs.get('commit_id', '')}{folder}", True
    return f"{url}{folder}", True


def _record(folder: str, content: bytes) -> frozenset[str]:
    site = dirname(folder)
    lines = content.replace(b"\0", b"").decode("utf-8", "replace").splitlines()
    try:
        rows = list(csv.reader(lines))
    except csv.Error:
        # A field of more than 131,072 characters is no path.
        return frozenset()
    return frozenset(normpath(join(site, row[0])) for row in rows if row and row[0])


@dataclass(frozen=True, slots=True)
class PipIndexes:
    """The package indexes of pip, without those that have credentials.

    `options` are lines for a requirements file; `secret` are files that hold credentials.
    """

    options: tuple[str, ...] = ()
    secret: tuple[str, ...] = field(default=())


_PIP_KEYS = ("index-url", "extra-index-url", "find-links", "trusted-host")


def read_indexes(files: Mapping[str, bytes], env: Mapping[str, str]) -> PipIndexes:
    """Read pip's settings from its files (lowest priority first) and from variables."""
    found: dict[str, str] = {}
    secret = []
    for path, content in files.items():
        text = content.decode("utf-8", "replace")
        if find_secrets(text):
            secret.append(path)
            continue
        for key, value in re.findall(r"(?m)^\s*([a-z_-]+)\s*[=:][ \t]*(.*(?:\n[ \t]+.*)*)", text):
            found[key.replace("_", "-")] = value
    for key in _PIP_KEYS:
        value = env.get(f"PIP_{key.upper().replace('-', '_')}", "")
        if value and not find_secrets(value):
            found[key] = value
    words = [(key, word) for key in _PIP_KEYS for word in found.get(key, "").split()]
    # A folder of the container does not exist yet when the image is built.
    options = [f"--{key} {word}" for key, word in words if key != "find-links" or "://" in word]
    return PipIndexes(tuple(options), tuple(secret))


_LOCAL = re.compile(r"\+((?:cu|rocm)[\d.]+|cpu|xpu)$")


_ARCHIVE = re.compile(r"(?P<name>.+?)-(?P<version>\d[^-]*)(?:-.+\.whl|\.tar\.gz|\.zip|\.tar\.bz2)")


def without_source(dists: Iterable[Distribution], paths: Iterable[str]) -> list[Distribution]:
    """The distributions, those that no index has marked as such.

    That is so if the container has a wheel or source archive of this version among `paths`, or
    if the version has a local part, which PyPI does not accept (PEP 440); PyTorch's index does.
    """
    archives = {
        (canonical(match["name"]), match["version"].replace("_", "-"))
        for path in paths
        if (match := _ARCHIVE.fullmatch(basename(path)))
    }
    return [replace(dist, reinstallable=_is_fetchable(dist, archives)) for dist in dists]


def _is_fetchable(dist: Distribution, archives: Collection[tuple[str, str]]) -> bool:
    local = "+" in dist.version and not _LOCAL.search(dist.version)
    here = (dist.name, dist.version.replace("_", "-")) in archives
    return dist.reinstallable and (bool(dist.origin) or not (local or here))


def pytorch_variants(dists: Iterable[Distribution]) -> tuple[str, ...]:
    """The PyTorch indexes that the versions need: `2.8.0+cu126` needs cu126."""
    found = {match[1] for dist in dists if (match := _LOCAL.search(dist.version))}
    return tuple(sorted(found))
