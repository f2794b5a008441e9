"""What a project's own files ask for outside its container: the lines of a consent.

A cloned repository may hold answers, a devcontainer.json, a Dockerfile and compose files. What
they do inside the container is the container's matter; what reaches the computer, its engine,
its network or a server is listed here, complete and unshortened.
"""

import json
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from scaffold.workspace.reach.rules import (
    HARMLESS_FLAGS,
    HARMLESS_OPTIONS,
    KNOWN_FEATURES,
    KNOWN_IMAGES,
    RISKY_FLAGS,
)

WORKSPACE = re.compile(r"\$\{(localWorkspaceFolder|containerWorkspaceFolder)\}")
BUILD_RIGHTS = re.compile(
    r"--(security=insecure|network=host)|--mount=\S{0,200}?\btype=\W{0,2}(ssh|secret)\S{0,200}",
    re.IGNORECASE,
)
OFFICIAL_FRONTEND = re.compile(r"(docker\.io/)?docker/dockerfile(:[\w.-]+)?")
_SHORT = re.compile(r"-[ditPq]*([vpeluwhmcaf])=?(?!-)(.*)")
_FROM = re.compile(r"(?im)^\ufeff?[^\S\n]*+FROM[\t\v\f\r ]++(?:--\S+[\t\v\f\r ]++)*(\S+)")
_SYNTAX = re.compile(r"(?im)^\ufeff?[^\S\n]*+(?:#|//)[^\S\n]*+syntax[^\S\n]*+=[^\S\n]*+(\S+)")
_FRONTEND = "BUILDKIT_SYNTAX"
"""A build argument that BuildKit takes for such a line."""
LOCAL_ENV = re.compile(r"\$\{(?:localEnv|env):([^}:]+)")

CONFIG_FOLDER = ".devcontainer"

Reaches = Iterator[tuple[str, str]]
"""What it is, and the project's own text."""

Leaves = Callable[[str, str], bool]
"""Whether a path of a file in a folder of the project (the second text) leads out of it."""


def leaves_by_name(path: str, folder: str) -> bool:
    """Whether a path leads out of the project, if none of its folders is a link."""
    if path.startswith(("/", "~")) or "$" in WORKSPACE.sub("", path) or ":" in path:
        return True
    return inside_path(path, folder).split("/")[0] == ".."


def inside_path(path: str, folder: str) -> str:
    """The path relative to the project's root."""
    if WORKSPACE.match(path):
        return posixpath.normpath(WORKSPACE.sub(".", path))
    return posixpath.normpath(posixpath.join(folder, path))


def config_reaches(
    config: Mapping[str, Any], folder: str = CONFIG_FOLDER, leaves: Leaves = leaves_by_name
) -> Reaches:
    """What a devcontainer.json in a folder of the project reaches outside its container."""
    command = config.get("initializeCommand")
    for one in command.values() if isinstance(command, Mapping) else [command]:
        if one:
            yield "runs on this computer before each start", as_text(one)
    for key in ("mounts", "workspaceMount"):
        for mount in as_list(config.get(key)):
            yield from _mount_reaches(mount, leaves)
    yield from _flag_reaches(_rights(config), leaves)
    yield from _flag_reaches(_words(config.get("runArgs")), leaves)
    yield from image_reaches(config.get("image"))
    for port in as_list(config.get("appPort")):
        yield "a port of the host", as_text(port)
    yield from _build_reaches(config, folder, leaves)
    yield from _feature_reaches(config.get("features"))
    for name in sorted(set(LOCAL_ENV.findall(as_text(_without_mounts(config))))):
        if name not in {"HOME", "USERPROFILE", "USER", "PWD"}:
            yield "reads a variable of this computer", name


def _rights(config: Mapping[str, Any]) -> list[str]:
    flags = [f"--cap-add={as_text(one)}" for one in as_list(config.get("capAdd"))]
    flags += [f"--security-opt={as_text(one)}" for one in as_list(config.get("securityOpt"))]
    return [*flags, *(["--privileged"] if config.get("privileged") else [])]


def _feature_reaches(features: object) -> Reaches:
    for feature in features if isinstance(features, Mapping) else ():
        if not KNOWN_FEATURES.fullmatch(str(feature)):
            yield "a Feature, which may ask for mounts and rights", str(feature)


def image_reaches(image: object) -> Reaches:
    """An image of an unknown publisher: its labels ask the Dev Containers CLI for mounts too."""
    if isinstance(image, str) and image and not KNOWN_IMAGES.fullmatch(image):
        yield "an image of its own, which may ask for mounts and rights", image


def _without_mounts(config: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in config.items() if key not in {"mounts", "workspaceMount"}}


def _build_reaches(config: Mapping[str, Any], folder: str, leaves: Leaves) -> Reaches:
    given = config.get("build")
    build = given if isinstance(given, Mapping) else {}
    yield from _flag_reaches(_words(build.get("options")), leaves)
    yield from frontend_reaches(build)
    for key in ("dockerFile", "dockerfile", "context"):
        for place in (config.get(key), build.get(key)):
            if isinstance(place, str) and leaves(place, folder):
                yield "builds from a folder outside the project", place
    for path in as_list(config.get("dockerComposeFile")):
        if leaves(as_text(path), folder):
            yield "a compose file outside the project", as_text(path)


def _mount_reaches(mount: object, leaves: Leaves) -> Reaches:
    parts = dict(mount) if isinstance(mount, Mapping) else mount_parts(as_text(mount))
    # Docker reads keys and types in any case.
    parts = {str(key).lower(): value for key, value in parts.items()}
    source = str(parts.get("source") or parts.get("src") or "")
    kind = str(parts.get("type") or ("bind" if is_path(source) else "volume")).lower()
    if any(str(key).startswith("volume-opt") for key in parts) or kind not in {
        *("bind", "volume", "tmpfs"),
    }:
        yield "a mount with options of its own", as_text(mount)
    elif kind == "bind" and (not WORKSPACE.match(source) or leaves(source, "")):
        yield "mounts from outside the project", as_text(mount)


def mount_parts(text: str) -> dict[str, str]:
    """A mount in Docker's long or short form as its keys and values."""
    if "=" in text.partition(",")[0]:
        pairs = (part.strip().strip('"').partition("=") for part in text.split(","))
        return {key: value for key, _, value in pairs}
    source, _, target = text.partition(":")
    return {"source": source, "target": target}


def is_path(source: str) -> bool:
    """Whether the source of a mount is a path, not the name of a volume."""
    return "/" in source or "$" in source or source.startswith((".", "~"))


def _flag_reaches(words: Sequence[str], leaves: Leaves) -> Reaches:
    """What options of docker reach; a value may stand behind `=`, as the next word, or glued."""
    for place, word in enumerate(words):
        name, equals, value = word.partition("=")
        following = words[place + 1] if place + 1 < len(words) else ""
        if not equals and not following.startswith("-"):
            value = following
        if glued := _SHORT.fullmatch(word):
            # `-itv/:/host`: several short options in one word, the last one with its value.
            name, value = f"-{glued[1]}", glued[2] or value
        if name in {"-v", "--volume", "--mount"}:
            yield from _mount_reaches(value, leaves)
        flag = f"{name}={value}" if value else name
        if name in {"-e", "--env", "--build-arg"} and value and "=" not in value:
            yield "reads a variable of this computer", value
        if name in {"-f", "--file"} and leaves(value, ""):
            yield "builds from a file outside the project", value
        known = name in RISKY_FLAGS or not name.startswith("-") or HARMLESS_OPTIONS.fullmatch(name)
        if (name in RISKY_FLAGS and not HARMLESS_FLAGS.fullmatch(flag)) or not known:
            yield RISKY_FLAGS.get(name, "an option of docker"), flag


def dockerfile_reaches(content: str) -> Reaches:
    """What a Dockerfile reaches beyond its own build container."""
    for match in _SYNTAX.finditer(content):
        if not OFFICIAL_FRONTEND.fullmatch(match[1]):
            yield "a build frontend of its own", match[1]
    if content.lstrip("\ufeff \n").startswith("{") and '"syntax"' in content:
        yield "a build frontend of its own", content.strip()
    for match in BUILD_RIGHTS.finditer(content):
        yield "the build asks for", match[0]
    for match in _FROM.finditer(content):
        # A variable in the tag cannot change whose image it is.
        yield from image_reaches(re.sub(r":[^/]*\$.*", "", match[1]))


def frontend_reaches(build: object) -> Reaches:
    """A build frontend that the arguments of a build choose."""
    if _FRONTEND in as_text(build):
        yield "a build frontend of its own", as_text(build)


def answers_reach(answers: Mapping[str, object]) -> Reaches:
    """What answers of a cloned scaffold.toml reach: mounts, mirrors, images, servers."""
    for mount in as_list(answers.get("mount")):
        source = as_text(mount).partition(":")[0]
        if is_path(source):
            yield "mounts from outside the project", as_text(mount)
    for mirror in as_list(answers.get("mirror")):
        yield "installs from another server", as_text(mirror)
    if image := str(answers.get("image") or ""):
        yield "builds on an image of its own", image
    host = str(answers.get("host") or "")
    if host not in {"", "local"}:
        where = answers.get("workspace")
        yield "uploads the project to", f"{host}:{where}" if where else host
    if str(answers.get("shm") or "") == "host":
        yield "a namespace of the host", "shm = host"


def ignore_reaches(content: str) -> Reaches:
    """Lines of a .scaffoldignore that upload what git or the defaults leave out."""
    for line in content.splitlines():
        if line.startswith("!"):
            yield "uploads although it is ignored", line


def as_list(value: object) -> list[Any]:
    """A value that may be one or several."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _words(value: object) -> list[str]:
    return [as_text(one) for one in as_list(value)]


def as_text(value: object) -> str:
    """The project's own text of a value."""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, default=str)
    except (TypeError, ValueError):
        # A key that JSON does not know, such as a date.
        return str(value)
