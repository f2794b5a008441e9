"""The generated files that hold one person's folder and ids on a server: git leaves them out.

With a Docker context, VS Code and the Dev Containers CLI run on this computer and take the remote
folder from devcontainer.json alone; no variable of theirs knows it. So these files are written for
each person, and what a team shares is the record that they are made from.
"""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from scaffold.adapters.local.files import read_file
from scaffold.adapters.sync.local_git import is_committed, tracked
from scaffold.answers.choices import Files
from scaffold.answers.question import Value
from scaffold.commands.init.host_files import SETTINGS
from scaffold.plan import Plan

MARK = "# Your own folder and ids on the server: `scaffold init --host NAME` writes these files."
_NAMES = ("devcontainer.json", "Dockerfile")

SETTINGS_IGNORE = f"{SETTINGS.rpartition('/')[0]}/.gitignore"
SETTINGS_IGNORED = b"# Names a Docker context of yours.\nsettings.json\n.gitignore\n"
"""The .gitignore of settings that `init` made, which leaves itself out too."""


def personal_files(root: Path, plan: Plan, recorded: Mapping[str, Value]) -> tuple[str, ...]:
    """The paths of the generated files that are one person's, here or for others of the team."""
    names = {*_kept_out(root, f"{plan.folder}/.gitignore")}
    if recorded.get("host") and recorded.get("files") == Files.CONTEXT:
        # Without a user of its own, the image has no ids of the login.
        names |= {*(_NAMES if plan.user.uid else _NAMES[:1])}
    return tuple(f"{plan.folder}/{name}" for name in _NAMES if name in names)


def _kept_out(root: Path, ignore: str) -> list[str]:
    """The names that the team's own .gitignore leaves to each person, whatever their way is."""
    content = read_file(root / ignore, below=root) or b""
    lines = content.decode("utf-8", "surrogateescape").splitlines()
    return lines if MARK in lines and is_committed(root, ignore, content) else []


def ignoring(before: bytes | None, always: str, personal: Sequence[str]) -> bytes:
    """A .gitignore that names a file and the personal ones next to it; other lines stay."""
    lines = (before or b"").decode("utf-8", "surrogateescape").split("\n")
    lines = lines[:-1] if not lines[-1] else lines
    known = [one for one in lines if one not in {MARK, *_NAMES}] if MARK in lines else lines
    block = [MARK, *personal] if personal else []
    wanted = [*known, *(one for one in (always, *block) if one not in known)]
    return ("\n".join(wanted) + "\n").encode("utf-8", "surrogateescape")


def tracked_doubts(
    root: Path, plan: Plan, recorded: Mapping[str, Value], settings: Iterable[str]
) -> list[str]:
    """Warnings of files that git holds already, so that one person's facts would be committed."""
    personal, host = personal_files(root, plan, recorded), recorded.get("host")
    held = tracked(root, [*personal, *settings])
    own = [one for one in held if one in personal]
    found = [f"git holds {one}, and it names your context {host}" for one in held if one not in own]
    if own:
        git = "git" if root.resolve() == Path.cwd() else f"git -C {shlex.quote(str(root))}"
        second = "" if "/" in plan.folder else "; or write a second configuration: --config gpu"
        found.append(
            f"git holds {' and '.join(own)}, with your folder and ids on {host}: "
            f"{git} rm --cached {shlex.join(own)}{second}"
        )
    return found
