"""What `scaffold catalogue refresh` saw, kept in the user's cache; it can be deleted any time."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scaffold.catalogue.news import Seen

SCHEMA = 1


def seen_path() -> Path:
    """The file, in the XDG cache folder."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "gpu-scaffold" / "seen.json"


def read_seen() -> "Seen":
    """What was seen; nothing where there is no file, or one that is not ours."""
    from scaffold.catalogue.news import Seen

    try:
        found = json.loads(seen_path().read_text(encoding="utf-8"))
        if found.pop("schema") != SCHEMA:
            return Seen()
        tags, versions = (
            {str(key): tuple(map(str, texts)) for key, texts in found[part].items()}
            for part in ("tags", "versions")
        )
        on = {str(key): str(day) for key, day in found["on"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return Seen()
    return Seen(tags, versions, on) if {*tags, *versions} <= set(on) else Seen()


def write_seen(seen: "Seen") -> None:
    """Keep it, whole or not at all. Raises InputError where the cache cannot be written."""
    from scaffold.adapters.local.files import NewFile, write_files

    content = json.dumps({"schema": SCHEMA, **asdict(seen)}).encode()
    write_files([NewFile(seen_path(), content)])
