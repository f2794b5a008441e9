"""Packages whose build needs what an isolated build would hide."""

from scaffold.project.choices.device_needs import compiled_reason
from scaffold.project.choices.repository_parts import brings_python
from scaffold.project.facts import Isolated
from scaffold.project.formats.manifests import Role
from scaffold.project.packages.from_git import from_git
from scaffold.project.packages.knowledge import BUILT_WITH, BUILT_WITH_FRAMEWORK
from scaffold.project.sources import Requirement, Subject
from scaffold.project.syntax.markers import applies
from scaffold.project.view import View


def as_pep508(one: Requirement) -> str:
    """A requirement as pip takes it as one word of its command line, without a local version."""
    extras = f"[{','.join(one.extras)}]" if one.extras else ""
    if one.url:
        plain = one.text.startswith(("git+", "http"))
        return one.text.split()[0] if plain else f"{one.name}{extras}@{one.url}"
    return f"{one.name}{extras}{one.spec}"


def _sourced(view: View, one: Requirement, links: str) -> Requirement:
    """The requirement with its repository, unless conda or a page of links has the package."""
    by_conda = one.conda and (one.group != "command" or brings_python(view))
    elsewhere = any("pytorch.org" not in link for link in links.split())
    return one if by_conda or elsewhere else from_git(one)


BUILD_TOOLS = ("setuptools<82", "wheel", "packaging", "ninja", "psutil")
"""Tools that builds with torch import or call; source: the guides of flash-attn and torch.

setuptools 82 no longer has pkg_resources, which setup.py of mmcv and torch before 2.2 import.
"""


def isolated(view: View) -> tuple[Isolated, ...]:
    """Dependencies whose build imports what isolation would hide, each once."""
    topics = (Subject.INDEX, Subject.LINKS)
    links = " ".join(note.value for topic in topics for _, note in view.notes(topic))
    found: dict[str, Isolated] = {}
    for source, named in view.installed:
        locked = view.role(source.path) is Role.LOCK
        one = _sourced(view, named, links)
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
        elif one.name in BUILT_WITH:
            why = f"its setup.py imports {' and '.join(BUILT_WITH[one.name])}"
            found[one.name] = Isolated(
                name=one.name,
                text=as_pep508(one),
                where=one.where,
                reason=why,
                compiles=False,
                line=one.text,
            )
    return tuple(found.values())
