"""Which of a repository's files its own installation reads, and in which order.

The order of authority: a lock file; a table that only one program reads; between a conda
environment, a requirements file and the project's own metadata the README decides, and without a
README the conda environment comes first, because it also fixes Python and CUDA.
"""

from collections.abc import Iterator, Mapping

from scaffold.project.choices.aside import ASIDE
from scaffold.project.choices.doubtful_methods import (
    asks_for_no_gpu,
    has_default_environment,
    is_left_behind,
    speaks,
)
from scaffold.project.facts import PackageManager
from scaffold.project.formats.manifests import METADATA, Role, base_of, kind_or_included
from scaffold.project.packages.frameworks import names_framework
from scaffold.project.readme.followed import Followed
from scaffold.project.sources import Source
from scaffold.records import dataclass

_LOCKS = (
    ("uv.lock", PackageManager.UV, ("pyproject.toml", "uv.toml")),
    ("pixi.lock", PackageManager.PIXI, ("pixi.toml", "pyproject.toml")),
    ("poetry.lock", PackageManager.POETRY, ("pyproject.toml",)),
    ("pdm.lock", PackageManager.PDM, ("pyproject.toml",)),
    ("Pipfile.lock", PackageManager.PIPENV, ("Pipfile",)),
)
_TOOLS = (
    ("pixi", PackageManager.PIXI, ("pixi.toml", "pyproject.toml")),
    ("pipenv", PackageManager.PIPENV, ("Pipfile",)),
    ("poetry", PackageManager.POETRY, ("pyproject.toml",)),
    ("pdm", PackageManager.PDM, ("pyproject.toml",)),
    ("uv", PackageManager.UV, ("pyproject.toml", "uv.toml")),
    ("hatch", PackageManager.HATCH, ("pyproject.toml", "hatch.toml")),
)


@dataclass(frozen=True, slots=True)
class Way:
    """One method to install the project: its program, its first files, and the reason."""

    manager: PackageManager
    starts: tuple[str, ...]
    reason: str
    readme_word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallPath:
    """The install method that is followed, with all files that it includes.

    `paths` are in order of authority; `constraints` are those among them that only bound versions.
    `others` are the methods that were not followed, `siblings` the folders that could also be the
    project, each with its own method.
    """

    base: str = ""
    way: Way | None = None
    paths: tuple[str, ...] = ()
    constraints: frozenset[str] = frozenset()
    others: tuple[Way, ...] = ()
    siblings: tuple[tuple[str, Way], ...] = ()


def find_install_path(sources: Mapping[str, Source], followed: Followed) -> InstallPath:
    """Choose the method of the root, or of the first folder that has one."""
    bases = _bases(sources)
    if followed.commands_name_packages and not any(_ways(sources, "", followed)):
        # The README's packages are the list; a folder below is a part.
        return InstallPath()
    if followed.lists() or followed.environments():
        bases = list(dict.fromkeys(["", *bases]))
    for base in bases:
        ways = list(_ways(sources, base, followed if not base else Followed()))
        if ways:
            first = _preferred(ways, sources, followed)
            paths, constraints = _closure(first.starts, sources, base)
            others = tuple(way for way in ways if way is not first)
            siblings = tuple(_siblings(sources, bases, base)) if base else ()
            return InstallPath(
                base=base,
                way=first,
                paths=paths,
                constraints=constraints,
                others=others,
                siblings=siblings,
            )
    return InstallPath()


def _siblings(
    sources: Mapping[str, Source], bases: list[str], chosen: str
) -> Iterator[tuple[str, Way]]:
    """Projects besides the chosen one; those inside another, or in a folder of ASIDE, are parts."""
    found: list[str] = [chosen]
    for base in bases:
        inside = any(base == one or base.startswith(f"{one}/") for one in found)
        if not base or inside or ASIDE & set(base.split("/")):
            continue
        ways = list(_ways(sources, base, Followed()))
        if ways:
            found.append(base)
            yield base, _preferred(ways, sources, Followed())


def _bases(sources: Mapping[str, Source]) -> list[str]:
    found = {base_of(p) for p in sources if kind_or_included(p).role in {Role.MANIFEST, Role.LOCK}}

    def order(base: str) -> tuple[bool, bool, int, str]:
        folders = base.split("/") if base else []
        silent = not any(
            names_framework(source) for path, source in sources.items() if base_of(path) == base
        )
        return bool(ASIDE & set(folders)), bool(folders) and silent, len(folders), base

    return sorted(found, key=order)


def _ways(sources: Mapping[str, Source], base: str, followed: Followed) -> Iterator[Way]:
    def there(*names: str) -> tuple[str, ...]:
        paths = (f"{base}/{name}" if base else name for name in names)
        return tuple(path for path in paths if path in sources)

    for name, manager, manifests in _LOCKS:
        if (
            there(name)
            and there(*manifests)
            and not is_left_behind(there(name), there(*manifests), sources)
        ):
            yield Way(manager, (*there(name), *there(*manifests)), f"{name} is there")
    for tool, manager, manifests in _TOOLS:
        owners = [path for path in there(*manifests) if tool in sources[path].tools]
        if owners:
            yield Way(manager, there(*manifests), f"{owners[0]} has settings of {manager}", tool)
    # A file that the README's commands name comes before one that no command names.
    environments = (*followed.environments(), *_best(sources, base, "conda"))
    lists = followed.lists()
    if environments:
        added = lists if followed.environments() else ()
        starts = (*environments[:1], *added)
        yield Way(PackageManager.CONDA, starts, "a conda environment", "conda")
    if lists:
        # `pip install -r list.txt` and `pip install .` add up.
        whole = there(*METADATA) if "project" in followed.ways() else ()
        yield Way(PackageManager.PIP, (*lists, *whole), "README installs it", "requirements")
    listed = [] if lists else _best(sources, base, "")[:1]
    why = "a requirements file"
    ways = [Way(PackageManager.PIP, (one,), why, "requirements") for one in listed]
    project = [path for path in there(*METADATA) if _is_project(sources[path])]
    if project:
        special = any(_generality(one)[0] for one in listed)
        named = any(sources[path].requirements or sources[path].includes for path in project)
        # Where neither metadata nor README name a package, a list beside them does.
        alone = named or special or followed.commands_name_packages
        starts = (*project, *(() if alone else listed))
        own = Way(PackageManager.PIP, starts, "the project's own metadata", "project")
        # A list for one purpose is not what installs the project.
        ways.insert(0 if special else len(ways), own)
    yield from ways


def _is_project(source: Source) -> bool:
    return source.installable or bool(source.requirements or source.includes)


def _best(sources: Mapping[str, Source], base: str, tool: str) -> tuple[str, ...]:
    """Environment files or requirements files of a folder, the most general one first."""
    ending = (".yml", ".yaml") if tool else (".txt", ".in")
    found = [
        path
        for path in sources
        if path.endswith(ending)
        and base_of(path) == base
        and kind_or_included(path).role is Role.MANIFEST
        and tool in (sources[path].tools or {""})
    ]
    folder = [path for path in found if base_of(path) != path.rpartition("/")[0]]
    if len(folder) > 1:
        # Of a folder of lists only the general one represents the project.
        found = [
            path for path in found if path not in folder or _generality(path)[1] < len(_GENERAL)
        ]
    included = {path for one in found for path, _ in sources[one].includes if path != one}
    # A file that another one includes is a part of it; a circle of files has no first file.
    whole = [path for path in found if path not in included] or found
    return tuple(sorted(whole, key=_generality))


_GENERAL = ("requirements", "environment", "conda", "env", "main", "base", "core", "default")
_SPECIAL = frozenset(
    {"dev", "test", "doc", "lint", "ci", "cpu", "mac", "osx", "win", "rocm", "optional", "eval"}
    | {"tflite", "demo", "example", "colab", "bench", "deploy"}
)


def _generality(path: str) -> tuple[int, int, int, str]:
    name = path.rpartition("/")[2].rpartition(".")[0].lower()
    special = any(word in name.replace("environment", "") for word in _SPECIAL)
    rank = _GENERAL.index(name) if name in _GENERAL else len(_GENERAL)
    gpu = 0 if any(word in name for word in ("gpu", "cuda", "cu1")) else 1
    # Of two equal names the compiled list (`.txt`) is what gets installed, not its input.
    return int(special), rank, gpu, path.replace(".in", ".zz")


def _preferred(ways: list[Way], sources: Mapping[str, Source], followed: Followed) -> Way:
    first = ways[0]
    arbitrated = {"conda", "requirements", "project"}
    if first.readme_word == "hatch" and not has_default_environment(first.starts, sources):
        # Most projects with Hatch environments use them to test, not to be installed.
        return _preferred(ways[1:], sources, followed) if len(ways) > 2 else first
    if first.manager is PackageManager.PIXI and asks_for_no_gpu(first.starts, sources):
        # A second method whose list leaves the build open can use the GPU.
        open_ended = [way for way in ways[1:] if speaks(way.starts, sources)]
        return _preferred(open_ended, sources, followed) if open_ended else first
    if first.readme_word not in arbitrated:
        return first
    mentioned = (
        source.mentions for path, source in sources.items() if path.upper().startswith("README")
    )
    shown = (followed.ways() & arbitrated) or frozenset().union(*mentioned)
    for way in ways:
        if way.readme_word in shown:
            return way
    speaking = [way for way in ways if speaks(way.starts, sources)]
    return (speaking or ways)[0]


def _closure(
    starts: tuple[str, ...], sources: Mapping[str, Source], base: str
) -> tuple[tuple[str, ...], frozenset[str]]:
    """Everything that the starting files include; a circle is entered once."""
    paths: dict[str, bool] = {}
    queue = [(path, False) for path in starts]
    while queue:
        path, constraint = queue.pop(0)
        if path in paths or path not in sources:
            continue
        paths[path] = constraint
        source = sources[path]
        queue += [(include, constraint or bounds) for include, bounds in source.includes]
        if "." in source.mentions:
            queue += [(f"{base}/{name}" if base else name, False) for name in METADATA]
    return tuple(paths), frozenset(path for path, bounds in paths.items() if bounds)
