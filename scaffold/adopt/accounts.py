"""Users and groups that differ from the base image; passwords are never copied."""

from collections.abc import Mapping

from scaffold.parsing.untrusted.numbers import whole
from scaffold.records import dataclass

PASSWD, GROUP, SHADOW = "/etc/passwd", "/etc/group", "/etc/shadow"

FILES = frozenset(
    f"{path}{copy}"
    for path in (PASSWD, GROUP, SHADOW, "/etc/gshadow", "/etc/subuid", "/etc/subgid")
    for copy in ("", "-")
)
"""Never copied as files: they hold password hashes. Names with a dash are backups."""


@dataclass(frozen=True, slots=True)
class AccountChange:
    """A changed line of /etc/passwd or /etc/group, whose password field is always `x`.

    `line` is empty for a deleted entry.
    """

    file: str
    name: str
    line: str


@dataclass(frozen=True, slots=True)
class PasswdEntry:
    """One user of /etc/passwd."""

    name: str
    uid: int
    gid: int
    home: str


def account_changes(
    base: Mapping[str, bytes], now: Mapping[str, bytes]
) -> tuple[AccountChange, ...]:
    """The lines that replace those of the base image, groups first."""
    found = []
    for file in (GROUP, PASSWD):
        before, after = _lines(base, file), _lines(now, file)
        found += [
            AccountChange(file, name, line)
            for name, line in after.items()
            if before.get(name) != line
        ]
        found += [AccountChange(file, name, "") for name in before if name not in after]
    return tuple(found)


def read_logins(files: Mapping[str, bytes]) -> dict[str, PasswdEntry]:
    """All users by name."""
    found = {}
    for name, line in _lines(files, PASSWD).items():
        fields = line.split(":")
        if len(fields) != 7:
            continue
        uid, gid = whole(fields[2]), whole(fields[3])
        if uid is not None and gid is not None:
            found[name] = PasswdEntry(name, uid, gid, fields[5])
    return found


def account_lines(files: Mapping[str, bytes]) -> dict[str, str]:
    """Every line of both files by `file:name`, to compare two systems."""
    return {
        f"{file}:{name}": line
        for file in (PASSWD, GROUP)
        for name, line in _lines(files, file).items()
    }


def _lines(files: Mapping[str, bytes], file: str) -> dict[str, str]:
    lines = {}
    for text in files.get(file, b"").decode("utf-8", "replace").splitlines():
        name, separator, rest = text.partition(":")
        # With shadow passwords the field is `x`; any other value is a secret.
        if separator and name and text.isprintable():
            lines[name] = f"{name}:x:{rest.partition(':')[2]}"
    return lines
