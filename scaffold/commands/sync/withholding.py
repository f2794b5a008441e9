"""What is not uploaded: secrets before the user agreed, and what an ignore rule excludes."""

import os
import shlex
from collections.abc import Iterable
from pathlib import Path

from scaffold.adapters.local.files import shown
from scaffold.adapters.sync.state import SavedState
from scaffold.commands.sync.requests import PushRequest
from scaffold.errors import InputError
from scaffold.parsing.untrusted.secret_files import secret_file
from scaffold.sync.comparing import PushComparison, SkipReason
from scaffold.sync.git_folders import repository_of
from scaffold.sync.manifest import Manifest, ManifestEntry
from scaffold.sync.rules import IGNORE_FILE


def suspected_secrets(found: PushComparison, local: Manifest, saved: SavedState) -> dict[str, str]:
    """The files that would be uploaded for the first time and look like secrets: their kinds."""
    new = (
        path
        for path in found.send
        if path not in saved.known.agreed
        and local[path].kind == "f"
        and local[path].size
        and repository_of(path) is None
    )
    return {path: kind for path in new if (kind := secret_file(path))}


def withhold_secrets(
    found: PushComparison, local: Manifest, saved: SavedState, request: PushRequest
) -> list[str]:
    """Take suspected secrets out of an upload unless the user agrees; returns notes about them."""
    suspects = suspected_secrets(found, local, saved) if request.secrets else {}
    refused = suspects.keys() & saved.withheld
    new = {path: kind for path, kind in suspects.items() if path not in refused}
    if request.secrets is None or not suspects:
        return []
    if request.dry_run:
        return [_note(path, kind, "it asks first") for path, kind in suspects.items()]
    answer = request.secrets(new) if new else None
    if answer is False:
        saved.withhold(new)
        refused |= new.keys()
    held = refused if answer else suspects.keys()
    found.send = [path for path in found.send if path not in held]
    found.skipped |= dict.fromkeys(held - refused, SkipReason.SUSPECT)
    return [_note(path, suspects[path], "it stays here") for path in sorted(refused)]


def is_readable(root: Path, path: str, one: ManifestEntry) -> bool:
    """Whether the content of a local path can be uploaded."""
    return one.kind != "f" or os.access(f"{root}/{path}", os.R_OK)


def require_included(needed: Iterable[str], root: Path, local: Manifest) -> None:
    """Raise InputError if a file that the server needs is excluded by an ignore rule."""
    for path in needed:
        if path not in local and (root / path).is_file():
            top = path.partition("/")[0]
            line = f"!/{top}/" if top != path else f"!/{top}"
            file = Path(IGNORE_FILE) if root == Path.cwd() else root / IGNORE_FILE
            raise InputError(
                f"{path} is excluded by an ignore rule, and the server needs it: nothing was "
                "uploaded",
                hint=f"include it for uploads: echo '{line}' >>{shlex.quote(shown(file))}",
            )


def _note(path: str, kind: str, end: str) -> str:
    return f"{path} looks like a secret ({kind}): {end} (--include-secrets uploads it)"
