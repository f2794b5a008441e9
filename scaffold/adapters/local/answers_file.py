"""The answers file: TOML, given with `--answers`, or recorded next to the generated files."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from scaffold.adapters.local.files import read_file, shown
from scaffold.errors import InputError
from scaffold.nearest import one_of
from scaffold.parsing.untrusted.documents import BrokenDocumentError, read_toml
from scaffold.records import dataclass

if TYPE_CHECKING:
    from scaffold.answers.question import Value

FOLDER = ".devcontainer"
_NAME = "scaffold.toml"

_PERSONAL = "scaffold.local.toml"

RECORD_NAME = f"{FOLDER}/{_NAME}"
"""The record of the main configuration."""

PERSONAL_HEAD = """\
# Made by gpu-scaffold: your own part of the answers of `scaffold init`, for your login on one
# host. It is not for git; a colleague runs `scaffold init --host NAME` and gets their own.
"""

RECORD_HEAD = """\
# Made by gpu-scaffold: the answers of `scaffold init`. Run it again to change them, or use them
# elsewhere with `scaffold init --answers FILE`. [generated] tells files that you edited from
# those you did not.
"""


def record_name(folder: str) -> str:
    """The record of the configuration in a folder, `.devcontainer` or `.devcontainer/NAME`."""
    return f"{folder}/{_NAME}"


def personal_name(folder: str) -> str:
    """The part of the record in a folder that belongs to one person and host."""
    return f"{folder}/{_PERSONAL}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What an earlier run left: its answers, and the SHA-256 of each file as generated.

    `uid` and `gid` are those of the image's user on a host, None if they are not recorded. `name`
    is that of the dev container, which is the same in every clone; empty if it is not recorded.
    """

    answers: "Mapping[str, Value]" = field(default_factory=dict)
    generated: Mapping[str, str] = field(default_factory=dict)
    uid: int | None = None
    gid: int | None = None
    name: str = ""


def read_answers(path: Path) -> "dict[str, Value]":
    """Read the `[answers]` of a file, or its top level if it has no such table.

    Raises InputError for a missing or broken file, an unknown key or a wrong type.
    """
    table = _read_toml(path)
    if table is None:
        raise InputError(f"no answers file at {shown(path)}")
    answers = table.get("answers", table)
    if not isinstance(answers, dict):
        raise InputError(f"{shown(path)}: answers is not a table")
    return _checked(answers, path)


def read_record(project: Path, config: str | None = None) -> Record:
    """Read what an earlier run recorded; an empty record where there is none.

    `config` names a second configuration, and is empty for the main one. If it is None, the
    main one counts, else the only second one.
    """
    path = record_path(project, config)
    table = _read_toml(path) if path else None
    if path is None or table is None:
        return Record()
    answers, generated = table.get("answers", {}), table.get("generated", {})
    if not isinstance(answers, dict) or not isinstance(generated, dict):
        raise InputError(f"{shown(path)}: answers and generated must be tables")
    own_path = path.with_name(_PERSONAL)
    own_table = _read_toml(own_path) or {}
    own, own_sums = (_part(own_table, key, own_path) for key in ("answers", "generated"))
    shared = table.get("project", {})
    name = shared.get("name") if isinstance(shared, dict) else ""
    ids = own_table.get("image") or table.get("image", {})
    uid, gid = (ids.get(key) if isinstance(ids, dict) else None for key in ("uid", "gid"))
    return Record(
        # A record of an older version has all answers; those of the other file are newer.
        answers={**_checked(answers, path), **_checked(own, own_path)},
        generated={str(k): str(v) for k, v in {**generated, **own_sums}.items()},
        uid=uid if isinstance(uid, int) else None,
        gid=gid if isinstance(gid, int) else None,
        name=name if isinstance(name, str) else "",
    )


def _part(table: Mapping[str, object], key: str, path: Path) -> dict[str, object]:
    part = table.get(key, {})
    if not isinstance(part, dict):
        raise InputError(f"{shown(path)}: {key} must be a table")
    return part


def record_path(project: Path, config: str | None = None) -> Path | None:
    """The record of a configuration; None if a project has none, or several second ones."""
    if config is not None:
        return project / record_name(f"{FOLDER}/{config}" if config else FOLDER)
    if (main := project / RECORD_NAME).is_file():
        return main
    found = sorted((project / FOLDER).glob(f"*/{_NAME}"))
    return found[0] if len(found) == 1 else None


def _read_toml(path: Path) -> dict[str, object] | None:
    content = read_file(path)
    if content is None:
        return None
    try:
        return read_toml(content)
    except BrokenDocumentError as error:
        raise InputError(
            f"{shown(path)} is not valid TOML: {error}", hint="fix it, or move it away"
        ) from error


def _checked(answers: Mapping[str, object], path: Path) -> "dict[str, Value]":
    if not answers:
        return {}
    from scaffold.answers.questions import BY_KEY
    from scaffold.answers.validation import check_value

    unknown = sorted(set(answers) - set(BY_KEY))
    if unknown:
        raise InputError(
            f"{shown(path)}: unknown key {unknown[0]!r}", hint=one_of(unknown[0], BY_KEY)
        )
    return {
        key: check_value(BY_KEY[key], value, f"{shown(path)}: {key}")
        for key, value in answers.items()
    }


def write_record(
    answers: Mapping[str, object],
    generated: Mapping[str, bytes],
    ids: tuple[int, int],
    name: str,
    own: Collection[str] = (),
) -> tuple[bytes, bytes | None]:
    """The record as TOML, and its personal part; None if nothing in it is personal.

    `ids` are those of the container's user on the host, `name` is the dev container's, and `own`
    are the generated files that are one person's.
    """
    import tomli_w

    sums = {path: fingerprint(content) for path, content in sorted(generated.items())}
    own_sums = {path: sums.pop(path) for path in own if path in sums}
    shared, personal = parted(answers)
    table = {"answers": shared, "project": {"name": name}, "generated": sums}
    record = (RECORD_HEAD + tomli_w.dumps(table)).encode()
    if not personal:
        return record, None
    table = {"answers": personal, "image": {"uid": ids[0], "gid": ids[1]}, "generated": own_sums}
    known = {key: part for key, part in table.items() if part}
    return record, (PERSONAL_HEAD + tomli_w.dumps(known)).encode()


def parted(answers: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    """The answers that a repository shares, and those of one person and host."""
    if not answers.get("host"):
        return dict(answers), {}
    from scaffold.answers.for_host import HOSTS_OWN

    personal = {key: answers[key] for key in (*HOSTS_OWN, "host", "target") if key in answers}
    return {key: text for key, text in answers.items() if key not in personal}, personal


def fingerprint(content: bytes) -> str:
    """The SHA-256 of a generated file, to detect edits."""
    return hashlib.sha256(content).hexdigest()
