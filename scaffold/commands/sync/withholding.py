"""Files that look like secrets are uploaded only after the user agreed, once for each of them."""

from scaffold.adapters.sync.state import SavedState
from scaffold.commands.sync.requests import PushRequest
from scaffold.parsing.untrusted.secret_files import secret_file
from scaffold.sync.comparing import PushComparison, SkipReason
from scaffold.sync.git_folders import repository_of
from scaffold.sync.manifest import Manifest


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


def _note(path: str, kind: str, end: str) -> str:
    return f"{path} looks like a secret ({kind}): {end} (--include-secrets uploads it)"
