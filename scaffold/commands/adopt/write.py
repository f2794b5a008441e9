"""The files of an adopted container: compared with existing files, then written."""

from collections.abc import Collection, Mapping
from pathlib import Path

from scaffold.adapters.devcontainer.template import place_script, render
from scaffold.adapters.docker.file_store import FileStore
from scaffold.adapters.local.answers_file import fingerprint
from scaffold.adapters.local.files import read_file, shown
from scaffold.adopt.adoption import FOLDER, Adoption, lists, make_adopted_plan
from scaffold.adopt.overlay import ROOT
from scaffold.commands.init.files import FileChange, Status, check_folder, compare, write_changes
from scaffold.container.known_secrets import holds_value
from scaffold.errors import InputError
from scaffold.parsing.untrusted.documents import BrokenDocumentError, read_toml

RECORD = f"{FOLDER}/adopted.toml"

RECORD_HEAD = """\
# The source of these files (`scaffold container adopt`). [generated] is used by the next run to
# find the files that you edited.
"""


def plan_files(adoption: Adoption, store: FileStore, root: Path) -> tuple[FileChange, ...]:
    """Every file, compared with the existing one. Raises InputError if that is unreadable."""
    check_folder(root, FOLDER)
    _check_record(root)
    generated = _generated(adoption, store)
    changes = [
        _compare(root, path, content, mode) for path, (content, mode) in sorted(generated.items())
    ]
    record = _record(adoption, {path: content for path, (content, _) in generated.items()})
    before = read_file(root / RECORD, below=root)
    status: Status = "new" if before is None else "same" if before == record else "changed"
    return (
        *changes,
        FileChange(path=RECORD, status=status, after=record, mode=0o644, before=before, ours=True),
    )


def _generated(adoption: Adoption, store: FileStore) -> dict[str, tuple[bytes, int]]:
    found = {
        path: (file.content, file.mode)
        for path, file in render(make_adopted_plan(adoption)).items()
        # The image is built from this folder only, so no ignore file is needed.
        if path != ".dockerignore"
    }
    for name, text in lists(adoption).items():
        found[f"{FOLDER}/{name}"] = (text.encode(), 0o644)
    _check_secrets(found, adoption.known_secrets)
    if adoption.overlay.anything:
        found[f"{FOLDER}/place.sh"] = (place_script(), 0o755)
    for entry in adoption.overlay.entries:
        if entry.kind == "file":
            content = store.path(entry.digest).read_bytes()
            found[f"{FOLDER}/{ROOT}{entry.path}"] = (
                content,
                0o755 if entry.mode & 0o100 else 0o644,
            )
    return found


def _check_secrets(found: Mapping[str, tuple[bytes, int]], known: Collection[str]) -> None:
    """Raise InputError if a value that was left out elsewhere is part of a generated file."""
    for path, (content, _) in found.items():
        if holds_value(content.decode("utf-8", "replace"), known):
            raise InputError(
                f"{path} would hold the value of a suspected secret, so nothing is written",
                hint="change that value in the container, or copy it: --include-secret NAME",
            )


def _compare(root: Path, path: str, after: bytes, mode: int) -> FileChange:
    target = root / path
    if not Path(target.parent).resolve().is_relative_to((root / FOLDER).resolve()):
        raise InputError(
            f"{shown(target.parent)} leads out of {FOLDER}", hint="remove the link and run again"
        )
    return compare(root, path, after, mode)


def _check_record(root: Path) -> None:
    """Raise InputError for a record that this command cannot have written."""
    try:
        read_toml(read_file(root / RECORD, below=root) or b"")
    except BrokenDocumentError as error:
        raise InputError(
            f"{RECORD} is not valid TOML: {error}", hint="fix or remove the file"
        ) from error


def _record(adoption: Adoption, generated: Mapping[str, bytes]) -> bytes:
    import tomli_w

    table = {
        "adopted": {
            "from": adoption.origin,
            "base": adoption.base.reference,
            "base_id": adoption.base.id,
        },
        "generated": {path: fingerprint(content) for path, content in sorted(generated.items())},
    }
    return (RECORD_HEAD + tomli_w.dumps(table)).encode()


def write(root: Path, changes: tuple[FileChange, ...]) -> list[Path]:
    """Write new and changed files, all or none; returns backups of the user's files."""
    return write_changes(root, changes)
