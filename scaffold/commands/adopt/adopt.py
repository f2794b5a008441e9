"""`scaffold container adopt`: read a container and describe it as an `Adoption`."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from scaffold.adapters.docker.container_files import FileStore, ReadFiles, read_path, read_real
from scaffold.adapters.docker.engine import DockerEngine
from scaffold.adopt.accounts import PasswdEntry, account_changes, read_logins
from scaffold.adopt.adoption import Adoption
from scaffold.adopt.conda import CondaEnvironment
from scaffold.adopt.dpkg import apt_changes
from scaffold.adopt.file_tree import ChangeKind, FileEntry, ancestors, below
from scaffold.adopt.image_config import environment
from scaffold.adopt.notes import notes
from scaffold.adopt.npm import NpmPackage, is_program_link
from scaffold.adopt.package_files import (
    find_owned,
    folders_to_make_first,
    home_of,
    owner_of,
    site_changes,
)
from scaffold.adopt.python_packages import PipIndexes, SiteChanges, read_indexes
from scaffold.adopt.settings import SecretWishes, read_settings
from scaffold.adopt.sorting import SortedChanges, sort_changes, temporary_work, whole_folders
from scaffold.commands.adopt.copying import copied_files
from scaffold.commands.adopt.find import (
    ContainerContents,
    find_all,
    has_path,
    read_interpreters,
    with_names,
)
from scaffold.commands.adopt.read import AdoptSource
from scaffold.container.engine_json import table
from scaffold.container.facts import read_mounts
from scaffold.container.known_secrets import COMMAND, secret_values, spellings
from scaffold.container.render.run_options import read_defaults
from scaffold.errors import InputError
from scaffold.records import dataclass


@dataclass(frozen=True, slots=True)
class AdoptOptions:
    """Options of `adopt`: paths to copy although a rule excludes them, and paths to skip.

    `project` is the project folder on the Docker host, `secrets` are names of suspected secrets
    that are copied all the same: variables, paths, options, or `command`.
    """

    project: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    secrets: frozenset[str] = frozenset()

    @property
    def secret_paths(self) -> tuple[str, ...]:
        """The names in `secrets` that are paths."""
        return tuple(sorted(name for name in self.secrets if name.startswith("/")))


def check_options(wanted: AdoptOptions) -> None:
    """Raise InputError for a path that is not absolute."""
    for flag, paths in (("--include", wanted.include), ("--exclude", wanted.exclude)):
        for path in paths:
            if not path.startswith("/") or path == "/":
                raise InputError(f"{flag}: {path!r} is not an absolute path", hint="/root/.netrc")


def adopt(
    engine: DockerEngine, source: AdoptSource, wanted: AdoptOptions, store: FileStore
) -> Adoption:
    """Read a container. File contents are written to the store, up to its limit."""
    found = _without_excluded(find_all(engine, source), wanted)
    result = _sorted(source, found, wanted)
    store.known = spellings(secret_values(source.inspect, wanted.secrets))
    prefixes = [one.prefix for one in found.conda]
    folders = {*prefixes, *(dist.site for dist in found.dists)}
    read = _read(engine, source, found, result, folders, store)
    result = _without_links_of_packages(result, read, found.npm)
    first = folders_to_make_first(folders, prefixes, read.entries, found.changes)
    overlay = copied_files(read, result, wanted.secrets, first, store)
    left_out = tuple(path for path in found.changes if below(path, wanted.exclude))
    known = SecretWishes((*store.known, *overlay.values), wanted.secrets)
    made = _assembled(engine, source, found, read, wanted, known)
    offered = temporary_work(found.changes, (*wanted.include, *wanted.exclude))
    made = replace(made, sorted=result, overlay=overlay, left_out=left_out, offered=offered)
    env = environment(table(source.inspect, "Config"))
    made = replace(made, known_secrets=known.known)
    _check_names(wanted.secrets, env, read)
    return replace(made, notes=tuple(notes(made, found.dists, env)))


def _check_names(secrets: Collection[str], env: Mapping[str, str], read: ReadFiles) -> None:
    """Raise InputError for a name in `--include-secret` that the container does not have."""
    for name in sorted(secrets):
        if not (name in env or name in read.entries or name == COMMAND or name.startswith("--")):
            raise InputError(
                f"--include-secret: the container has no variable or changed file {name!r}",
                hint="use a name that --dry-run lists as suspected, such as HF_TOKEN",
            )


def _without_excluded(found: ContainerContents, wanted: AdoptOptions) -> ContainerContents:
    """Without the environments and packages in folders that the user excludes."""
    skip = wanted.exclude
    return replace(
        found,
        conda=tuple(one for one in found.conda if not below(one.prefix, skip)),
        npm=tuple(one for one in found.npm if not below(one.folder, skip)),
        dists=tuple(one for one in found.dists if not below(one.site, skip)),
        old_dists=tuple(one for one in found.old_dists if not below(one.site, skip)),
    )


def _sorted(source: AdoptSource, found: ContainerContents, wanted: AdoptOptions) -> SortedChanges:
    owned = find_owned(
        found.base.dpkg,
        found.now.dpkg,
        found.edited,
        found.dists,
        found.old_dists,
        found.conda,
        found.npm,
        found.local,
        found.own,
    )
    mounts = [mount.target for mount in read_mounts(source.inspect)]
    include, exclude = (*wanted.include, *wanted.secret_paths), wanted.exclude
    return sort_changes(found.changes, owned, mounts, include=include, exclude=exclude)


def _read(
    engine: DockerEngine,
    source: AdoptSource,
    found: ContainerContents,
    result: SortedChanges,
    folders: set[str],
    store: FileStore,
) -> ReadFiles:
    """Read the files to copy, and the site-packages folders for their owners."""
    changes = found.changes
    above = {up for path in folders for up in ancestors(path) if changes.get(up) == "added"}
    whole, single = whole_folders(result, changes)
    return read_real(engine, source.name, whole, {*single, *folders, *above}, store)


def _assembled(
    engine: DockerEngine,
    source: AdoptSource,
    found: ContainerContents,
    read: ReadFiles,
    wanted: AdoptOptions,
    wishes: SecretWishes,
) -> Adoption:
    """The adoption without copied files."""
    logins = read_logins(found.now.files)
    pythons = read_interpreters(engine, source, found.dists)
    venvs = _venvs(found.changes, read)
    sites = site_changes(found.dists, found.old_dists, venvs, read.entries, logins, pythons)
    settings = read_settings(
        source.title.rpartition("/")[2].partition(":")[0],
        with_names(engine, source.inspect),
        source.base_info,
        logins,
        wanted.project,
        read_defaults(engine.info()),
        wishes,
    )
    adoption = Adoption(
        origin=source.origin,
        base=source.base,
        settings=settings,
        apt=apt_changes(found.base.dpkg, found.now.dpkg, found.local),
        accounts=account_changes(found.base.files, found.now.files),
        sites=tuple(sites),
        conda=tuple(_of_its_owner(one, read, logins) for one in found.conda),
        has_micromamba=bool(found.conda) and has_path(engine, source.base_name, "/bin/micromamba"),
        npm=found.npm,
        has_dpkg=bool(found.now.dpkg.packages),
        base_user=str(table(source.base_info, "Config").get("User") or ""),
    )
    return replace(adoption, indexes=_indexes(engine, source, adoption.sites))


def _of_its_owner(
    one: CondaEnvironment, read: ReadFiles, logins: Mapping[str, PasswdEntry]
) -> CondaEnvironment:
    owner = owner_of(read.entries, one.prefix)
    return replace(one, owner=owner, home=home_of(owner, logins))


def _without_links_of_packages(
    found: SortedChanges, read: ReadFiles, npm: Collection[NpmPackage]
) -> SortedChanges:
    """Remove links that package installation creates: to alternatives, to npm programs."""

    def made(path: str) -> bool:
        entry = read.entries.get(path, FileEntry(path=path, kind="other", mode=0, uid=0, gid=0))
        target = entry.target
        return entry.kind == "link" and (
            target.startswith("/etc/alternatives/") or is_program_link(path, target, npm)
        )

    gone = [path for path in found.real if made(path)]
    if not gone:
        return found
    explained = {**found.explained, "links created by packages": len(gone)}
    real = tuple(path for path in found.real if path not in set(gone))
    return replace(found, real=real, explained=explained)


def _venvs(changes: Mapping[str, ChangeKind], read: ReadFiles) -> dict[str, bytes]:
    """The pyvenv.cfg of new Python environments, by path."""
    return {
        path: content
        for path, content in read.contents.items()
        if path.endswith("/pyvenv.cfg") and changes.get(path) == "added"
    }


_PIP_FILES = ("/etc/pip.conf", "/etc/xdg/pip/pip.conf")
_OF_HOME = ("/.pip/pip.conf", "/.config/pip/pip.conf")


def _indexes(
    engine: DockerEngine, source: AdoptSource, sites: Iterable[SiteChanges]
) -> dict[str, PipIndexes]:
    """The pip indexes of each folder: from global, user and environment settings."""
    found: dict[str, PipIndexes] = {}
    env = environment(table(source.inspect, "Config"))
    cache: dict[str, dict[str, bytes]] = {}
    for one in sites:
        site, home = one.site, one.home
        paths = [*_PIP_FILES, *(f"{home}{end}" for end in _OF_HOME), f"{site.prefix}/pip.conf"]
        files: dict[str, bytes] = {}
        for path in paths:
            if path not in cache:
                cache[path] = read_path(engine, source.name, path, lambda _path: True)
            files |= cache[path]
        found[site.path] = read_indexes(files, env)
    return found
