"""Results of `scaffold catalogue refresh` in the user's cache; safe to delete."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from scaffold.adapters.local.paths import cache_folder
from scaffold.errors import InputError

if TYPE_CHECKING:
    from scaffold.catalogue.news import PublishedVersions

SCHEMA = 1


def seen_path() -> Path:
    """The file, in the XDG cache folder."""
    return cache_folder() / "seen.json"


def read_seen() -> "PublishedVersions":
    """The saved results; empty without a file, or with a broken one."""
    # Imported here, since few users have the file.
    from scaffold.adapters.local.files import read_file
    from scaffold.catalogue.news import PublishedVersions
    from scaffold.parsing.untrusted.documents import read_json

    try:
        found = read_json(read_file(seen_path()) or b"")
        if found.pop("schema") != SCHEMA:
            return PublishedVersions()
        tags, versions = (
            {str(key): tuple(map(str, texts)) for key, texts in found[part].items()}
            for part in ("tags", "versions")
        )
        on = {str(key): str(day) for key, day in found["on"].items()}
    except (InputError, ValueError, TypeError, KeyError, AttributeError):
        return PublishedVersions()
    return (
        PublishedVersions(tags, versions, on)
        if {*tags, *versions} <= set(on)
        else PublishedVersions()
    )


def write_seen(seen: "PublishedVersions") -> None:
    """Save the results. Raises InputError if the cache cannot be written."""
    from scaffold.adapters.local.files import write_private

    content = json.dumps({"schema": SCHEMA, **asdict(seen)}).encode()
    write_private(seen_path(), content)
