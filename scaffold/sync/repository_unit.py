"""A `.git` folder is synced as a unit: a mixture of two sides would be broken."""

VOLATILE = frozenset({"index", "FETCH_HEAD", "ORIG_HEAD", "COMMIT_EDITMSG", "gc.log", "gc.pid"})
"""Files that git rewrites without loss; `git status` alone rewrites the index."""

RENEWED = ("objects/info/", "objects/pack/multi-pack-index", "info/refs")
"""Path prefixes of more such files."""


def repository_of(path: str) -> str | None:
    """The relative path of the `.git` folder that contains a path, or None."""
    parts = path.split("/")
    return "/".join(parts[: parts.index(".git") + 1]) if ".git" in parts[:-1] else None


def _inside(path: str) -> str:
    """The path within its `.git` folder; empty if it is not in one."""
    folder = repository_of(path)
    return path[len(folder) + 1 :] if folder else ""


def is_renewed(path: str) -> bool:
    """Whether git rewrites this file itself, so that a change to it is no one's work."""
    inside = _inside(path)
    return inside in VOLATILE or inside.startswith(RENEWED)


def is_named_by_content(path: str) -> bool:
    """Whether equal names mean equal contents (gitrepository-layout(5), objects)."""
    return _inside(path).startswith("objects/") and not is_renewed(path)


def is_lock(path: str) -> bool:
    """Whether a path is the lock file of a running git command."""
    return repository_of(path) is not None and path.endswith(".lock")
