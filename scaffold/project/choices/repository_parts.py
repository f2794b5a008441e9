"""The surroundings of the project: siblings, submodules, large files, containers, environments."""

import re
from collections.abc import Mapping

from scaffold.project.facts import DevConfig, Evidence, PackageManager, Sibling, Submodule
from scaffold.project.formats.devconfigs import with_services
from scaffold.project.formats.gitfiles import LFS_POINTER
from scaffold.project.framework import Framework
from scaffold.project.packages.frameworks import framework_of
from scaffold.project.packages.knowledge import BUILT_WITH_FRAMEWORK, COMPILED
from scaffold.project.sources import Subject
from scaffold.project.syntax.requirement import normal_name
from scaffold.project.view import View

_SYSTEM_IMAGE = re.compile(
    r"(python|ubuntu|debian|buildpack-deps|alpine|centos|fedora|rockylinux|almalinux|scratch)(:.*)?"
)
_DOCKERFILE_FOLDERS = frozenset((".devcontainer", "docker", ".docker", "container"))
_ENVIRONMENTS = {PackageManager.CONDA, PackageManager.PIXI}


def siblings(view: View) -> tuple[Sibling, ...]:
    """Other projects of the repository that could also be the one."""
    found = []
    for base, way in view.path.siblings:
        named = (
            framework_of(one) for path in way.starts for one in view.sources[path].requirements
        )
        framework = next((one[0] for one in named if one), Framework.NONE)
        found.append(Sibling(base, way.manager, framework))
    return tuple(found)


def submodules(view: View) -> tuple[Submodule, ...]:
    """Git submodules, and whether their folders hold nothing yet."""
    found = []
    for _, note in view.notes(Subject.SUBMODULE):
        inside = view.below(note.value.rstrip("/"))
        there = any(not path.endswith("/.keep") for path in inside)
        found.append(Submodule(note.value, note.text, missing=not there))
    return tuple(found)


def extension_to_fetch(view: View, path: str) -> str:
    """The known package that is compiled for CUDA in a submodule which is still empty.

    The name of the folder or of its repository tells which; empty if none does.
    """
    if any(view.below(path)):
        return ""
    modules = [(note.value.rstrip("/"), note.text) for _, note in view.notes(Subject.SUBMODULE)]
    urls = [url for at, url in modules if path == at or path.startswith(f"{at}/")]
    built = BUILT_WITH_FRAMEWORK & COMPILED.keys()
    words = [one.rstrip("/").rpartition("/")[2].removesuffix(".git") for one in (path, *urls)]
    return next((name for one in words if (name := normal_name(one)) in built), "")


def lfs_patterns(view: View) -> tuple[str, ...]:
    """Patterns of files that Git LFS keeps elsewhere."""
    return tuple(dict.fromkeys(note.value for _, note in view.notes(Subject.LFS)))


def lfs_pointers(contents: Mapping[str, bytes]) -> tuple[str, ...]:
    """Files that are pointers now, since Git LFS did not fetch them."""
    return tuple(sorted(path for path, one in contents.items() if one.startswith(LFS_POINTER)))


def choose_base_image(view: View) -> Evidence | None:
    """The image that the project's Dockerfile builds on; None for a system or plain Python."""
    for source, note in view.notes(Subject.BASE):
        name = note.value.removeprefix("docker.io/").removeprefix("library/")
        near = source.path.rpartition("/")[0] in _DOCKERFILE_FOLDERS
        if (near or view.in_project(source.path)) and not _SYSTEM_IMAGE.fullmatch(name):
            return Evidence(Subject.BASE.value, note.where, note.value)
    return None


def configs(view: View) -> tuple[DevConfig, ...]:
    """Dev container configurations that are not ours."""
    found = (source.config for source in view.sources.values())
    return tuple(with_services(one, view.sources) for one in found if one is not None)


def brings_python(view: View) -> bool:
    """Whether a conda or pixi environment makes its own Python."""
    return view.path.way is not None and view.path.way.manager in _ENVIRONMENTS


def conda_packages(view: View) -> tuple[str, ...]:
    """What README's commands add to a conda environment, as words of conda's own command."""
    if not brings_python(view):
        return ()
    listed = {one.name for _, one in view.installed if one.conda and one.group != "command"}
    seen: set[str] = set()
    words: list[str] = []
    for command in view.followed.commands:
        added = [one for one in command.requirements if one.conda and one.name not in listed]
        names = {one.name for one in added}
        # A second command for the same package is for another machine: `pytorch cpuonly`.
        if names and not names & seen:
            seen |= names
            channels = (word for channel in command.channels for word in ("-c", channel))
            words += [*channels, *(one.text for one in added)]
    return tuple(words)


def brings_framework(view: View, framework: Framework) -> bool:
    """Whether conda or pixi itself installs the framework, so that no wheel decides it."""
    return brings_python(view) and any(
        one.conda and framework_of(one) == (framework, True) for _, one in view.installed
    )
