"""Notes of `init` about the project itself: images it names, parts of its source that lack."""

from pathlib import Path

from scaffold.adapters.local.dockerignore import left_out
from scaffold.adapters.local.files import read_file
from scaffold.answers.model import Answers
from scaffold.catalogue import load_catalogue
from scaffold.plan import Plan
from scaffold.project.facts import ProjectFacts
from scaffold.resolver.resolution import Resolution


def gone_images(project: ProjectFacts) -> list[str]:
    """A warning for each image that the project names and that can no longer be pulled."""
    rows = {
        f"{seen.where}: {image} can no longer be pulled; use {row.instead}"
        for seen in project.evidence
        for image in seen.text.split()
        if (row := load_catalogue().replacement(image))
    }
    return sorted(rows)


def other_base(project: ProjectFacts, answers: Answers, resolution: Resolution) -> list[str]:
    """A note if the project's own Dockerfile builds on an image that is not used here."""
    named = project.base_image
    if named is None or answers.image or resolution.image == named.text:
        return []
    use = f"to build on it, too: --image {named.text}"
    known = load_catalogue().replacement(named.text)
    return [] if known else [f"{named.where} builds on {named.text}; {use}"]


def missing_parts(project: ProjectFacts) -> list[str]:
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


def ignored_files(root: Path, plan: Plan) -> list[str]:
    """A warning for each file that the build needs and .dockerignore leaves out."""
    ignored = left_out(read_file(root / ".dockerignore") or b"", plan.install.files)
    return [
        f".dockerignore keeps {path} out of the build, which needs it: add the line !{path}"
        for path in ignored
    ]
