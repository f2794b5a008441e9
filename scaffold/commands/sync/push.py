"""Bringing the workspace to its place: only what changed, nothing there lost."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scaffold.adapters.local.files import shown
from scaffold.adapters.sync.remote_shell import Far
from scaffold.adapters.sync.state import Memory, holder_for, remembering
from scaffold.adapters.sync.walk import Workspace
from scaffold.commands.sync.attendant import Attendant
from scaffold.commands.sync.push_transfer import Transfer, Way
from scaffold.commands.sync.remote import Seen, Sight, check_place, reached
from scaffold.errors import InputError
from scaffold.sync.comparing import Comparison, Known, Why, agreed_after, compare
from scaffold.sync.holder import Holder
from scaffold.sync.manifest import OWN, Entry
from scaffold.sync.moving import copies, removals
from scaffold.sync.place import Place
from scaffold.sync.rules import LEFT_HERE, OWN_FILE, read_rules


@dataclass(frozen=True, slots=True)
class SendRequest:
    """How to send.

    `delete` removes there what was sent once and is gone here, after consent; `dry_run` changes
    nothing; `take_over` goes on where another laptop holds the place; `overwrite` replaces
    files that were edited there too (they are kept beside, as `name.bak1`).
    """

    delete: bool = False
    dry_run: bool = False
    take_over: bool = False
    overwrite: bool = False
    ssh_config: Path | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A path that was not sent, and why: it was edited there too, or is something else there."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What a send did, or would do in a dry run.

    `files` are paths, relative to the workspace, that travelled, `size` their bytes. `gone` are
    those that were sent once, are gone here, and are still there; `deleted` those that this run
    removed. `way` is how they travelled; empty where nothing had to. `clock_ahead` is how many
    seconds the far clock is ahead of ours, negative where it is behind.
    """

    place: Place
    files: tuple[str, ...] = ()
    size: int = 0
    gone: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    kept: tuple[Kept, ...] = ()
    way: Way = ""
    seconds: float = 0.0
    clock_ahead: int = 0

    @property
    def undecided(self) -> bool:
        """Whether something was left that is for the user to decide; newer there alone is not."""
        return any(not one.why.startswith(Why.EDITED_THERE) for one in self.kept)


def send(root: Path, place: Place, request: SendRequest, attendant: Attendant) -> Sent:
    """Bring the workspace `root` to its place; a second run sends only what changed.

    Each file there is at any moment either the old or the new one. Raises TargetError where the
    far side does not do its part (unreachable, read-only, full), InputError where the place is
    held by another laptop or cannot be one; what was whole there stays whole.
    """
    begun = time.monotonic()
    check_place(place)
    root = root.resolve()
    if not root.is_dir():
        raise InputError(f"there is no folder {shown(root)}")
    with remembering(root, place) as memory:
        sending = _Sending(root, place, request, attendant, memory)
        if place.volume and request.dry_run and not _volume_exists(place, request):
            return sending.nothing_there(begun)
        with reached(root, place, request.ssh_config, attendant) as far:
            return sending.run(far, begun)


def _volume_exists(place: Place, request: SendRequest) -> bool:
    from scaffold.adapters.docker.engine import docker_engine

    with docker_engine(place.host or None, request.ssh_config) as engine:
        return engine.has_volume(place.volume)


class _Sending:
    """One run; the far side, what was seen there and what is here are added as they are known."""

    far: Far
    sight: Sight
    seen: Seen
    workspace: Workspace

    def __init__(
        self, root: Path, place: Place, request: SendRequest, attendant: Attendant, memory: Memory
    ) -> None:
        self.root, self.place, self.request = root, place, request
        self.attendant, self.memory = attendant, memory

    def nothing_there(self, begun: float) -> Sent:
        """A dry run where there is no volume yet."""
        self.seen, self.workspace = Seen(is_there=False), Workspace(self.root)
        found = compare(self.workspace.entries, {}, Known(), self.workspace.is_left_out)
        return self._sent(found, begun)

    def run(self, far: Far, begun: float) -> Sent:
        self.far = far
        self.sight = Sight(far, self._owner() if far.as_root else "")
        claim = holder_for(self.memory, self.root)
        with ThreadPoolExecutor(1) as pool, self.attendant.working("comparing both sides", 0):
            # The far look mostly waits for the connection; this side is walked in that time.
            looking = pool.submit(self._look, claim)
            self.workspace = Workspace(self.root)
            self.seen = looking.result()
        self._require_ours(claim)
        found = self._compared()
        edited = found.overwrite() if self.request.overwrite else []
        if self.request.dry_run:
            return self._sent(found, begun)
        return self._do(found, edited, begun)

    def _owner(self) -> str:
        uid, gid = self.place.uid, self.place.gid
        return "" if uid is None else f"{uid}:{uid if gid is None else gid}"

    def _look(self, claim: Holder) -> Seen:
        known = self.memory.known
        named = {path.split("/", 1)[0] for path in (*known.agreed, *known.pending)}
        tops = sorted({*(path.name for path in self.root.iterdir()), *named} - {OWN})
        take, dry = self.request.take_over, self.request.dry_run
        return self.sight.look(claim, _pruned(self.root), tops, take=take, dry=dry)

    def _require_ours(self, claim: Holder) -> None:
        holder = self.seen.holder
        if holder is None or holder.id == claim.id or self.request.take_over:
            return
        raise InputError(
            f"{self.place} is held by {holder}",
            hint="two folders that send to one place undo each other's work: choose another "
            "place, or --take-over if that one is not used any more",
        )

    def _compared(self) -> Comparison:
        mine, theirs = self.workspace.entries, self.seen.theirs
        found = compare(mine, theirs, self.memory.known, self.workspace.is_left_out)
        doubtful = found.doubtful(mine, theirs)
        if doubtful and self.seen.is_there:
            found.settle(self.sight.equal(self.memory.id, self.root, doubtful))
        found.hold_repositories()
        return found

    def _do(self, found: Comparison, edited: list[str], begun: float) -> Sent:
        mine, known = self.workspace.entries, self.memory.known
        unreadable = {path for path in found.send if not _readable(self.root, path, mine[path])}
        found.send = [path for path in found.send if path not in unreadable]
        self.workspace.unreadable += sorted(unreadable)
        way: Way = ""
        if found.send:
            self.memory.keep(Known(known.agreed, {path: mine[path] for path in found.send}))
            if edited:
                self.sight.change(self.memory.id, copies(edited))
            way = Transfer(self.root, self.place, self.sight, self.seen, self.memory.id).send(
                found.send, mine, self.attendant
            )
        deleted = self._delete(found.gone)
        equal, theirs = {*found.same, *found.send}, {**self.seen.theirs}
        agreed = agreed_after(mine, theirs, known, equal, set(deleted), self.workspace.is_left_out)
        self.memory.keep(Known(agreed))
        return self._sent(found, begun, way, deleted)

    def _delete(self, gone: list[str]) -> list[str]:
        if not gone or not self.request.delete:
            return []
        if not self.attendant.agree(f"Delete these at {self.place}?", gone):
            return []
        self.sight.change(self.memory.id, removals(gone, self.seen.theirs))
        return gone

    def _sent(
        self,
        found: Comparison,
        begun: float,
        way: Way = "",
        deleted: list[str] | None = None,
    ) -> Sent:
        mine = self.workspace.entries
        kept = [Kept(path, self._why(path, why.value)) for path, why in found.kept.items()]
        kept += [Kept(path, "cannot be read here") for path in self.workspace.unreadable]
        gone = deleted or []
        return Sent(
            place=self.place,
            files=tuple(sorted(found.send)),
            size=sum(mine[path].size for path in found.send if mine[path].kind == "f"),
            gone=tuple(path for path in found.gone if path not in gone),
            deleted=tuple(gone),
            kept=tuple(sorted(kept, key=lambda one: one.path)),
            way=way,
            seconds=round(time.monotonic() - begun, 2),
            clock_ahead=self.seen.clock_ahead,
        )

    def _why(self, path: str, why: str) -> str:
        """The reason, with both ages: each by its own clock, so that no clock has to be right."""
        mine, theirs = self.workspace.entries.get(path), self.seen.theirs.get(path)
        if mine is None or theirs is None or mine.kind != "f" or theirs.kind != "f":
            return why
        there, here = self.seen.clock - theirs.mtime / 1e9, time.time() - mine.mtime / 1e9
        return f"{why} (there {age(there)} ago, here {age(here)} ago)"


def age(seconds: float) -> str:
    """A span of time in its largest unit."""
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size:.0f} {unit}s"
    return f"{max(seconds, 0):.0f} seconds"


def _readable(root: Path, path: str, one: Entry) -> bool:
    return one.kind != "f" or os.access(f"{root}/{path}", os.R_OK)


def _pruned(root: Path) -> list[str]:
    """Names of folders that need not be listed there, since none of that name travels."""
    names = [name.rstrip("/") for name in LEFT_HERE if name.endswith("/")]
    try:
        rules = read_rules("", (root / OWN_FILE).read_bytes())
    except OSError:
        return names
    return [name for name in names if rules is None or rules.verdict(f"{name}/") is not False]
