"""The remote side of a sync: its shell, its state, and its errors."""

import hashlib
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import field
from pathlib import Path

from scaffold.adapters.local.files import read_file
from scaffold.adapters.sync.remote_script import script
from scaffold.adapters.sync.remote_shell import RemoteShell, lost, not_a_shell, open_ssh_shell
from scaffold.commands.sync.ui import SyncUi
from scaffold.errors import InputError, TargetError
from scaffold.records import dataclass
from scaffold.sync.holder import Holder, read_holder
from scaffold.sync.manifest import STATE_FOLDER, ManifestEntry
from scaffold.sync.replies import CutShortError, Reply, entries_of, read_reply
from scaffold.sync.rules import IGNORE_FILE, NEVER_SYNCED, read_rules
from scaffold.sync.scripts import checksum_commands
from scaffold.sync.target import SyncTarget
from scaffold.workspace.needs import SPACE, space_of

NOISE_S = 3
"""Smallest clock difference in seconds that can be measured reliably."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteState:
    """The state of a remote workspace: its entries, its owner, and the available tools."""

    entries: dict[str, ManifestEntry] = field(default_factory=dict)
    holder: Holder | None = None
    exists: bool = True
    rsync: str = ""
    clock: float = 0.0
    clock_ahead: int = 0
    quiet_login: bool = True
    space: int | None = None
    """Bytes that the login may still write; None if unknown."""
    same: bool = False
    """Whether the remote listing is the one that was known; `entries` are not set then."""
    listing: bytes = b""
    """The listing of `entries`, which begins with its form."""


@contextmanager
def open_remote_shell(
    root: Path, target: SyncTarget, config: Path | None, ui: SyncUi
) -> Iterator[RemoteShell]:
    """Open a shell at a target. Raises TargetError if that fails."""
    if not target.volume:
        with open_ssh_shell(target.host, target.path, config) as shell:
            yield shell
        return
    from scaffold.adapters.docker.engine import docker_engine
    from scaffold.adapters.ssh.config import resolve_target
    from scaffold.adapters.sync.volume_shell import open_volume_shell
    from scaffold.commands.sync.volume_image import images_of

    with (
        docker_engine(target.host or None, config) as engine,
        ui.progress(f"opening {target}", 0) as moved,
        open_volume_shell(
            engine,
            target.volume,
            images_of(root),
            lambda _: moved(0),
            str(target),
            resolve_target(target.host, config).user if target.host else "",
        ) as shell,
    ):
        yield shell


def check_target(target: SyncTarget) -> None:
    """Raise InputError if a target cannot hold a workspace."""
    if target.volume and target.path:
        raise InputError(f"{target.path} and the volume {target.volume} are both given: choose one")
    if not target.volume and not target.host:
        raise InputError("a local path needs no sync: the workspace is already on this computer")
    if not target.volume and (not target.path.startswith("/") or not target.path.strip("/.")):
        raise InputError(
            f"{target.path or 'an empty path'} cannot hold a workspace",
            hint="use an absolute path on the host, such as /home/ada/my-project",
        )


def pruned_names(root: Path) -> list[str]:
    """Names of folders that need no remote listing, since none of that name is synced."""
    names = [name.rstrip("/") for name in NEVER_SYNCED if name.endswith("/")]
    try:
        content = read_file(root / IGNORE_FILE) or b""
    except InputError:
        return names
    if b"!" not in content:
        # No line includes one of them again.
        return names
    rules = read_rules("", content)
    return [name for name in names if rules is None or rules.verdict(f"{name}/") is not False]


class RemoteWorkspace:
    """Runs scripts in the remote workspace. `owner` is uid:gid, or empty."""

    def __init__(self, shell: RemoteShell, owner: str) -> None:
        self.shell, self.owner = shell, owner

    def scan(
        self,
        claim: Holder,
        prune: Sequence[str],
        paths: Sequence[str],
        *,
        take: bool,
        dry: bool,
        same: tuple[str, str] = ("", ""),
    ) -> RemoteState:
        """Scan once; unless `dry`, claim the target if it has no owner, or with `take`.

        `same` is the form and the SHA-256 of a known listing, which does not travel again.
        """
        nonce, begun = secrets.token_hex(8), time.time()
        own = self.variables(nonce, claim.id)
        own |= {"claim": claim.to_line(), "owner": self.owner, "prune": " ".join(prune)}
        own |= {"take": _word(take), "dry": _word(dry)}
        own |= {"form": same[0], "same": same[1]}
        body = script("begin", "tools", "scan", "list", paths=paths, **own)
        output = self.shell.run(SPACE.encode() + body)
        reply = checked(read_reply(output, nonce), self.shell.name)
        return self._state(reply, nonce, (begun + time.time()) / 2)

    def tools(self, id_: str) -> tuple[str, int | None]:
        """The remote version of rsync, and how many bytes may still be written."""
        nonce = secrets.token_hex(8)
        body = script("begin", "tools", **self.variables(nonce, id_)) + b"enter\ntell_tools\n"
        words = checked(read_reply(self.shell.run(SPACE.encode() + body), nonce), self.shell.name)
        return words.words.get("rsync", ""), space_of(words.words)

    def _state(self, reply: Reply, nonce: str, now: float) -> RemoteState:
        words = reply.words
        holder = read_holder(words.get("holder", ""))
        clock = _clock(words.get("clock", ""), now)
        listing = b""
        entries: dict[str, ManifestEntry] = {}
        if "list" in words:
            try:
                listing = reply.unpacked(nonce)
                entries = entries_of(listing)
            except CutShortError as error:
                raise lost(self.shell.name) from error
        elif not {"absent", "end", "same"} & words.keys():
            raise lost(self.shell.name)
        return RemoteState(
            entries=entries,
            same="same" in words,
            listing=listing,
            holder=holder,
            exists=not {"absent", "created"} & words.keys(),
            rsync=words.get("rsync", ""),
            clock=clock,
            # `date` prints whole seconds, and the answer took time to arrive.
            clock_ahead=round(clock - now) if abs(clock - now) > NOISE_S else 0,
            space=space_of(words),
            quiet_login=not reply.noise,
        )

    def change(self, id_: str, commands: str) -> Reply:
        """Run commands of `change.sh` in the target if this computer still owns it."""
        nonce = secrets.token_hex(8)
        body = script("begin", "change", owner=self.owner, **self.variables(nonce, id_))
        said = self.shell.run(body + commands.encode("utf-8", "surrogateescape"))
        reply = checked(read_reply(said, nonce), self.shell.name)
        if "done" not in reply.words:
            raise lost(self.shell.name)
        return reply

    def equal(self, id_: str, root: Path, paths: Sequence[str]) -> set[str]:
        """Files whose contents are equal on both sides; empty if that cannot be determined."""
        return {path for path, one in self.sums(id_, paths).items() if sum_of(root / path) == one}

    def sums(self, id_: str, paths: Sequence[str]) -> dict[str, str]:
        """The SHA-256 of each remote file; empty if the remote cannot tell all of them."""
        found = self.change(id_, checksum_commands(paths)).sums
        return dict(zip(paths, found, strict=True)) if len(found) == len(paths) else {}

    def variables(self, nonce: str, id_: str) -> dict[str, str]:
        """The variables that every remote script needs."""
        return {"nonce": nonce, "place": self.shell.folder, "own": STATE_FOLDER, "id": id_}


def _clock(text: str, now: float) -> float:
    return float(text) if text.isascii() and text.isdigit() and len(text) < 12 else now


def sum_of(path: Path) -> str:
    """The SHA-256 of a local file; empty if it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _word(given: bool) -> str:
    return "yes" if given else "no"


def checked(reply: Reply, name: str) -> Reply:
    """Return the reply. Raises TargetError with the remote's own message if it failed."""
    if not reply.begun:
        raise not_a_shell(name, reply.noise)
    if reply.failure is not None:
        raise TargetError(f"{name}: {reply.failure}", hint=_advice(reply.failure))
    return reply


def _advice(said: str) -> str:
    whole = "every remote file is complete, old or new"
    table = {
        "No space left": f"the remote disk is full; {whole}: free some space and try again",
        "Disk quota": f"your remote quota is used up; {whole}: free space and try again",
        "Read-only": "the remote file system is read-only",
        "Permission denied": "your login may not write to that folder: choose another one",
        "taken over": "scaffold sync shows the owner; --take-over reclaims it",
    }
    return next((hint for part, hint in table.items() if part in said), f"{whole}; run again")
