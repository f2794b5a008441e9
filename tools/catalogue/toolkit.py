"""The NVIDIA Container Toolkit: its releases, and the first release without each published flaw."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from packaging.version import InvalidVersion, Version

from tools.catalogue.context import Context
from tools.catalogue.recorded import recorded
from tools.catalogue.source import SourceError
from tools.catalogue.stored import Made, Row

RELEASES = "https://api.github.com/repos/NVIDIA/nvidia-container-toolkit/releases?per_page=100"
CVES = "https://raw.githubusercontent.com/CVEProject/cvelistV5/main/cves"
SIZE = 8 << 20
OLDEST = Version("1.16.2")
PRODUCT = re.compile(r"container.?toolkit", re.IGNORECASE)
UP_TO = re.compile(r"up to(?: and including)? v?(\d+(?:\.\d+)+)")


def tables(context: Context, before: Mapping[str, Any]) -> Made:
    """Releases and flaws as they are published, else as they were read before."""
    known = recorded("toolkit")
    releases = _releases(context, before, known["releases"])
    versions = sorted((row["version"] for row in releases), key=Version)
    flaws = [_flaw(context, row, versions, before) for row in known["flaws"]]
    return {"releases": releases, "flaws": flaws}, known["sources"]


def _releases(context: Context, before: Mapping[str, Any], known: Sequence[Row]) -> list[Row]:
    merged = {row["version"]: row for row in [*known, *before.get("releases", [])]}
    try:
        merged |= {row["version"]: row for row in _published(context)}
    except SourceError as error:
        context.say(f"toolkit: {error}; its releases stay as they are")
    return [merged[text] for text in sorted(merged, key=Version, reverse=True)]


def _published(context: Context) -> Iterator[Row]:
    entries = _json(context.text("toolkit-releases", RELEASES, SIZE), "toolkit releases")
    if not isinstance(entries, list) or not entries:
        raise SourceError("toolkit releases: not a list")
    for entry in entries:
        name, day = entry.get("tag_name"), entry.get("published_at")
        if not isinstance(name, str) or not isinstance(day, str):
            raise SourceError("toolkit releases: an entry without tag or day")
        version = _version(name)
        if version and not version.is_prerelease and version >= OLDEST:
            yield {"version": str(version), "released": day[:10], "source": "T"}


def _version(name: str) -> Version | None:
    try:
        return Version(name.removeprefix("v"))
    except InvalidVersion:
        return None


def _flaw(context: Context, row: Row, versions: Sequence[str], before: Mapping[str, Any]) -> Row:
    """The flaw with the release after the last affected one."""
    identifier = row["cve"]
    kept = next((old for old in before.get("flaws", []) if old["cve"] == identifier), row)
    number = identifier.rpartition("-")[2]
    url = f"{CVES}/{identifier.split('-')[1]}/{number[:-3]}xxx/{identifier}.json"
    try:
        record = _json(context.text(f"cve-{number}", url, SIZE), identifier)
        last = max(_affected(record), key=Version, default="")
    except SourceError as error:
        context.say(f"toolkit: {error}; {identifier} stays as it is")
        return kept
    fixed = next((text for text in versions if last and Version(text) > Version(last)), "")
    if not fixed or Version(fixed) > Version(kept["fixed"]):
        return kept
    return row | {"fixed": fixed}


def _affected(record: Any) -> Iterator[str]:
    """The last affected release of each range of the toolkit."""
    try:
        for product in record["containers"]["cna"]["affected"]:
            if not PRODUCT.search(product["product"]):
                continue
            for entry in product["versions"]:
                text = f"{entry.get('version', '')} {entry.get('lessThanOrEqual', '')}"
                if "operator" not in text.lower():
                    yield from UP_TO.findall(text)
    except (KeyError, TypeError) as error:
        raise SourceError("not a CVE record") from error


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise SourceError(f"{name}: not JSON") from error
