"""Notes of `init` about the project itself: images it names, parts of its source that lack."""

import json
import shlex
from collections.abc import Iterable
from pathlib import Path

from scaffold.adapters.local.dockerignore import left_out
from scaffold.adapters.local.files import read_file
from scaffold.answers.model import Answers
from scaffold.catalogue import load_catalogue
from scaffold.commands.init.files import FileChange
from scaffold.parsing.untrusted.documents import BrokenDocumentError, read_jsonc
from scaffold.plan import Plan
from scaffold.project.facts import ProjectFacts
from scaffold.project.formats.manifests import METADATA
from scaffold.project.syntax.text import path_of
from scaffold.resolver.resolution import Resolution


def project_notes(
    root: Path, project: ProjectFacts, answers: Answers, resolution: Resolution, plan: Plan
) -> tuple[str, ...]:
    """All of them, in the order of their importance."""
    return (
        *_ignored_files(root, plan),
        *_gone_images(project),
        *_other_base(project, answers, resolution),
        *missing_parts(project, has_git=(root / ".git").exists()),
        *absent_code(root, project),
        *_undecided(project),
    )


def _gone_images(project: ProjectFacts) -> list[str]:
    """A warning for each image that the project names and that can no longer be pulled."""
    named = [(seen.where, word) for seen in project.evidence for word in seen.text.split()]
    words = {word for _, word in named}
    gone = {word: row for word in words if (row := load_catalogue().replacement(word))}
    rows = {
        f"{where}: {image} can no longer be pulled; use {gone[image].instead}"
        for where, image in named
        if image in gone
    }
    return sorted(rows)


def _other_base(project: ProjectFacts, answers: Answers, resolution: Resolution) -> list[str]:
    """A note if the project's own Dockerfile builds on an image that is not used here."""
    named = project.base_image
    if named is None or answers.image or resolution.image == named.text:
        return []
    use = f"to build on it, too: --image {named.text}"
    known = load_catalogue().replacement(named.text)
    return [] if known else [f"{named.where} builds on {named.text}; {use}"]


def missing_parts(project: ProjectFacts, *, has_git: bool) -> list[str]:
    """Parts of the source that a plain clone lacks, which post-create fetches, if git can."""
    empty = [part for part in project.submodules if part.missing]
    names = ", ".join(project.lfs_missing[:3])
    if has_git:
        found = [
            f"the submodule {part.path} is empty; post-create fetches it from {part.url}"
            for part in empty
        ]
        late = f"Git LFS files are not downloaded yet ({names}); post-create fetches them"
    else:
        found = [
            f"the submodule {part.path} is empty, and this copy has no .git to fetch it with: "
            f"git clone {shlex.quote(part.url)} {shlex.quote(part.path)}"
            for part in empty
        ]
        late = f"Git LFS files are pointers only ({names}), and this copy has no .git: clone it"
    return found + ([late] if names else [])


def absent_code(root: Path, project: ProjectFacts) -> list[str]:
    """A note for each path among the dependencies that pip would not find, or find no project in.

    Submodules have notes of their own.
    """
    found = []
    for one in project.local:
        below = any(f"{one.path}/".startswith(f"{part.path}/") for part in project.submodules)
        inside = root / project.base / one.path
        folder = inside if inside.exists() else root / one.path
        if below or not one.text:
            continue
        if not folder.exists():
            found.append(f"{one.where}: {one.text}: no {one.path} here, so post-create stops there")
        elif folder.is_dir() and not any((folder / name).exists() for name in METADATA):
            place = "this folder" if one.path == "." else one.path
            lacks = "has no pyproject.toml or setup.py, so post-create stops there"
            found.append(f"{one.where}: {one.text}: {place} {lacks}")
    return found


def _undecided(project: ProjectFacts) -> list[str]:
    """Commands of a script that look at the machine first, which nothing here can foretell."""
    if not project.undecided:
        return []
    first, *others = project.undecided
    places = f"{first} and {len(others)} more" if others else first
    script = path_of(first)
    left_out = f"{places}: installed only if a test in {script} holds, so left out of the image"
    return [f"{left_out}; if you need it, run {script} in the container as the README shows"]


def _ignored_files(root: Path, plan: Plan) -> list[str]:
    """A warning for each file that the build needs and .dockerignore leaves out."""
    ignored = left_out(read_file(root / ".dockerignore") or b"", plan.install.files)
    return [
        f".dockerignore keeps {path} out of the build, which needs it: add the line !{path}"
        for path in ignored
    ]


def other_user(changes: Iterable[FileChange], answers: Answers) -> list[str]:
    """A warning if a kept devcontainer.json names a user that a changed Dockerfile lacks."""
    by_name = {change.path.rpartition("/")[2]: change for change in changes}
    config, dockerfile = by_name.get("devcontainer.json"), by_name.get("Dockerfile")
    if config is None or dockerfile is None:
        return []
    if (config.status, dockerfile.status) != ("kept", "changed"):
        return []
    named = _remote_user(config.before or b"")
    if named in {"", answers.user} or "${" in named:
        return []
    kept = f'{config.path} is yours and kept with "remoteUser": {json.dumps(named)}'
    now = f"but the Dockerfile now makes the user {answers.user}"
    return [f'{kept}, {now}: write "{answers.user}" there, or use --overwrite']


def _remote_user(content: bytes) -> str:
    try:
        document = read_jsonc(content.decode("utf-8-sig"))
    except (BrokenDocumentError, UnicodeDecodeError):
        return ""
    named = document.get("remoteUser") if isinstance(document, dict) else None
    return named if isinstance(named, str) else ""
