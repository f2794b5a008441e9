"""Dependencies that are folders or archives of the repository itself."""

import re
from posixpath import join as join_path
from posixpath import normpath

from scaffold.project.facts import LocalPath, PackageManager
from scaffold.project.syntax.requirement import normal_name

_TARGET = re.compile(
    r"(?:file:(?:///\$\{PROJECT_ROOT\}/|(?://)?))?([^\[\]\s;#]+)(?:\[([^\[\]]*)\])?"
)
_ELSEWHERE = ("/", "~", "$", "<", "-")
ARCHIVES = (".whl", ".tar.gz", ".zip", ".tar.bz2")


def local_target(word: str, folder: str = "") -> tuple[str, tuple[str, ...]] | None:
    """The path that a word names below the root, with its extras: `.[train]`, `libs/x`.

    As in pip, a word with a slash or a leading dot is a path. None for
    packages, URLs, and paths that leave the repository.
    """
    plain = word.strip().strip("'\"")
    match = _TARGET.fullmatch(plain.partition(" ;")[0].strip())
    if match is None or "://" in plain.removeprefix("file://"):
        return None
    path, is_file = match[1], plain.startswith("file:")
    if path.startswith(_ELSEWHERE) or "@" in path or re.match(r"[a-z]+\+", path):
        return None
    if not (is_file or path.startswith(".") or "/" in path):
        return None
    target = normpath(join_path(folder, path))
    if target.startswith(".."):
        return None
    return target, tuple(normal_name(one) for one in (match[2] or "").split(",") if one.strip())


def local_line(
    line: str,
    where: str,
    *,
    editable: bool = False,
    shown: str = "",
    folder: str = "",
    manager: PackageManager = PackageManager.PIP,
) -> LocalPath | None:
    """A line of a requirements file that names a path, `name @ file:…` included."""
    named = re.match(r"[\w.-]+\s*(?:\[[^\]]*\])?\s*@\s*(file:.*)", line)
    target = named[1] if named else line
    if editable and "/" not in target and not re.match(r"\.|[a-z]+[+:]", target):
        # After -e even a bare word is a folder.
        target = f"./{target}"
    found = local_target(target, folder)
    if found is None:
        return None
    return LocalPath(
        path=found[0],
        where=where,
        text=shown or line,
        editable=editable,
        extras=found[1],
        manager=manager,
    )


def local_table(
    options: dict[str, object], where: str, path: str, manager: PackageManager, shown: str
) -> LocalPath | None:
    """`name = { path = "../x", editable = true }` of Poetry, Pipenv, uv and pixi."""
    target = options.get("path", options.get("file"))
    if not isinstance(target, str) or "://" in target:
        return None
    found = normpath(join_path(path.rpartition("/")[0], target))
    if found.startswith(("..", "/")):
        return None
    editable = options.get("editable", options.get("develop")) is True
    extras = options.get("extras")
    names = tuple(str(one) for one in extras) if isinstance(extras, list) else ()
    return LocalPath(
        path=found,
        where=where,
        text=shown,
        editable=editable,
        extras=names,
        manager=manager,
    )
