"""The system packages of the image: what development needs, and what the project asks for."""

from collections.abc import Iterable

from scaffold.answers.model import Answers
from scaffold.plan.situation import Situation
from scaffold.project.framework_table import BY_FRAMEWORK
from scaffold.project.packages.debian_names import known_name, names_for

BASE = ("ca-certificates", "git", "openssh-client")


def apt_packages(case: Situation, answers: Answers) -> tuple[str, ...]:
    """Every system package, sorted, by its name in the release of the base image."""
    source = case.python_source
    # A vendor's tag does not tell its release; the older names are known to newer ones, too.
    release = "bookworm" if case.vendor else case.resolution.image
    asked = tuple(known_name(name) or name for name in answers.apt)
    packages = [*BASE, *names_for(asked, release)]
    row = BY_FRAMEWORK.get(answers.framework)
    if (row and row.calls_compiler) or answers.nvcc or case.compiles:
        packages.append("build-essential")
    if source in {"distribution", "uv"}:
        packages += ["python3", "python3-venv"]
    if source == "distribution":
        packages.append("python3-dev")
    if case.project.lfs:
        packages.append("git-lfs")
    return tuple(sorted(set(packages)))


def unknown_packages(case: Situation) -> Iterable[str]:
    """A note for each package that is named and in no supported release."""
    for one in case.project.apt_unknown:
        yield f"{one.where}: {one.name} is not installed: no supported release is known to have it"
