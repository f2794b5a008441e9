"""The far side of a sync: its shell, what a look there finds, and what it complains of."""

import hashlib
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scaffold.adapters.sync.remote_shell import Far, script, ssh_far, unlike_a_shell
from scaffold.commands.sync.attendant import Attendant
from scaffold.commands.sync.volume_image import images_of
from scaffold.errors import InputError, TargetError
from scaffold.sync.holder import Holder, read_holder
from scaffold.sync.manifest import OWN, Entry
from scaffold.sync.moving import sums as sums_of
from scaffold.sync.place import Place
from scaffold.sync.replies import CutShortError, Reply, read_reply

NOISE_S = 3
"""Clocks that differ by less are the same as far as this can tell."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One look: what is there, whose it is, and what can be used there."""

    theirs: dict[str, Entry] = field(default_factory=dict)
    holder: Holder | None = None
    is_there: bool = True
    rsync: str = ""
    clock: float = 0.0
    clock_ahead: int = 0
    as_root: bool = False
    quiet_login: bool = True


@contextmanager
def reached(root: Path, place: Place, config: Path | None, attendant: Attendant) -> Iterator[Far]:
    """The shell beside a place. Raises TargetError where it cannot be had."""
    if not place.volume:
        with ssh_far(place.host, place.path, config) as far:
            yield far
        return
    from scaffold.adapters.docker.engine import docker_engine
    from scaffold.adapters.sync.volume_shell import volume_far

    with (
        docker_engine(place.host or None, config) as engine,
        attendant.working(f"opening {place}", 0) as moved,
        volume_far(engine, place.volume, images_of(root), lambda _: moved(0), str(place)) as far,
    ):
        yield far


def check_place(place: Place) -> None:
    """Raise InputError for what can be no place of a workspace."""
    if place.volume and place.path:
        raise InputError(f"{place.path} and the volume {place.volume}: a place is one of them")
    if not place.volume and not place.host:
        raise InputError("a path of this machine needs no sync: the workspace is there already")
    if not place.volume and (not place.path.startswith("/") or not place.path.strip("/.")):
        raise InputError(
            f"{place.path or 'nothing'} is no place for a workspace",
            hint="an absolute path on the host, such as /home/ada/my-project",
        )


class Sight:
    """How looks are made; `owner` is uid:gid, or empty."""

    def __init__(self, far: Far, owner: str) -> None:
        self.far, self.owner = far, owner

    def look(
        self, claim: Holder, prune: Sequence[str], paths: Sequence[str], *, take: bool, dry: bool
    ) -> Seen:
        """Look once; unless `dry` the place is claimed where nobody holds it, or with `take`."""
        nonce, begun = secrets.token_hex(8), time.time()
        own = self.variables(nonce, claim.id)
        own |= {"claim": claim.to_line(), "owner": self.owner, "prune": " ".join(prune)}
        own |= {"take": _word(take), "dry": _word(dry)}
        output = self.far.run(script("begin", "look", "list", paths=paths, **own))
        reply = checked(read_reply(output, nonce), self.far.name)
        return self._seen(reply, nonce, (begun + time.time()) / 2)

    def _seen(self, reply: Reply, nonce: str, now: float) -> Seen:
        words = reply.words
        holder = read_holder(words.get("holder", ""))
        clock = float(words.get("clock") or now)
        theirs: dict[str, Entry] = {}
        if "list" in words:
            try:
                theirs = reply.manifest(nonce)
            except CutShortError as error:
                raise broken(self.far.name) from error
        elif not {"absent", "end"} & words.keys():
            raise broken(self.far.name)
        return Seen(
            theirs=theirs,
            holder=holder,
            is_there="absent" not in words,
            rsync=words.get("rsync", ""),
            clock=clock,
            # `date` tells whole seconds, and the answer took its time.
            clock_ahead=round(clock - now) if abs(clock - now) > NOISE_S else 0,
            as_root="root" in words,
            quiet_login=not reply.noise,
        )

    def change(self, id_: str, commands: str) -> Reply:
        """Run commands of `change.sh` in the place, if it is still ours."""
        nonce = secrets.token_hex(8)
        body = script("begin", "change", **self.variables(nonce, id_))
        said = self.far.run(body + commands.encode("utf-8", "surrogateescape"))
        reply = checked(read_reply(said, nonce), self.far.name)
        if "done" not in reply.words:
            raise broken(self.far.name)
        return reply

    def equal(self, id_: str, root: Path, paths: Sequence[str]) -> set[str]:
        """Those files whose contents are the same here and there; none where it cannot be told."""
        sums = self.change(id_, sums_of(paths)).sums
        if len(sums) != len(paths):
            return set()
        return {path for path, one in zip(paths, sums, strict=True) if _sum(root / path) == one}

    def variables(self, nonce: str, id_: str) -> dict[str, str]:
        """What all far scripts are told."""
        return {"nonce": nonce, "place": self.far.folder, "own": OWN, "id": id_}


def _sum(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _word(given: bool) -> str:
    return "yes" if given else "no"


def checked(reply: Reply, name: str) -> Reply:
    """The reply. Raises TargetError where the far side failed, in its own words."""
    if not reply.begun:
        raise unlike_a_shell(name, reply.noise)
    if reply.failure is not None:
        raise TargetError(f"{name}: {reply.failure}", hint=_advice(reply.failure))
    return reply


def _advice(said: str) -> str:
    whole = "each file there is whole, old or new"
    table = {
        "No space left": f"the disk there is full; {whole}: free some space and run again",
        "Disk quota": f"your quota there is used up; {whole}: free some space and run again",
        "Read-only": "the file system there cannot be written",
        "Permission denied": "the login there may not write that: choose another folder, or chown",
        "taken over": "scaffold sync says who holds it now; --take-over takes it back",
    }
    return next((hint for part, hint in table.items() if part in said), f"{whole}; run again")


def broken(name: str) -> TargetError:
    """The error for an answer without an end."""
    return TargetError(
        f"the connection to {name} broke", hint="each file there is whole, old or new; run again"
    )
