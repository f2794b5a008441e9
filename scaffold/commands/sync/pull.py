"""Bringing results back from where the workspace lies."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scaffold.adapters.local.files import shown
from scaffold.adapters.sync.remote_shell import Far
from scaffold.adapters.sync.state import Memory, holder_for, remembering
from scaffold.adapters.sync.walk import Workspace, entry_of
from scaffold.commands.sync.attendant import Attendant
from scaffold.commands.sync.pull_transfer import bring
from scaffold.commands.sync.push import Kept
from scaffold.commands.sync.remote import Seen, Sight, check_place, reached
from scaffold.errors import InputError
from scaffold.sync.comparing import Known
from scaffold.sync.landing import Landing, Stays, chosen, plan_landing, relative
from scaffold.sync.manifest import Entry, parents
from scaffold.sync.place import Place
from scaffold.sync.rules import LEFT_HERE


@dataclass(frozen=True, slots=True)
class PullRequest:
    """How to pull.

    `everything` stands for naming all that is new or changed there and not left out by a rule;
    `overwrite` replaces files
    that changed here too (they are kept beside, as `name.bak1`).
    """

    everything: bool = False
    dry_run: bool = False
    overwrite: bool = False
    ssh_config: Path | None = None


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull did, or would do in a dry run.

    `files` came, `size` are their bytes; `kept` stayed as they are here, each with the reason.
    """

    place: Place
    files: tuple[str, ...] = ()
    size: int = 0
    kept: tuple[Kept, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class There:
    """A path that is new or changed there; `is_ignored` where a rule of this side leaves it out."""

    path: str
    size: int
    is_ignored: bool


def survey(
    root: Path, place: Place, request: PullRequest, attendant: Attendant
) -> tuple[There, ...]:
    """What could be pulled: files and links that are new or changed there. Nothing is changed."""
    pulling = _Pulling(_checked(root, place), place, request, attendant)
    with remembering(pulling.root, place) as memory:
        return pulling.survey(memory)


def pull(
    root: Path, place: Place, paths: Sequence[str], request: PullRequest, attendant: Attendant
) -> Pulled:
    """Bring `paths` (relative to the workspace, files or folders) from the place into `root`.

    Nothing is written outside `root`, no file that is newer here is replaced without consent,
    and none is left half. Raises TargetError where the far side does not do its part,
    InputError for a path that is not there or leaves the workspace.
    """
    begun = time.monotonic()
    pulling = _Pulling(_checked(root, place), place, request, attendant)
    with remembering(pulling.root, place) as memory:
        return pulling.run(memory, _names(paths), begun)


def _checked(root: Path, place: Place) -> Path:
    check_place(place)
    if not root.is_dir():
        raise InputError(f"there is no folder {shown(root)}")
    return root.resolve()


def _names(paths: Sequence[str]) -> list[str]:
    found = []
    for path in paths:
        name = relative(path)
        if name is None:
            raise InputError(
                f"{path!r} leaves the workspace", hint="name paths as they lie in it: runs/best.pt"
            )
        if ".git" in name.split("/"):
            raise InputError(
                "a repository is not pulled: its files can name programs to run",
                hint="git fetch HOST:PATH brings commits; from a volume: push them",
            )
        found.append(name)
    return found


class _Pulling:
    def __init__(
        self, root: Path, place: Place, request: PullRequest, attendant: Attendant
    ) -> None:
        self.root, self.place, self.request = root, place, request
        self.attendant = attendant

    def survey(self, memory: Memory) -> tuple[There, ...]:
        with reached(self.root, self.place, self.request.ssh_config, self.attendant) as far:
            seen = self._look(Sight(far, ""), memory, [""])
        workspace = Workspace(self.root)
        return tuple(
            There(path, seen.theirs[path].size, workspace.is_left_out(path))
            for path in self._news(seen, memory.known)
            if seen.theirs[path].kind != "d"
        )

    def run(self, memory: Memory, names: list[str], begun: float) -> Pulled:
        if not names and not self.request.everything:
            raise InputError("nothing is named", hint="name paths, or say --all")
        with reached(self.root, self.place, self.request.ssh_config, self.attendant) as far:
            sight = Sight(far, "")
            seen = self._look(sight, memory, [""] if self.request.everything else names)
            wanted = self._wanted(seen, names, memory.known)
            found = plan_landing(wanted, seen.theirs, self._mine(wanted), memory.known)
            self._settle(found, sight, seen, memory)
            copied = self._agreed_to(found)
            came = [] if self.request.dry_run else self._bring(far, found, copied, seen, memory)
        files = sorted(found.bring if self.request.dry_run else came)
        return Pulled(
            place=self.place,
            files=tuple(path for path in files if seen.theirs[path].kind != "d"),
            size=sum(seen.theirs[path].size for path in files if seen.theirs[path].kind == "f"),
            kept=tuple(Kept(path, why.value) for path, why in sorted(found.kept.items())),
            seconds=round(time.monotonic() - begun, 2),
        )

    def _look(self, sight: Sight, memory: Memory, names: list[str]) -> Seen:
        prune = [name.rstrip("/") for name in LEFT_HERE] if names == [""] else []
        claim = holder_for(memory, self.root)
        with self.attendant.working(f"looking at {self.place}", 0):
            # Whoever holds the place: reading there takes nothing away.
            seen = sight.look(claim, prune, names, take=True, dry=True)
        if not seen.is_there:
            raise InputError(f"there is no {self.place}", hint="scaffold sync brings it there")
        return seen

    def _wanted(self, seen: Seen, names: list[str], known: Known) -> list[str]:
        if "" in names:
            names = sorted({path.split("/", 1)[0] for path in seen.theirs} - {".git"})
        if not names:
            workspace = Workspace(self.root)
            return [path for path in self._news(seen, known) if not workspace.is_left_out(path)]
        for path in names:
            # Only what is named is listed, so the folders above it have to be added.
            for parent in parents(path):
                seen.theirs.setdefault(parent, Entry("d", 0o755, 0, 0))
        wanted, missing = chosen(names, seen.theirs)
        if missing:
            raise InputError(
                f"{missing[0]!r} is not at {self.place}",
                hint="scaffold pull without a path shows what is new there",
            )
        return wanted

    def _news(self, seen: Seen, known: Known) -> list[str]:
        """What is there otherwise than here, but not what was only deleted here."""
        mine, found = self._mine(seen.theirs), []
        for path, one in sorted(seen.theirs.items()):
            here = mine.get(path)
            was = known.agreed.get(path)
            deleted_here = here is None and was is not None and was.is_like(one)
            changed = here is None or not here.is_like(one)
            only_here = was is not None and was.is_like(one)
            if ".git" not in path.split("/") and changed and not deleted_here and not only_here:
                found.append(path)
        return found

    def _mine(self, paths: Sequence[str] | dict[str, Entry]) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for path in paths:
            one = self._here(path)
            if one:
                found[path] = one
        return found

    def _here(self, path: str) -> Entry | None:
        full = self.root / path
        try:
            return entry_of(full.lstat(), str(full))
        except OSError:
            return None

    def _settle(self, found: Landing, sight: Sight, seen: Seen, memory: Memory) -> None:
        """What has one size on both sides may be the same."""
        mine = self._mine(found.ask)
        doubtful = [
            path
            for path in found.ask
            if mine[path].kind == "f" and mine[path].size == seen.theirs[path].size
        ]
        if doubtful:
            equal = sight.equal(memory.id, self.root, doubtful)
            found.ask = [path for path in found.ask if path not in equal]

    def _agreed_to(self, found: Landing) -> set[str]:
        """Of what changed here too, what shall come all the same, to be kept beside."""
        if not found.ask:
            return set()
        question = "Replace these, which are otherwise here? (kept beside, as .bak1)"
        if self.request.overwrite or (
            not self.request.dry_run and self.attendant.agree(question, found.ask)
        ):
            found.bring += found.ask
            return set(found.ask)
        found.kept.update(dict.fromkeys(found.ask, Stays.CHANGED_HERE))
        return set()

    def _bring(
        self, far: Far, found: Landing, copied: set[str], seen: Seen, memory: Memory
    ) -> list[str]:
        came: list[str] = []
        try:
            bring(self.root, far, found.bring, copied, seen.theirs, self.attendant, came)
        finally:
            # Also what came before a failure is now the same on both sides.
            agreed = {**memory.known.agreed, **self._mine([*came, *found.same])}
            memory.keep(Known(agreed, memory.known.pending))
        return came
