"""What the installation needs besides its lists: folders, isolated builds, README's packages."""

from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatch

from scaffold.project.choices.isolated_builds import BUILD_TOOLS
from scaffold.project.choices.repository_parts import extension_to_fetch
from scaffold.project.facts import InstallStep, Isolated, LocalPath, PackageManager, Pin
from scaffold.project.formats.manifests import METADATA, Role
from scaffold.project.packages.frameworks import framework_of
from scaffold.project.packages.knowledge import BUILT_WITH
from scaffold.project.sources import Command, Subject
from scaffold.project.syntax.markers import applies
from scaffold.project.syntax.requirement import normal_name
from scaffold.project.view import View


def steps(view: View) -> tuple[InstallStep, ...]:
    """The README's commands that are followed, in their order."""
    return tuple(
        InstallStep(one.kind, _values(one), one.where, one.text) for one in view.followed.commands
    )


def _values(command: Command) -> tuple[str, ...]:
    return (
        *((command.python,) if command.python else ()),
        *(one.text for one in command.requirements),
        *command.lists,
        *command.environments,
        *(target for target, _, _ in command.local),
        *command.extras,
        *command.groups,
    )


def build_settings(view: View) -> tuple[tuple[str, str], ...]:
    """Variables in front of the followed commands; of two commands for the same the first."""
    found: dict[str, str] = {}
    seen = set()
    for command in view.followed.commands:
        what = (command.local, command.lists, tuple(one.name for one in command.requirements))
        settings = () if what in seen else command.settings
        seen.add(what)
        for setting in settings:
            name, _, value = setting.partition("=")
            found.setdefault(name, value)
    return tuple(found.items())


def local_paths(view: View) -> tuple[LocalPath, ...]:
    """Folders of the repository that the installation names, each once, with what they import."""
    found: dict[str, LocalPath] = {}
    for path in view.path.paths:
        for one in view.sources[path].local:
            for member in _members(view, one):
                found.setdefault(member.path, member)
    for command in view.followed.commands:
        for target, extras, editable in command.local:
            if target == (view.path.base or ".") or target in found or target == ".":
                continue
            if not _is_there(view, target):
                continue
            found[target] = LocalPath(
                path=target,
                where=command.where,
                text=command.text,
                editable=editable,
                extras=extras,
            )
    return tuple(replace(one, imports=_imports(view, path)) for path, one in found.items())


def _imports(view: View, path: str) -> tuple[str, ...]:
    return (
        ("torch",)
        if extension_to_fetch(view, path)
        else setup_imports(view, "" if path == "." else path)
    )


def _is_there(view: View, folder: str) -> bool:
    """Whether the repository has such a project: the path may begin with its own name."""
    modules = (note.value.rstrip("/") for _, note in view.notes(Subject.SUBMODULE))
    fetched = any(folder == one or folder.startswith(f"{one}/") for one in modules)
    return fetched or any(view.has(f"{folder}/{name}") for name in METADATA)


def _members(view: View, one: LocalPath) -> Iterator[LocalPath]:
    """A workspace source of uv has the path of the member of that name."""
    if one.path:
        yield one
        return
    name = normal_name(one.extras[0])
    for path, source in view.sources.items():
        if source.name == name and path.endswith("pyproject.toml"):
            yield replace(one, path=path.rpartition("/")[0] or ".", extras=())


def needed_files(view: View) -> tuple[str, ...]:
    """Manifests of workspace members and path dependencies that uv, Poetry or PDM must see."""
    manager = view.path.way.manager if view.path.way else None
    if manager not in {PackageManager.UV, PackageManager.POETRY, PackageManager.PDM}:
        return ()
    patterns = [one for path in view.path.paths for one in view.sources[path].members]
    paths = [f"{one.path}/pyproject.toml" for one in local_paths(view)]
    found = {
        path
        for path in view.sources
        if path.endswith("pyproject.toml")
        and (path in paths or any(fnmatch(path.rpartition("/")[0], one) for one in patterns))
    }
    return tuple(sorted(found - set(view.path.paths)))


def setup_imports(view: View, folder: str) -> tuple[str, ...]:
    """Modules that a folder's setup.py imports and its pyproject.toml does not ask for."""
    prefix = f"{folder}/" if folder else ""
    setup = view.sources.get(f"{prefix}setup.py")
    project = view.sources.get(f"{prefix}pyproject.toml")
    notes = setup.notes if setup else ()
    asked = {
        note.value for note in (project.notes if project else ()) if note.topic is Subject.BUILD
    }
    modules = [note.value for note in notes if note.topic is Subject.SETUP_IMPORT]
    # An isolated build would compile against another torch than the one that is installed.
    modules += ["torch"] if "torch" in asked else []
    wanted = dict.fromkeys(one for one in modules if normal_name(one) not in asked - {"torch"})
    if not wanted:
        return ()
    own = [path[len(prefix) : -3] for path in view.below(folder) if path.endswith(".py")]
    # Old setup.py files append folders to sys.path, so a module may be in any of them.
    inside = {part for path in own for part in path.split("/")}
    return tuple(one for one in wanted if one not in inside)


def build_tools(view: View, apart: tuple[Isolated, ...]) -> tuple[str, ...]:
    """What has to be installed before a build that is not isolated, as requirements."""
    folders = {view.path.base} | {one.path for one in local_paths(view) if one.path != "."}
    folders = {folder for folder in folders if setup_imports(view, folder)}
    if not (apart or folders):
        return ()
    imported = (name for one in apart for name in BUILT_WITH.get(one.name, ()))
    wanted = {text.partition("<")[0]: text for text in (*BUILD_TOOLS, *imported)}
    for folder in sorted(folders):
        source = view.sources.get(f"{folder}/pyproject.toml".lstrip("/"))
        for note in source.notes if source else ():
            if note.topic is Subject.BUILD:
                # The project's own range of a tool holds beside that of the tools.
                key = note.value if "==" in note.text else note.text
                wanted[key] = note.text
    return tuple(wanted.values())


def framework_pins(view: View) -> tuple[Pin, ...]:
    """Lines of the installed lists that name a framework itself."""
    return tuple(
        Pin(one.where, one.text, one.spec, one.name)
        for source, one in view.installed
        if (framework_of(one) or (None, False))[1]
        and not one.conda
        and view.role(source.path) is Role.MANIFEST
        and applies(one.marker)
    )
