"""What a server must have for the chosen way, and what a user can do if it does not."""

import re
import shlex
from collections.abc import Iterator, Mapping

from scaffold.parsing.untrusted.numbers import whole
from scaffold.records import dataclass
from scaffold.units import size_text
from scaffold.workspace.sides import HostPath

SPACE = r"""
# Tells KiB by the function `tell`: what the disk has free, and what the quota leaves.
space_left() {
  tell free "$(df -Pk -- "$1" 2>/dev/null | { read -r _; read -r _ _ _ free _; echo "$free"; })"
  # Blocks used, and the limits: quota(1) marks what is over with a star.
  quota -w -p --hide-device 2>/dev/null | while read -r used soft hard _; do
    used=${used%'*'}
    case $used$soft$hard in
      *[!0-9]* | '') ;;
      *) limit=$hard
        [ "$limit" -gt 0 ] || limit=$soft
        [ "$limit" -eq 0 ] || tell quota "$((limit > used ? limit - used : 0))" ;;
    esac
  done
}
"""
"""A function for scripts in POSIX sh."""


def space_of(found: Mapping[str, str]) -> int | None:
    """The bytes that may be written, by what the script told; None if unknown."""
    known = [whole(found.get(key, "")) for key in ("free", "quota")]
    return min((size << 10 for size in known if size is not None), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerNeeds:
    """What a login found on a server; None and empty texts mean unknown.

    `cli` is `devcontainer`, `npx` or `none`; `docker` is `ok`, `denied`, `missing` or `down`.
    `free` is the free space at the folder in bytes, after the user's quota. `squash` is a folder
    on a network file system that only its owner may enter, and root often may not.
    """

    cli: str = ""
    docker: str = ""
    writable: bool | None = None
    free: int | None = None
    squash: str = ""


@dataclass(frozen=True, slots=True)
class Unmet:
    """A missing need and the command or advice that helps."""

    message: str
    hint: str


_LINE = re.compile(r"^need (cli|docker|writable|free|quota|squash) (.+)$", re.MULTILINE)


def read_needs(text: str) -> ServerNeeds:
    """Read the lines of the server's script; others are ignored."""
    found = dict(_LINE.findall(text))
    return ServerNeeds(
        cli=found.get("cli", ""),
        docker=found.get("docker", ""),
        writable=found["writable"] == "yes" if "writable" in found else None,
        free=space_of(found),
        squash=found.get("squash", ""),
    )


def unmet(
    needs: ServerNeeds, host: str, folder: HostPath | None, upload: int, *, by_context: bool
) -> tuple[Unmet, ...]:
    """The missing needs. `upload` is in bytes; `by_context` runs the CLI on this computer."""
    return tuple(_unmet(needs, shlex.quote(host), folder, upload, by_context=by_context))


def _unmet(
    needs: ServerNeeds, host: str, folder: HostPath | None, upload: int, *, by_context: bool
) -> Iterator[Unmet]:
    init = f"scaffold init --host {host}"
    if needs.cli == "none" and not by_context:
        yield Unmet(
            f"{host} has no Dev Containers CLI: neither devcontainer nor npx is on PATH",
            f"use the one of this computer: {init} --files context; or VS Code's: scaffold open",
        )
    if needs.docker == "denied":
        yield Unmet(f"your login may not use Docker on {host}", f"scaffold host setup {host}")
    if needs.docker in {"missing", "down"}:
        state = "is not installed" if needs.docker == "missing" else "does not answer"
        yield Unmet(f"Docker on {host} {state}", f"scaffold host check {host}")
    if folder and needs.writable is False:
        hint = f"choose a folder of yours: {init} --workspace '~/NAME'"
        yield Unmet(f"your login cannot write {folder} on {host}", hint)
    if folder and needs.free is not None and needs.free < upload:
        hint = f"free space there, or choose another disk: {init} --workspace PATH"
        text = f"uploads {size_text(upload)}, but {folder} on {host} has {size_text(needs.free)}"
        yield Unmet(f"{text} left", hint)
    if folder and needs.squash:
        hint = f"choose a local disk: {init} --workspace PATH; or, if you may: chmod o+x on it"
        text = f"{needs.squash} on {host} is a network folder that only you may enter"
        yield Unmet(f"{text}, so Docker, which runs as root, may not mount {folder}", hint)
