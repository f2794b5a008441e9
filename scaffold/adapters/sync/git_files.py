"""Repositories that git cannot use on the remote as they are, and what the user can do."""

from pathlib import Path

from scaffold.adapters.local.files import read_file
from scaffold.errors import InputError
from scaffold.sync.manifest import Manifest

LFS_NOTE = (
    "this repository uses Git LFS: its files are uploaded whole; git on the remote needs git-lfs, "
    "or it shows them as changed"
)


def foreign_links(root: Path, local: Manifest) -> dict[str, str]:
    """The `.git` files that name a folder of this computer, each with what to do instead.

    A submodule's names a folder of the project by a relative path, which holds on the remote too.
    """
    files = (
        path
        for path, one in local.items()
        if one.kind == "f" and (path == ".git" or path.endswith("/.git"))
    )
    return {path: note for path in files if (note := _note_of_link(root, path))}


def _note_of_link(root: Path, path: str) -> str:
    text = _text(root / path).strip()
    target = text.removeprefix("gitdir:").strip()
    if target == text:
        return ""
    real = ((root / path).parent / target).resolve()
    if not target.startswith("/") and real.is_relative_to(root.resolve()):
        return ""
    if real.parent.name == "worktrees":
        return (
            f"{path} names {target}, a linked working tree of this computer, so the remote gets no "
            "repository: commit here, or use a clone of it for git on the remote"
        )
    return (
        f"{path} names {target}, which is not on the remote, so the remote gets no repository: "
        "commit here, or run git submodule absorbgitdirs in the repository above"
    )


def repository_notes(root: Path, local: Manifest) -> list[str]:
    """What git on the remote lacks: objects of another repository, or a program."""
    notes = []
    for path in local:
        if path.endswith("objects/info/alternates") and ".git/" in path:
            lines = _text(root / path).split()
            if lines:
                folder = path.removesuffix("/objects/info/alternates")
                git = "git" if folder == ".git" else f"git --git-dir={folder}"
                notes.append(
                    f"{folder} borrows objects from {lines[0]}, which is not on the remote, so git "
                    f"fails there. Copy them: {git} repack -a -d && rm {path}"
                )
    attributes = (path for path in local if path.rpartition("/")[2] == ".gitattributes")
    if ".git" in local and any("filter=lfs" in _text(root / path) for path in attributes):
        notes.append(LFS_NOTE)
    return notes


def _text(path: Path) -> str:
    try:
        return (read_file(path) or b"").decode("utf-8", "replace")
    except InputError:
        return ""
