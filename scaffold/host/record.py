"""The record that a server keeps of each change, so that `host setup --undo` can take it back."""

import json
import re
import shlex

from scaffold.findings import Step
from scaffold.host.daemon_file import PATH
from scaffold.host.record_script import LIST, RECORD
from scaffold.records import dataclass

_WRITTEN = re.compile(r"(?:>>?|-o|--output=?|--config=)\s*['\"]?(/[A-Za-z0-9._/@+-]+)")
"""A path that a command line writes: a redirection, or an option of curl, gpg, nvidia-ctk."""

_PASSING = ("/dev/", "/tmp/")  # noqa: S108 (paths of the server, compared only)
_ACCOUNTS = ("/etc/group", "/etc/gshadow", "/etc/group-", "/etc/gshadow-", "/etc/.pwd.lock")
_PACKAGE_MANAGERS = {"apt-get", "apk", "dnf", "dpkg", "pacman", "yum", "zypper"}
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LINE = "scaffold-record "


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRecord:
    """One recorded change: which finding it fixed, and who made it.

    `as_root` tells whose record it is: root's, or the login's own.
    """

    id: str
    finding: str
    why: str
    by: str
    undo: str = ""
    files: tuple[str, ...] = ()
    stops_containers: bool = False
    as_root: bool = True

    def about(self) -> str:
        """One line of JSON that the server keeps."""
        facts = {"finding": self.finding, "why": self.why, "by": self.by, "undo": self.undo}
        return json.dumps(facts | {"files": self.files, "stops": self.stops_containers})


def record_of(step: Step, record_id: str, finding: str, by: str, *, stops: bool) -> ChangeRecord:
    """What has to be kept before a step runs."""
    files = written_files(step)
    return ChangeRecord(
        id=record_id,
        finding=finding,
        why=step.why,
        by=by,
        undo=_undo(step, files),
        files=files,
        stops_containers=stops,
        as_root=step.sudo,
    )


def recorded(step: Step, record: ChangeRecord) -> Step:
    """The same step, with its record written before and completed after."""
    words = shlex.join([record.id, record.about(), record.undo, "\n".join(record.files)])
    refused = "echo 'the record of this change cannot be written' >&2; exit 1"
    lines = (f"begin {words} || {{ {refused}; }}", f"({shlex.join(step.argv)})")
    script = "\n".join((RECORD, *lines, "code=$?", "finish", 'exit "$code"'))
    return Step(why=step.why, argv=("sh", "-c", script), sudo=step.sudo, undo=step.undo)


def written_files(step: Step) -> tuple[str, ...]:
    """The files that a step writes, judged by its command line."""
    text = " ".join(step.argv)
    found = [path for path in _WRITTEN.findall(text) if not path.startswith(_PASSING)]
    if step.sudo and ("nvidia-ctk runtime configure" in text or PATH in text):
        found += [PATH, f"{PATH}.before-scaffold"]
    if step.argv[:1] in {("usermod",), ("gpasswd",)}:
        found += _ACCOUNTS
    if step.argv[:1] in {("mv",), ("ln",)}:
        found += [word for word in step.argv[-2:] if step.argv[0] == "mv" or word == step.argv[-1]]
    if step.argv[:2] == ("systemctl", "enable"):
        found.append(f"/etc/systemd/system/multi-user.target.wants/{step.argv[-1]}.service")
    found += [path for path in step.undo[1:] if step.undo[0] == "rm" and path.startswith("/")]
    return tuple(dict.fromkeys(found))


def _undo(step: Step, files: tuple[str, ...]) -> str:
    """The command that takes back what is neither a file nor a package."""
    moves = step.undo[:1] in {("rm",), ("mv",)} and set(step.undo[1:]) <= set(files)
    packages = bool(step.undo) and step.undo[0] in _PACKAGE_MANAGERS
    return "" if moves or packages else shlex.join(step.undo)


def list_script() -> bytes:
    """Print root's records, then those of the login."""
    root = f"records=/var/lib/gpu-scaffold/undo\n{LIST}echo scaffold-own\n"
    mine = f'if [ "$(id -u)" != 0 ]; then\n{RECORD}\n{LIST}\nfi\n'
    return f"{root}{mine}echo scaffold-done list\n".encode()


def read_records(output: str) -> tuple[ChangeRecord, ...]:
    """The records, oldest first; lines that are none are passed over."""
    found, as_root = [], True
    for line in output.splitlines():
        as_root = as_root and line != "scaffold-own"
        if line.startswith(_LINE) and (record := _read(line.removeprefix(_LINE), as_root=as_root)):
            found.append(record)
    return tuple(sorted(found, key=lambda record: record.id))


def _read(text: str, *, as_root: bool) -> ChangeRecord | None:
    record_id, _, rest = text.partition(" ")
    try:
        about = json.loads(rest)
    except ValueError:
        return None
    if not (isinstance(about, dict) and _ID.fullmatch(record_id)):
        return None
    files = about.get("files")
    return ChangeRecord(
        id=record_id,
        finding=str(about.get("finding", "")),
        why=str(about.get("why", "")),
        by=str(about.get("by", "")),
        undo=str(about.get("undo", "")),
        files=tuple(map(str, files)) if isinstance(files, list) else (),
        stops_containers=about.get("stops") is True,
        as_root=as_root,
    )


def take_back(record: ChangeRecord) -> Step:
    """The step that takes a recorded change back."""
    script = f"{RECORD}\ntake_back {shlex.quote(record.id)}\n"
    return Step(why=f"Take back: {record.why}", argv=("sh", "-c", script), sudo=record.as_root)


def kept_by(output: str) -> tuple[str, ...]:
    """What could not be taken back, read from the script's output."""
    mark = "scaffold-kept "
    return tuple(line.removeprefix(mark) for line in output.splitlines() if line.startswith(mark))
