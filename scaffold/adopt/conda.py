"""Conda environments, read from their package records.

Each package has a JSON file in the prefix's `conda-meta`: docs.conda.io, "Package specification".
"""

import json
import re
from collections.abc import Mapping
from posixpath import basename, dirname

from scaffold.parsing.untrusted.documents import read_json
from scaffold.parsing.untrusted.secret_forms import without_logins
from scaffold.records import dataclass

_TOKEN = re.compile(r"/t/[^/]+(?=/)")
_META = re.compile(r"(?P<name>.+)-(?P<version>[^-]+)-(?P<build>[^-]+)\.json")


@dataclass(frozen=True, kw_only=True, slots=True)
class CondaPackage:
    """One installed package with its channel and the absolute paths of its files and record."""

    name: str
    version: str
    build: str
    channel: str
    files: frozenset[str] = frozenset()
    record: str = ""

    @property
    def is_local(self) -> bool:
        """Whether it came from a folder of the container, so that it cannot be downloaded."""
        return self.channel.startswith(("file:", "/"))

    @property
    def spec(self) -> str:
        """The exact package, as an environment file names it."""
        return f"{self.name}={self.version}={self.build}"


@dataclass(frozen=True, kw_only=True, slots=True)
class CondaEnvironment:
    """A new environment, or one of the base image with more packages.

    `owner` is the `uid:gid` of its files, empty for root; `home` is that user's home folder.
    `local` are packages of a channel in the container: their files are copied.
    """

    prefix: str
    packages: tuple[CondaPackage, ...]
    new: bool
    secret: bool = False
    owner: str = ""
    home: str = "/root"
    local: tuple[CondaPackage, ...] = ()

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels of its packages."""
        return tuple(dict.fromkeys(package.channel for package in self.packages))

    @property
    def content(self) -> str:
        """The environment file."""
        lines = ["channels:", *(f"  - {json.dumps(name)}" for name in self.channels)]
        lines += ["dependencies:", *(f"  - {json.dumps(one.spec)}" for one in self.packages)]
        return "\n".join(lines) + "\n"


def meta_folders(paths: Mapping[str, object]) -> list[str]:
    """The `conda-meta` folders that hold package records."""
    found = {
        dirname(path)
        for path in paths
        if path.endswith(".json") and basename(dirname(path)) == "conda-meta"
    }
    return sorted(found)


def read_environment(
    prefix: str, records: Mapping[str, bytes], before: Mapping[str, bytes]
) -> CondaEnvironment:
    """Read the packages; `records` by file name, `before` those of the base image."""
    packages, secret = [], False
    for name, content in sorted(records.items()):
        try:
            record = read_json(content)
        except ValueError:
            continue
        if not isinstance(record, dict) or not record.get("name"):
            continue
        channel, hidden = _channel(record)
        secret = secret or hidden
        if name not in before:
            packages.append(
                CondaPackage(
                    name=str(record["name"]),
                    version=str(record.get("version", "")),
                    build=str(record.get("build", "")),
                    channel=channel,
                    files=frozenset(f"{prefix}/{path}" for path in record.get("files") or ()),
                    record=f"{prefix}/conda-meta/{name}",
                )
            )
    return CondaEnvironment(
        prefix=prefix,
        packages=tuple(one for one in packages if not one.is_local),
        new=not before,
        secret=secret,
        local=tuple(one for one in packages if one.is_local),
    )


def _channel(record: Mapping[str, object]) -> tuple[str, bool]:
    """The name or address of the channel, and whether credentials were removed from it."""
    url, subdir = str(record.get("url") or ""), str(record.get("subdir") or "")
    address = url.rpartition("/")[0] if url else str(record.get("channel") or "")
    address = address.rstrip("/").removesuffix(f"/{subdir}")
    plain = _TOKEN.sub("", without_logins(address))
    name = plain.removeprefix("https://conda.anaconda.org/")
    return name, plain != address


def package_of(path: str) -> tuple[str, str] | None:
    """Name and `version=build` of the package, from the path of its record."""
    match = _META.fullmatch(basename(path)) if basename(dirname(path)) == "conda-meta" else None
    return (match["name"], f"{match['version']}={match['build']}") if match else None
