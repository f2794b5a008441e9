"""The files that `scaffold init` writes, compared with the present ones."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from scaffold.adapters.devcontainer.template import render
from scaffold.adapters.local.answers_file import (
    PERSONAL_HEAD,
    Record,
    fingerprint,
    personal_name,
    record_name,
)
from scaffold.adapters.local.answers_file import write_record as record_content
from scaffold.adapters.local.files import NewFile, read_file, shown, write_files
from scaffold.adapters.local.remembered import GENERATED
from scaffold.adapters.sync.local_git import is_committed
from scaffold.answers.choices import Files
from scaffold.answers.feature_metadata import FEATURE_FILE, check_metadata
from scaffold.answers.model import Answers
from scaffold.answers.question import Value
from scaffold.commands.init.host_files import SETTINGS, settings_text
from scaffold.commands.init.personal_files import (
    SETTINGS_IGNORE,
    SETTINGS_IGNORED,
    ignoring,
    personal_files,
)
from scaffold.errors import InputError
from scaffold.plan import Plan
from scaffold.project.facts import ProjectFacts
from scaffold.records import dataclass

IGNORE = ".dockerignore"

Status = Literal["new", "changed", "merged", "same", "kept"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """One generated file and the present one.

    `ours` says that the present content is as an earlier run wrote it, so that replacing it
    loses nothing of the user's. A file that is `merged` is the user's, with a setting more.
    """

    path: str
    status: Status
    after: bytes
    mode: int
    before: bytes | None = None
    ours: bool = False


def changes_of(
    root: Path,
    plan: Plan,
    recorded: Mapping[str, Value],
    earlier: Mapping[str, str] | None = None,
) -> list[FileChange]:
    """Every file of the plan and the new record, with the present files of `root`.

    `earlier` are the fingerprints of the files that the record in the repository calls generated.
    """
    rendered = render(plan)
    if (root / IGNORE).is_symlink():
        # Often a link to .gitignore: it stays the user's, and nothing is written through it.
        rendered.pop(IGNORE, None)
    generated = {path: file.content for path, file in rendered.items()}
    changes = [
        of_colleague(root, compare(root, path, file.content, file.mode), earlier or {})
        for path, file in sorted(rendered.items())
    ]
    own = personal_files(root, plan, recorded)
    ids = _ids(plan, recorded)
    content, personal = record_content(recorded, generated, ids, plan.name, own)
    changes.append(_own(root, record_name(plan.folder), content))
    name = personal_name(plan.folder)
    if personal is None and read_file(root / name, below=root) is None:
        return changes
    ignore = f"{plan.folder}/.gitignore"
    return [
        *changes,
        _own(root, name, personal or PERSONAL_HEAD.encode()),
        _own(root, ignore, ignoring(read_file(root / ignore, below=root), *_names(name, *own))),
    ]


def _names(first: str, *others: str) -> tuple[str, list[str]]:
    """The last parts of paths."""
    return first.rpartition("/")[2], [one.rpartition("/")[2] for one in others]


def _ids(plan: Plan, recorded: Mapping[str, Value]) -> tuple[int, int]:
    """The ids of the container's user once it runs."""
    in_image = {"uid": plan.user.uid, "gid": plan.user.gid}
    own = {**in_image, **recorded} if plan.user.uid else in_image
    return int(str(own["uid"])), int(str(own["gid"]))


def _own(root: Path, path: str, content: bytes) -> FileChange:
    """A file of ours beside what stands there now."""
    before = read_file(root / path, below=root)
    status = status_of(before, content)
    return FileChange(path=path, status=status, after=content, mode=0o644, before=before, ours=True)


def status_of(before: bytes | None, after: bytes) -> Status:
    """What happens to a file of ours."""
    return "new" if before is None else "same" if before == after else "changed"


def compare(root: Path, path: str, after: bytes, mode: int) -> FileChange:
    """One file and the present one; `ours` holds only what this computer has recorded."""
    before = read_file(root / path, below=root)
    if before is None:
        return FileChange(path=path, status="new", after=after, mode=mode)
    if before == after:
        return FileChange(
            path=path, status="same", after=after, mode=mode, before=before, ours=True
        )
    ours = GENERATED.knows(path, before)
    return FileChange(
        path=path,
        status="changed" if ours else "kept",
        after=after,
        mode=mode,
        before=before,
        ours=ours,
    )


def of_colleague(root: Path, change: FileChange, earlier: Mapping[str, str]) -> FileChange:
    """Replace what a colleague generated and committed: it has their ids and paths.

    The record alone proves nothing, since it is part of the repository; what git holds cannot be
    lost.
    """
    before = change.before
    if change.status != "kept" or before is None:
        return change
    if earlier.get(change.path) != fingerprint(before):
        return change
    if not is_committed(root, change.path, before):
        return change
    return replace(change, status="changed", ours=True)


def foreign_files(
    record: Record, project: ProjectFacts, folder: str, changes: Iterable[FileChange]
) -> tuple[str, ...]:
    """Files in our configuration's folder that the user wrote, and no earlier run of ours."""
    return tuple(
        change.path
        for change in changes
        if change.path.startswith(f"{folder}/")
        and change.before is not None
        and not change.ours
        and change.path not in record.generated
        and change.path not in project.ours
    )


def check_features(root: Path, plan: Plan) -> None:
    """Hold each local Feature against the schema. Raises InputError that names the fault."""
    for feature in plan.features:
        if not feature.reference.startswith("./"):
            continue
        path = root / plan.folder / feature.reference / FEATURE_FILE
        content = read_file(path)
        if content is None:
            raise InputError(
                f"--feature: there is no {shown(path)}",
                hint="a local Feature is a folder with devcontainer-feature.json and install.sh",
            )
        check_metadata(content, shown(path), dict(feature.options))


def write_changes(root: Path, changes: Iterable[FileChange]) -> list[Path]:
    """Write what is new or changed, all or nothing; the backups of the user's own files.

    Raises InputError, with nothing changed, where the disk is full or read-only.
    """
    changes = list(changes)
    new = (
        NewFile(
            path=root / change.path,
            content=change.after,
            mode=change.mode,
            backup=change.status in {"changed", "merged"} and not change.ours,
            seen=change.before,
        )
        for change in changes
        if change.status in {"new", "changed", "merged"}
    )
    backups = write_files(new, below=root)
    GENERATED.add(
        (change.path, change.after) for change in changes if change.status not in {"kept", "merged"}
    )
    return backups


def check_folder(root: Path, name: str) -> None:
    """Raise InputError if a folder that is written is a file, or leads out of the project."""
    folder = root / name
    real = Path(os.path.realpath(folder))
    if not real.is_relative_to(os.path.realpath(root)):
        raise InputError(
            f"{shown(folder)} is a link to {shown(real)}, outside the project",
            hint="replace the link by a folder, or run scaffold init where it points to",
        )
    if folder.exists() and not folder.is_dir():
        raise InputError(
            f"{shown(folder)} is a file where a folder is needed",
            hint="move it away and run again",
        )


def settings_changes(root: Path, context: str) -> list[FileChange]:
    """VS Code's settings with the Docker context in them; git leaves out those that `init` makes.

    Raises ValueError as settings_text.
    """
    before, after = read_file(root / SETTINGS, below=root), settings_text(root, context)
    if before is None:
        made = FileChange(path=SETTINGS, status="new", after=after, mode=0o644)
        if read_file(root / SETTINGS_IGNORE, below=root) is not None:
            return [made]
        return [made, _own(root, SETTINGS_IGNORE, SETTINGS_IGNORED)]
    status: Status = "same" if before == after else "merged"
    return [FileChange(path=SETTINGS, status=status, after=after, mode=0o644, before=before)]


def merged_settings(root: Path, answers: Answers) -> tuple[list[FileChange], list[str]]:
    """VS Code's settings, which only a context needs, or why they are left alone."""
    if not answers.host or answers.files is not Files.CONTEXT:
        return [], []
    try:
        return settings_changes(root, answers.host), []
    except ValueError as error:
        value = f'{{"DOCKER_CONTEXT": "{answers.host}"}}'
        text = f"{SETTINGS} was left alone, since it cannot be read ({error}): set "
        return [], [f"{text}docker.environment and containers.environment to {value}"]
