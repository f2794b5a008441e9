"""What a project asks for outside its container, and whether the user agreed to it."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from scaffold.adapters.devcontainer.config import find_config, read_config
from scaffold.adapters.local.files import read_file, shown
from scaffold.adapters.local.remembered import GENERATED, TRUSTED
from scaffold.errors import InputError
from scaffold.parsing.untrusted.documents import BrokenDocumentError, read_toml, read_yaml
from scaffold.records import dataclass
from scaffold.workspace import reach

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


def proposal_of(root: Path, purpose: Purpose) -> ProjectReach:
    """Read what a project asks for. What this computer generated itself needs no agreement."""
    root = root.resolve()
    found = [*_answers(root)]
    found += _ignored(root) if purpose != "generate" else ()
    found += _config(root) if purpose == "start" else ()
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


def _answers(root: Path) -> reach.Reaches:
    for pattern in RECORDS:
        for path in sorted(root.glob(pattern)):
            if (content := _foreign(root, path)) is not None:
                yield from reach.answers_reach(_recorded(path, content))


def _recorded(path: Path, content: bytes) -> Mapping[str, object]:
    try:
        table = read_toml(content)
    except BrokenDocumentError as error:
        raise InputError(
            f"{shown(path)} is not valid TOML: {error}", hint="fix it, or move it away"
        ) from error
    answers = table.get("answers", table)
    return answers if isinstance(answers, dict) else {}


def _ignored(root: Path) -> reach.Reaches:
    content = _foreign(root, root / IGNORE_FILE)
    if content is not None:
        yield from reach.ignore_reaches(content.decode("utf-8", "replace"))


def _config(root: Path) -> reach.Reaches:
    path = find_config(root)
    if path is None:
        return
    config = read_config(path)
    if _foreign(root, path) is not None:
        yield from reach.config_reaches(config)
    yield from _dockerfile(root, path.parent, config)
    for name in _names(config.get("dockerComposeFile")):
        yield from _compose(root, path.parent / name)


def _dockerfile(root: Path, folder: Path, config: Mapping[str, Any]) -> reach.Reaches:
    build = config.get("build")
    name = (build.get("dockerfile") if isinstance(build, Mapping) else "") or config.get(
        "dockerFile"
    )
    if isinstance(name, str) and name:
        content = _foreign(root, folder / name)
        if content is not None:
            yield from reach.dockerfile_reaches(content.decode("utf-8", "replace"))


def _compose(root: Path, path: Path) -> reach.Reaches:
    content = _foreign(root, path)
    if content is None:
        return
    try:
        document = read_yaml(content)
    except BrokenDocumentError as error:
        raise InputError(f"{shown(path)} is not valid YAML: {error}") from error
    depth = len(Path(os.path.relpath(path.parent, root)).parts)
    yield from reach.compose_reaches(document, depth)


def _names(value: object) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _scripts(root: Path, lines: list[str]) -> Iterator[bytes]:
    """Files of the project that host commands name: who agrees to a command agrees to these."""
    for line in lines:
        if line.startswith("runs on this computer"):
            for word in dict.fromkeys(re.findall(r"[\w./-]+", line)):
                path = root / word
                if not word.startswith("/") and path.is_file():
                    yield read_file(path) or b""
