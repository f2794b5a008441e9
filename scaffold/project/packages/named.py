"""Every package that the project's own installation names, with its bounds."""

from scaffold.project.formats.manifests import Role
from scaffold.project.sources import Requirement
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
