"""What post-create does in the new container: only what needs the source."""

import shlex
from collections.abc import Iterator

from scaffold.plan.dependencies import command, extras_of
from scaffold.plan.model import Task
from scaffold.plan.situation import Situation
from scaffold.project.facts import LocalPath


def tasks_of(case: Situation) -> Iterator[Task]:
    """Every task of post-create, in order."""
    yield from _source(case)
    yield from _odd(case)
    yield from _managed(case)
    yield from _local(case)


def _source(case: Situation) -> Iterator[Task]:
    """Submodules and large files, which a plain `git clone` leaves out."""
    if case.project.submodules:
        yield Task(
            comment="Parts of the source that are repositories of their own.",
            commands=("[ ! -e .git ] || git submodule update --init --recursive",),
        )
    if case.project.lfs:
        yield Task(
            comment="Large files that git keeps apart.",
            commands=("[ ! -e .git ] || { git lfs install --local && git lfs pull; }",),
        )


def _odd(case: Situation) -> Iterator[Task]:
    lists = [path for path in case.odd if path.endswith((".txt", ".in"))]
    if lists:
        words = [word for path in lists for word in ("-r", f"./{path}")]
        yield Task(
            comment="Lists whose names a Dockerfile cannot carry.",
            commands=(f"{case.install}{case.list_options}{case.kept} {shlex.join(words)}",),
        )


def _managed(case: Situation) -> Iterator[Task]:
    """The manager's own way to install the project and its local parts."""
    if case.recipe == "pixi":
        yield Task(
            comment="pixi keeps its environment in the project's folder.",
            commands=(f"pixi install{' --frozen' if case.locked else ''}{_at_pixi(case)}",),
        )
    elif case.row.post and case.recipe == case.row.recipe and _has_code(case):
        yield Task(comment=_OWN, commands=(command(case, case.row.post),))


_OWN = "The project's own code; its dependencies are in the image."


def _at_pixi(case: Situation) -> str:
    base = case.project.base
    return f" --manifest-path {shlex.quote(base)}" if base else ""


def _has_code(case: Situation) -> bool:
    """Whether there is anything of the project's own to install."""
    return case.names_code or (case.project.installable and case.row.recipe != "pipenv")


def _local(case: Situation) -> Iterator[Task]:
    """Folders of the project that pip or uv installs, and the project itself."""
    if case.recipe == "pixi" or (case.row.post and case.recipe == case.row.recipe):
        return
    plain: list[str] = []
    isolated: list[str] = []
    for one in case.project.local:
        words = isolated if _is_isolated(case, one) else plain
        words += _words(one)
    own = any(one.path == (case.project.base or ".") for one in case.project.local)
    if case.project.installable and not own:
        (isolated if case.project.setup_imports else plain).extend(_own_words(case))
    commands = [
        f"{case.install}{option}{case.kept} {shlex.join(words)}"
        for option, words in (("", plain), (" --no-build-isolation", isolated))
        if words
    ]
    if commands:
        yield Task(comment=_OWN, commands=tuple(commands))


def _is_isolated(case: Situation, one: LocalPath) -> bool:
    named = any(item.where == one.where or item.name == one.path for item in case.project.isolated)
    own = one.path == (case.project.base or ".")
    return named or bool(one.imports) or (own and bool(case.project.setup_imports))


def _words(one: LocalPath) -> list[str]:
    extras = f"[{','.join(one.extras)}]" if one.extras else ""
    path = "." if one.path in {"", "."} else f"./{one.path.removeprefix('./')}"
    return [*(["-e"] if one.editable else []), path + extras]


def _own_words(case: Situation) -> list[str]:
    names = extras_of(case)
    extras = f"[{','.join(names)}]" if names else ""
    path = f"./{case.project.base}" if case.project.base else "."
    return ["-e", path + extras]
