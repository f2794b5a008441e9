"""Every package that the project's own installation names, with its bounds."""

from scaffold.project.choices.isolated_builds import as_pep508, isolated
from scaffold.project.formats.manifests import METADATA, Role
from scaffold.project.sources import DYNAMIC, OPTIONS, Requirement
from scaffold.project.syntax.markers import applies
from scaffold.project.view import View


def named_packages(view: View) -> tuple[str, ...]:
    """PEP 508 texts of the install path's packages, a lock file's pins if one exists.

    Packages of extras and groups are left out, as are those that come by a URL: their bounds decide
    nothing.
    """
    locked = [one for one in _on_path(view, Role.LOCK) if not one.url]
    asked = [one for one in _on_path(view, Role.MANIFEST) if not (one.url or one.group)]
    pins = {one.name: one for one in locked}
    texts = [_text(pins.get(one.name, one), one.extras) for one in asked]
    return tuple(dict.fromkeys((*texts, *(_text(one, one.extras) for one in locked))))


def _on_path(view: View, role: Role) -> list[Requirement]:
    return [
        requirement
        for path in view.path.paths
        if view.role(path) is role and path not in view.path.constraints
        for requirement in view.sources[path].requirements
        if applies(requirement.marker)
    ]


def _text(requirement: Requirement, extras: tuple[str, ...]) -> str:
    extra = f"[{','.join(extras)}]" if extras else ""
    return f"{requirement.name}{extra}{requirement.spec}"


def is_dynamic(view: View) -> bool:
    """Whether a pyproject.toml of the install path leaves its dependencies to a build."""
    return any(DYNAMIC in view.sources[path].mentions for path in view.path.paths)


def has_plain_lists(view: View) -> bool:
    """Whether the install path's files name packages and versions, and tell no more of them."""
    read = [view.sources[path] for path in view.path.paths]
    # uv reads indexes and sources of packages from its own table.
    return bool(read) and not any(OPTIONS in one.mentions or "uv" in one.tools for one in read)


def metadata_requires(view: View) -> tuple[str, ...]:
    """What the project's own metadata asks for, as pip takes it: the image has no source to build.

    A package that is named twice is left to the build, which knows the condition.
    """
    local = {one.text for path in view.path.paths for one in view.sources[path].local}
    found: dict[str, set[str]] = {}
    for path in _metadata(view):
        for one in view.sources[path].requirements:
            if view.is_installed(one) and applies(one.marker) and one.text not in local:
                found.setdefault(one.name, set()).add(_with_marker(one))
    apart = {one.name for one in isolated(view)}
    return tuple(
        next(iter(texts)) for name, texts in found.items() if len(texts) == 1 and name not in apart
    )


def _metadata(view: View) -> list[str]:
    """The files with the project's metadata; a static pyproject.toml stands for all of them."""
    paths = [path for path in view.path.paths if path.rpartition("/")[2] in METADATA]
    static = [path for path in paths if path.endswith("pyproject.toml")]
    static = [path for path in static if DYNAMIC not in view.sources[path].mentions]
    return static or paths


def _with_marker(one: Requirement) -> str:
    space = " " if one.url else ""
    return f"{as_pep508(one)}{space}; {one.marker}" if one.marker else as_pep508(one)
