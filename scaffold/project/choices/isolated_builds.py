"""Packages whose build needs what an isolated build would hide."""

from scaffold.project.choices.device_needs import compiled_reason
from scaffold.project.facts import Isolated
from scaffold.project.formats.manifests import Role
from scaffold.project.packages.knowledge import BUILT_WITH_FRAMEWORK, BUILT_WITH_NUMPY
from scaffold.project.sources import Requirement, Subject
from scaffold.project.syntax.markers import applies
from scaffold.project.view import View


def as_pep508(one: Requirement) -> str:
    """A requirement as pip takes it on its command line, without its local version."""
    extras = f"[{','.join(one.extras)}]" if one.extras else ""
    if one.url:
        return (
            one.text if one.text.startswith(("git+", "http")) else f"{one.name}{extras} @ {one.url}"
        )
    return f"{one.name}{extras}{one.spec}"


BUILD_TOOLS = ("setuptools", "wheel", "packaging", "ninja", "psutil")
"""Tools that builds with torch import or call; source: the guides of flash-attn and torch."""


def isolated(view: View) -> tuple[Isolated, ...]:
    """Dependencies whose build imports what isolation would hide, each once."""
    topics = (Subject.INDEX, Subject.LINKS)
    links = " ".join(note.value for topic in topics for _, note in view.notes(topic))
    found: dict[str, Isolated] = {}
    for source, one in view.installed:
        locked = view.role(source.path) is Role.LOCK
        if one.conda or locked or not applies(one.marker) or one.name in found:
            continue
        reason = compiled_reason(one, links)
        if one.name in BUILT_WITH_FRAMEWORK and (reason or "git" in one.url):
            found[one.name] = Isolated(
                name=one.name,
                text=as_pep508(one),
                where=one.where,
                reason=reason or "is built from its sources",
                line=one.text,
            )
        elif one.name in BUILT_WITH_NUMPY:
            why = "its setup.py imports numpy or Cython"
            found[one.name] = Isolated(
                name=one.name,
                text=as_pep508(one),
                where=one.where,
                reason=why,
                compiles=False,
                line=one.text,
            )
    return tuple(found.values())
