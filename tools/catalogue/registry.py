"""Image registries: the tags of a repository, and what an image's configuration says."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scaffold.adapters.local.registry import image_tags
from scaffold.errors import TargetError
from tools.catalogue.source import Source, SourceError

INDEX_TYPES = (
    "application/vnd.oci.image.index.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.v2+json"
)
ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64"}
JSON_BYTES = 4 << 20
BRANCH = re.compile(r"driver>=(\d+),driver<(\d+)")


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry; `token` is where it gives anonymous tokens, empty where it wants none."""

    source: Source
    api: str
    token: str = ""

    def tags(self, repository: str) -> frozenset[str]:
        """Every tag of a repository."""
        try:
            return frozenset(image_tags(self.api, repository))
        except TargetError as error:
            raise SourceError(str(error).splitlines()[0]) from error

    def config(self, repository: str, tag: str) -> tuple[Mapping[str, str], list[str]]:
        """The environment of an image, and the architectures that its tag has."""
        bearer = self._bearer(repository)
        base = f"{self.api}/v2/{repository}"
        index = self._json(f"{base}/manifests/{tag}", bearer)
        archs, manifest = _choose(index, tag)
        if manifest:
            index = self._json(f"{base}/manifests/{manifest}", bearer)
        try:
            blob = self._json(f"{base}/blobs/{index['config']['digest']}", bearer)
            pairs = (str(item).split("=", 1) for item in blob["config"]["Env"] or [])
            return dict(pair for pair in pairs if len(pair) == 2), archs
        except (KeyError, TypeError) as error:
            raise SourceError(f"{repository}:{tag}: not an image configuration") from error

    def _bearer(self, repository: str) -> str:
        if not self.token:
            return ""
        answer = self._json(self.token.format(repository=repository), "")
        return str(answer.get("token") or answer.get("access_token") or "")

    def _json(self, url: str, bearer: str) -> dict[str, Any]:
        body = self.source.get(url, accept=INDEX_TYPES, size=JSON_BYTES, bearer=bearer)
        try:
            data = json.loads(body)
        except ValueError as error:
            raise SourceError(f"{url}: not JSON") from error
        if not isinstance(data, dict):
            raise SourceError(f"{url}: not a JSON object")
        return data


def _choose(index: Mapping[str, Any], tag: str) -> tuple[list[str], str]:
    """The architectures of an index, and the digest of the manifest to read."""
    manifests = index.get("manifests")
    if not isinstance(manifests, list):
        return ["x86_64"], ""
    found = {}
    for entry in manifests:
        platform = entry.get("platform") if isinstance(entry, dict) else None
        name = platform.get("architecture") if isinstance(platform, dict) else None
        if name in ARCHITECTURES:
            found[ARCHITECTURES[name]] = str(entry.get("digest", ""))
    if not found:
        raise SourceError(f"{tag}: no image for x86_64 or aarch64")
    return sorted(found, reverse=True), found.get("x86_64") or next(iter(found.values()))


def branches_of(require: str) -> tuple[list[int], bool]:
    """Driver branches that NVIDIA_REQUIRE_CUDA lets through by brand, and whether GeForce is one.

    Words are alternatives, the terms of a word apply together; `cuda>=X.Y` is for the driver's own
    CUDA release and is judged by the resolver.
    """
    branches: set[int] = set()
    geforce = False
    for clause in _clauses(require):
        match = BRANCH.search(clause)
        if match and "brand=" in clause:
            branches.update(range(int(match[1]), int(match[2])))
            geforce |= "brand=geforce," in clause
    return sorted(branches), geforce


def _clauses(require: str) -> Iterator[str]:
    for word in require.split():
        if len(word) < 200:
            yield f"{word},"
