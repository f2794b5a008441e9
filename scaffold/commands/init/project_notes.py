"""Notes of `init` about the project itself: images it names, parts of its source that lack."""

from pathlib import Path

from scaffold.adapters.local.dockerignore import left_out
from scaffold.adapters.local.files import read_file
from scaffold.answers.model import Answers
from scaffold.catalogue import load_catalogue
from scaffold.plan import Plan
from scaffold.project.facts import ProjectFacts
from scaffold.resolver.resolution import Resolution


def project_notes(
    root: Path, project: ProjectFacts, answers: Answers, resolution: Resolution, plan: Plan
) -> tuple[str, ...]:
    """All of them, in the order of their importance."""
    return (
        *_ignored_files(root, plan),
        *_gone_images(project),
        *_other_base(project, answers, resolution),
        *_missing_parts(project),
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


def _missing_parts(project: ProjectFacts) -> list[str]:
    """Parts of the source that a plain clone lacks, which post-create fetches."""
    found = [
        f"the submodule {part.path} is empty; post-create fetches it from {part.url}"
        for part in project.submodules
        if part.missing
    ]
    if project.lfs_missing:
        names = ", ".join(project.lfs_missing[:3])
        found.append(f"Git LFS files are not downloaded yet ({names}); post-create fetches them")
    return found


def _ignored_files(root: Path, plan: Plan) -> list[str]:
    """A warning for each file that the build needs and .dockerignore leaves out."""
    ignored = left_out(read_file(root / ".dockerignore") or b"", plan.install.files)
    return [
        f".dockerignore keeps {path} out of the build, which needs it: add the line !{path}"
        for path in ignored
    ]
