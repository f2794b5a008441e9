"""A `.git` folder is one thing: half of one side's and half of the other's is a broken one."""

VOLATILE = frozenset({"index", "FETCH_HEAD", "ORIG_HEAD", "COMMIT_EDITMSG", "gc.log", "gc.pid"})
"""What git writes again without loss; `git status` alone renews the index."""

RENEWED = ("objects/info/", "objects/pack/multi-pack-index", "info/refs")
"""Beginnings of paths that are so too."""


def repository_of(path: str) -> str | None:
    """The `.git` folder that a path lies in (its own path, relative), None where in none."""
    parts = path.split("/")
    return "/".join(parts[: parts.index(".git") + 1]) if ".git" in parts[:-1] else None


def _inside(path: str) -> str:
    """The path within its `.git` folder; empty where it is in none."""
    folder = repository_of(path)
    return path[len(folder) + 1 :] if folder else ""


def is_renewed(path: str) -> bool:
    """Whether git itself makes this file again, so that a change there is nobody's work."""
    inside = _inside(path)
    return inside in VOLATILE or inside.startswith(RENEWED)


def is_named_by_content(path: str) -> bool:
    """Whether equal names mean equal contents (gitrepository-layout(5), objects)."""
    return _inside(path).startswith("objects/") and not is_renewed(path)


def is_lock(path: str) -> bool:
    """Whether it is the lock of a git that runs."""
    return repository_of(path) is not None and path.endswith(".lock")
