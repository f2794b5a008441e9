"""Driver branches: NVIDIA's machine-readable release list, over what is known of older branches."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tools.catalogue.context import Context
from tools.catalogue.recorded import recorded
from tools.catalogue.source import SourceError
from tools.catalogue.stored import Made, Row

RELEASES = "https://docs.nvidia.com/datacenter/tesla/drivers/releases.json"
SIZE = 16 << 20
KINDS = {"lts": "LTS", "long": "LTS", "production": "PB", "new": "NFB", "pb": "PB", "nfb": "NFB"}
NEWER = "CUDA release not listed; at least that of the branch before"


def tables(context: Context, before: Mapping[str, Any]) -> Made:
    """Every branch, the oldest first; a branch that only the list has gets a doubt."""
    known = recorded("drivers")
    merged = {row["branch"]: row for row in [*before.get("branches", []), *known["branches"]]}
    try:
        listed = _listed(context)
    except SourceError as error:
        context.say(f"drivers: {error}; the branches stay as they are")
        listed = {}
    for branch, kind in sorted(listed.items()):
        if branch in merged:
            merged[branch] = merged[branch] | ({"kind": kind} if kind else {})
        else:
            merged[branch] = _new(branch, kind, list(merged.values()))
    return {"branches": [merged[branch] for branch in sorted(merged)]}, known["sources"] | {
        "J": "releases.json of the NVIDIA data-centre driver documentation"
    }


def _new(branch: int, kind: str, rows: Sequence[Row]) -> Row:
    older = [row for row in rows if row["branch"] < branch]
    cuda = max(older, key=lambda row: row["branch"])["cuda"] if older else ""
    return {
        "branch": branch,
        "cuda": cuda,
        "kind": kind,
        "end_of_life": "",
        "source": "J",
        "doubt": NEWER,
    }


def _listed(context: Context) -> dict[int, str]:
    """The kind of each branch that the list names."""
    try:
        data = json.loads(context.text("driver-releases", RELEASES, SIZE))
        found = {
            int(name): KINDS.get(str(entry["type"]).split()[0].lower(), "")
            for name, entry in data.items()
            if name.isdecimal() and isinstance(entry["driver_info"], list)
        }
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise SourceError(f"driver releases: not the list ({type(error).__name__})") from error
    if not found:
        raise SourceError("driver releases: no branch")
    return found
