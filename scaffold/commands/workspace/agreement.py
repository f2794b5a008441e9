"""What a project asks for outside its container, and whether the user agreed to it."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from scaffold.adapters.devcontainer.config import find_config, read_config
from scaffold.adapters.local.files import read_file, shown
from scaffold.adapters.local.remembered import GENERATED, TRUSTED
from scaffold.errors import InputError
from scaffold.parsing.untrusted.documents import BrokenDocumentError, read_toml, read_yaml
from scaffold.records import dataclass

if TYPE_CHECKING:
    from scaffold.workspace.reach.config import Leaves, Reaches

MOST_FILES = 64
"""Compose files of one project that are read."""

RUN_BY = {
    "make": ("Makefile", "makefile", "GNUmakefile"),
    "just": ("justfile", "Justfile", ".justfile"),
    **dict.fromkeys(("npm", "npx", "yarn", "pnpm"), ("package.json",)),
    **dict.fromkeys(("uv", "poetry", "pdm", "hatch", "pixi"), ("pyproject.toml",)),
}
"""Files that programs run without being given their names."""

_WORD = re.compile(r"[\w.+@-][\w./+@-]*")
_SPACES = str.maketrans(dict.fromkeys("$(){}[]\"'`;|&<>,=", " "))

IGNORE_FILE = ".scaffoldignore"
RECORDS = (
    ".devcontainer/scaffold.toml",
    ".devcontainer/scaffold.local.toml",
    ".devcontainer/*/scaffold.toml",
    ".devcontainer/*/scaffold.local.toml",
)


@dataclass(frozen=True, slots=True)
class ProjectReach:
    """Everything that a project asks for outside its container, as lines for the user."""

    root: Path
    lines: tuple[str, ...] = ()
    scripts: tuple[bytes, ...] = ()
    """Contents of the project's own scripts that its host commands name."""

    @property
    def _key(self) -> tuple[str | bytes, ...]:
        return (os.path.realpath(self.root), *self.lines, "scripts", *self.scripts)

    @property
    def is_agreed(self) -> bool:
        """Whether nothing is asked for, or the user agreed to exactly this before."""
        return not self.lines or TRUSTED.knows(*self._key)

    def agree(self) -> None:
        """Remember that the user agreed."""
        TRUSTED.add([self._key])


Purpose = Literal["generate", "transfer", "start"]
"""What the agreement is for: `init`, `sync` and `pull`, or `up`; each covers the ones before."""


def proposal_of(root: Path, purpose: Purpose, config: str | None = None) -> ProjectReach:
    """Read what a project asks for. What this computer generated itself needs no agreement.

    `config` names a second configuration, as for `scaffold up --config`.
    """
    root = root.resolve()
    found = [*_answers(root)]
    found += _ignored(root) if purpose != "generate" else ()
    found += _config(root, config) if purpose == "start" else ()
    lines = dict.fromkeys(f"{what}: {text}" for what, text in found)
    return ProjectReach(root, tuple(lines), tuple(_scripts(root, list(lines))))


def _foreign(root: Path, path: Path) -> bytes | None:
    """The content of a project's file, None if there is none or this computer made it."""
    content = read_file(path)
    if content is None or GENERATED.knows(_name(root, path), content):
        return None
    return content


def _name(root: Path, path: Path) -> str:
    return os.path.relpath(path, root)


def _answers(root: Path) -> "Reaches":
    for pattern in RECORDS:
        for path in sorted(root.glob(pattern)):
            if (content := _foreign(root, path)) is not None:
                from scaffold.workspace.reach.config import answers_reach

                yield from answers_reach(_recorded(path, content))


def _recorded(path: Path, content: bytes) -> Mapping[str, object]:
    try:
        table = read_toml(content)
    except BrokenDocumentError as error:
        raise InputError(
            f"{shown(path)} is not valid TOML: {error}", hint="fix it, or move it away"
        ) from error
    answers = table.get("answers", table)
    return answers if isinstance(answers, dict) else {}


def _ignored(root: Path) -> "Reaches":
    content = _foreign(root, root / IGNORE_FILE)
    if content is not None:
        from scaffold.workspace.reach.config import ignore_reaches

        yield from ignore_reaches(content.decode("utf-8", "replace"))


def _config(root: Path, name: str | None) -> "Reaches":
    from scaffold.workspace.reach.config import config_reaches

    path = find_config(root, name)
    if path is None:
        return
    config, folder, leaves = read_config(path), _name(root, path.parent), _leaves(root)
    if _foreign(root, path) is not None:
        yield from config_reaches(config, folder, leaves)
    build = config.get("build")
    inner = build.get("dockerfile") if isinstance(build, Mapping) else None
    for file in (inner, config.get("dockerFile")):
        if isinstance(file, str) and file:
            yield from _dockerfile(root, path.parent / file)
    seen: set[str] = set()
    for file in _names(config.get("dockerComposeFile")):
        yield from _compose(root, path.parent / file, seen)


def _leaves(root: Path) -> "Leaves":
    """Whether a path leads out of a project, by its name or by way of links."""
    from scaffold.workspace.reach.config import inside_path, leaves_by_name

    def leaves(path: str, folder: str) -> bool:
        if leaves_by_name(path, folder):
            return True
        return not Path(os.path.realpath(root / inside_path(path, folder))).is_relative_to(root)

    return leaves


def _dockerfile(root: Path, path: Path) -> "Reaches":
    from scaffold.workspace.reach.config import dockerfile_reaches

    content = _foreign(root, path)
    if content is not None:
        yield from dockerfile_reaches(content.decode("utf-8", "replace"))


def _compose(root: Path, path: Path, seen: set[str]) -> "Reaches":
    """A compose file with those that it includes or extends, as far as the project has them."""
    from scaffold.workspace.reach.compose import compose_reaches, dockerfiles, other_files

    real = os.path.realpath(path)
    if real in seen or len(seen) >= MOST_FILES or not Path(real).is_relative_to(root):
        return
    seen.add(real)
    document = _compose_document(root, path)
    folder = _name(root, path.parent)
    yield from compose_reaches(document, folder, _leaves(root))
    for context, file in dockerfiles(document):
        yield from _dockerfile_below(root, path.parent / context / file)
    for name in other_files(document):
        yield from _compose(root, path.parent / name, seen)


def _dockerfile_below(root: Path, path: Path) -> "Reaches":
    # One outside is listed by its path.
    if Path(os.path.realpath(path)).is_relative_to(root):
        yield from _dockerfile(root, path)


def _compose_document(root: Path, path: Path) -> object:
    content = _foreign(root, path)
    if content is None:
        return None
    try:
        return read_yaml(content)
    except BrokenDocumentError as error:
        raise InputError(f"{shown(path)} is not valid YAML: {error}") from error


def _names(value: object) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _scripts(root: Path, lines: list[str]) -> Iterator[bytes]:
    """Files of the project that host commands name: who agrees to a command agrees to these."""
    for line in lines:
        if line.startswith("runs on this computer"):
            words = dict.fromkeys(_WORD.findall(line.translate(_SPACES)))
            folders = [root, *(root / word for word in words if (root / word).is_dir())]
            names = [*words, *(file for word in words for file in RUN_BY.get(word, ()))]
            for path in (folder / name for folder in folders for name in names):
                if path.is_file() and Path(os.path.realpath(path)).is_relative_to(root):
                    yield read_file(path) or b""
