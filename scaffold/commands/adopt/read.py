"""Read a container and its base image for `adopt`, without running anything in them."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from posixpath import basename, dirname

from scaffold.adapters.docker.container_files import made_of, read_path, read_tree
from scaffold.adapters.docker.engine import DockerEngine
from scaffold.adopt import conda, npm
from scaffold.adopt.accounts import GROUP, PASSWD
from scaffold.adopt.base_image import BaseImage, choose_base
from scaffold.adopt.conda import CondaEnvironment
from scaffold.adopt.dpkg import ALTERNATIVES, EXTENDED, INFO, STATUS, Dpkg, read_dpkg
from scaffold.adopt.file_tree import ChangeKind, read_changes, tree_changes
from scaffold.adopt.npm import NpmPackage
from scaffold.adopt.python_packages import METADATA_FILES, Distribution, info_folders, read_dist
from scaffold.commands.container.recovery import find
from scaffold.container.engine_json import Raw, name_of
from scaffold.errors import InputError


@dataclass(frozen=True, kw_only=True, slots=True)
class AdoptSource:
    """What is adopted: `name` is the container to read, `inspect` its inspect.

    `image` is whether an image is adopted, through a container created for reading.
    """

    name: str
    title: str
    inspect: Raw
    image_info: Raw
    base: BaseImage
    base_info: Raw
    base_name: str
    image: bool = False

    @property
    def origin(self) -> str:
        """A description for messages."""
        return f"the image {self.title}" if self.image else f"the container {self.title}"


@dataclass(slots=True)
class SystemFiles:
    """System files of one image: small files by path, and the state of dpkg."""

    files: dict[str, bytes] = field(default_factory=dict)
    dpkg: Dpkg = field(default_factory=Dpkg)


@contextmanager
def opened(
    engine: DockerEngine, name: str, base: str | None = None, *, image: bool = False
) -> Iterator[AdoptSource]:
    """Open a container or image and its base, both as containers to read files from.

    Raises InputError if it is missing, or if no base image is found.
    """
    if image:
        found = engine.image(name)
        if found is None:
            raise InputError(f"--image: the engine has no {name}", hint=f"docker pull {name}")
        with made_of(engine, str(found["Id"])) as made:
            inspect = {"Id": found["Id"], "Name": f"/{name}", "Config": found.get("Config")}
            with _with_base(engine, made, name, inspect, found, base, image=True) as source:
                yield source
        return
    inspect = find(engine, name)
    found = engine.image(str(inspect["Image"])) or {}
    named = str((inspect.get("Config") or {}).get("Image") or "")
    title = name_of(inspect)
    with _with_base(engine, str(inspect["Id"]), title, inspect, found, base, named) as source:
        yield source


@contextmanager
def _with_base(
    engine: DockerEngine,
    name: str,
    title: str,
    inspect: Raw,
    found: Raw,
    base: str | None,
    named: str = "",
    *,
    image: bool = False,
) -> Iterator[AdoptSource]:
    chosen = _base(engine, found, named or title, base)
    info = engine.image(chosen.id) or {}
    with made_of(engine, chosen.id) as base_name:
        yield AdoptSource(
            name=name,
            title=title,
            inspect=inspect,
            image_info=found,
            base=chosen,
            base_info=info,
            base_name=base_name,
            image=image,
        )


def _base(engine: DockerEngine, found: Raw, named: str, asked: str | None) -> BaseImage:
    if asked:
        image = engine.image(asked)
        if image is None:
            raise InputError(f"--base: the engine has no {asked}", hint=f"docker pull {asked}")
        return BaseImage(asked, str(image["Id"]), "you said so", pinned="@" in asked)
    others: list[Raw] = []
    if found and not found.get("RepoDigests"):
        ids = (one for one in engine.image_ids() if one != found["Id"])
        others = [one for id_ in ids if (one := engine.image(id_))]
    history = engine.history(str(found["Id"])) if found else []
    chosen = choose_base(found, named, others, history) if found else None
    if chosen is None:
        raise InputError(
            f"no image that {named} was made from has a name on this engine",
            hint="docker pull the one that you began with, or name it: --base REPO:TAG",
        )
    return chosen


def read_differences(engine: DockerEngine, source: AdoptSource) -> dict[str, ChangeKind]:
    """Every path that differs from the base image, by the engine or by comparing two trees."""
    same_image = source.base.id == source.image_info.get("Id")
    if same_image and source.image:
        return {}
    if same_image:
        return read_changes(engine.changes(source.name))
    base = read_tree(engine, source.base_name, lambda _path: False)
    now = read_tree(engine, source.name, lambda _path: False)
    return tree_changes(base.entries, now.entries)


_DPKG = re.compile(
    rf"{re.escape(STATUS)}|{re.escape(INFO)}/[^/]*\.list|{re.escape(ALTERNATIVES)}/[^/]*"
)


def read_system(engine: DockerEngine, name: str) -> SystemFiles:
    """The state of dpkg and apt, and the users."""
    files = read_path(engine, name, "/var/lib/dpkg", lambda path: bool(_DPKG.fullmatch(path)))
    for path in (EXTENDED, PASSWD, GROUP):
        files |= read_path(engine, name, path, lambda _path: True)
    return SystemFiles(files, read_dpkg(files))


def read_dists(
    engine: DockerEngine, name: str, paths: Mapping[str, ChangeKind]
) -> list[Distribution]:
    """The distributions whose metadata folders are among the paths."""
    found = []
    for folder in info_folders(paths):
        files = read_path(engine, name, folder, lambda path: basename(path) in METADATA_FILES)
        found.append(
            read_dist(folder, {basename(path): content for path, content in files.items()})
        )
    return found


def read_conda(
    engine: DockerEngine, source: AdoptSource, changes: Mapping[str, ChangeKind]
) -> list[CondaEnvironment]:
    """The conda environments with new packages."""
    found = []
    for folder in conda.meta_folders({p: how for p, how in changes.items() if how != "deleted"}):
        now, before = (
            {
                basename(path): content
                for path, content in read_path(
                    engine, name, folder, lambda path: path.endswith(".json")
                ).items()
            }
            for name in (source.name, source.base_name)
        )
        found.append(conda.read_environment(dirname(folder), now, before))
    return [one for one in found if one.packages]


def read_npm(
    engine: DockerEngine, source: AdoptSource, changes: Mapping[str, ChangeKind]
) -> list[NpmPackage]:
    """The new global npm packages."""
    manifests = npm.package_files(path for path, how in changes.items() if how == "added")
    return [
        package
        for path in manifests
        for content in read_path(engine, source.name, path, lambda _path: True).values()
        if (package := npm.read_package(path, content))
    ]
