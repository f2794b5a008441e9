"""Read a container and its base image for `adopt`, without running anything in them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field
from posixpath import basename, dirname

from scaffold.adapters.docker.container_files import made_of, read_path, read_tree
from scaffold.adapters.docker.engine import DockerEngine
from scaffold.adopt import conda, npm
from scaffold.adopt.accounts import GROUP, PASSWD
from scaffold.adopt.base_image import BaseImage, choose_base
from scaffold.adopt.conda import CondaEnvironment
from scaffold.adopt.dpkg import ALTERNATIVES, EXTENDED, INFO, OVERRIDES, STATUS, Dpkg, read_dpkg
from scaffold.adopt.file_tree import ChangeKind, read_changes, tree_changes
from scaffold.adopt.npm import NpmPackage
from scaffold.adopt.python_packages import METADATA_FILES, Distribution, info_folders, read_dist
from scaffold.commands.container.copying import ShowProgress
from scaffold.commands.container.recovery import find
from scaffold.container.engine_json import Raw, name_of
from scaffold.errors import InputError, TargetError
from scaffold.records import dataclass


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


def _first(_images: Sequence[str]) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class BaseChoice:
    """How the base image is chosen: the one that is `asked` for, or found.

    `choose` asks a person which of several images it is, empty without an answer; `progress`
    shows the pull of an image that the engine does not have.
    """

    asked: str | None = None
    choose: Callable[[Sequence[str]], str] = _first
    progress: ShowProgress | None = None


@contextmanager
def opened(
    engine: DockerEngine, name: str, base: BaseChoice, *, image: bool = False
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
            chosen = _base(engine, found, name, base, inspect)
            with _with_base(engine, chosen, made, name, inspect, found, image=True) as source:
                yield source
        return
    inspect = find(engine, name)
    found = engine.image(str(inspect["Image"])) or {}
    named = str((inspect.get("Config") or {}).get("Image") or "")
    chosen = _base(engine, found, named or name_of(inspect), base, inspect)
    identity, title = str(inspect["Id"]), name_of(inspect)
    with _with_base(engine, chosen, identity, title, inspect, found) as source:
        yield source


@contextmanager
def _with_base(
    engine: DockerEngine,
    chosen: BaseImage,
    name: str,
    title: str,
    inspect: Raw,
    found: Raw,
    *,
    image: bool = False,
) -> Iterator[AdoptSource]:
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


def _base(
    engine: DockerEngine, found: Raw, named: str, base: BaseChoice, inspect: Raw
) -> BaseImage:
    if base.asked:
        return _asked_base(engine, base.asked, base.progress)
    history = engine.history(str(found["Id"])) if found else []
    others = [] if not found or found.get("RepoDigests") else _other_images(engine, found)
    chosen = choose_base(found, named, others, history, inspect) if found else None
    if chosen is None:
        raise InputError(
            f"no image that {named} was made from has a name on this engine",
            hint="docker pull the image that you started with, or name it: --base REPO:TAG",
        )
    if not chosen.equals:
        return chosen
    images = (chosen.reference, *chosen.equals)
    answer = base.choose(images)
    if not answer:
        raise InputError(
            f"several images may be the base: {', '.join(images)}",
            hint=f"choose one of them: --base {images[0]}",
        )
    return _asked_base(engine, answer, base.progress)


def _asked_base(engine: DockerEngine, asked: str, progress: ShowProgress | None) -> BaseImage:
    """The image that was asked for, pulled if the engine does not have it."""
    image = engine.image(asked)
    if image is None and progress:
        try:
            with progress(f"pulling {asked}"):
                engine.pull(asked, lambda _share: None)
        except TargetError as error:
            raise InputError(f"--base: {error.message}", hint="check the spelling") from error
        image = engine.image(asked)
    if image is None:
        raise InputError(f"--base: the engine has no {asked}", hint=f"docker pull {asked}")
    return BaseImage(
        reference=asked, id=str(image["Id"]), because="given by --base", pinned="@" in asked
    )


def _other_images(engine: DockerEngine, found: Raw) -> list[Raw]:
    """All other images with a name, and the parents that the engine names."""
    ids = [one for one in engine.image_ids() if one != found["Id"]]
    others = [one for id_ in ids if (one := engine.image(id_))]
    known = {one["Id"] for one in others}
    parent = str(found.get("Parent") or "")
    while parent and (image := engine.image(parent)):
        if parent not in known:
            others.append(image)
        parent = str(image.get("Parent") or "")
    return others


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
    for path in (EXTENDED, OVERRIDES, PASSWD, GROUP):
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
