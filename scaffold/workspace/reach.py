"""What a project's own files ask for outside its container: the lines of a consent.

A cloned repository may hold answers, a devcontainer.json, a Dockerfile and compose files. What
they do inside the container is the container's matter; what reaches the computer, its engine,
its network or a server is listed here, complete and unshortened.
"""

import json
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scaffold.workspace.reach_rules import (
    COMPOSE_KEYS,
    HARMLESS_FLAGS,
    HARMLESS_OPTIONS,
    HARMLESS_VALUES,
    KNOWN_FEATURES,
    RISKY_FLAGS,
)

WORKSPACE = re.compile(r"\$\{(localWorkspaceFolder|containerWorkspaceFolder)\}")
BUILD_RIGHTS = re.compile(r"--(security=insecure|network=host)|--mount=type=(ssh|secret)[^\s]*")
BUILD_KEYS = (
    *("ssh", "secrets", "network", "privileged", "entitlements", "extra_hosts", "cache_to"),
    *("additional_contexts", "tags"),
)
OFFICIAL_FRONTEND = re.compile(r"(docker\.io/)?docker/dockerfile(:[\w.-]+)?")
_SHORT = re.compile(r"-[ditPq]*([vpeluwhmcaf])=?(?!-)(.*)")
LOCAL_ENV = re.compile(r"\$\{(?:localEnv|env):([^}:]+)")

Reaches = Iterator[tuple[str, str]]
"""What it is, and the project's own text."""


def config_reaches(config: Mapping[str, Any]) -> Reaches:
    """What a devcontainer.json reaches outside its container."""
    command = config.get("initializeCommand")
    for one in command.values() if isinstance(command, Mapping) else [command]:
        if one:
            yield "runs on this computer before each start", _text(one)
    for key in ("mounts", "workspaceMount"):
        for mount in _list(config.get(key)):
            yield from _mount_reaches(mount)
    yield from _flag_reaches(_rights(config))
    yield from _flag_reaches(_words(config.get("runArgs")))
    for port in _list(config.get("appPort")):
        yield "a port of the host", _text(port)
    yield from _build_reaches(config)
    yield from _feature_reaches(config.get("features"))
    for name in sorted(set(LOCAL_ENV.findall(_text(_without_mounts(config))))):
        if name not in {"HOME", "USERPROFILE", "USER", "PWD"}:
            yield "reads a variable of this computer", name


def _rights(config: Mapping[str, Any]) -> list[str]:
    flags = [f"--cap-add={_text(one)}" for one in _list(config.get("capAdd"))]
    flags += [f"--security-opt={_text(one)}" for one in _list(config.get("securityOpt"))]
    return [*flags, *(["--privileged"] if config.get("privileged") else [])]


def _feature_reaches(features: object) -> Reaches:
    for feature in features if isinstance(features, Mapping) else ():
        if not KNOWN_FEATURES.fullmatch(str(feature)):
            yield "a Feature, which may ask for mounts and rights", str(feature)


def _without_mounts(config: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in config.items() if key not in {"mounts", "workspaceMount"}}


def _build_reaches(config: Mapping[str, Any]) -> Reaches:
    given = config.get("build")
    build = given if isinstance(given, Mapping) else {}
    yield from _flag_reaches(_words(build.get("options")))
    for key in ("dockerFile", "dockerfile", "context"):
        for place in (config.get(key), build.get(key)):
            # Paths are from .devcontainer/ on, one level below the project.
            if isinstance(place, str) and _leaves(place, 1):
                yield "builds from a folder outside the project", place
    for path in _list(config.get("dockerComposeFile")):
        if _leaves(_text(path), 1):
            yield "a compose file outside the project", _text(path)


def _mount_reaches(mount: object) -> Reaches:
    parts = dict(mount) if isinstance(mount, Mapping) else _mount_parts(_text(mount))
    # Docker reads keys and types in any case.
    parts = {str(key).lower(): value for key, value in parts.items()}
    source = str(parts.get("source") or parts.get("src") or "")
    kind = str(parts.get("type") or ("bind" if _is_path(source) else "volume")).lower()
    if any(str(key).startswith("volume-opt") for key in parts) or kind not in {
        *("bind", "volume", "tmpfs"),
    }:
        yield "a mount with options of its own", _text(mount)
    elif kind == "bind" and _outside(source):
        yield "mounts from outside the project", _text(mount)


def _mount_parts(text: str) -> dict[str, str]:
    if "=" in text.partition(",")[0]:
        pairs = (part.strip().strip('"').partition("=") for part in text.split(","))
        return {key: value for key, _, value in pairs}
    source, _, target = text.partition(":")
    return {"source": source, "target": target}


def _outside(source: str) -> bool:
    inside = WORKSPACE.match(source)
    if not inside:
        return True
    return _leaves(f"./{source[inside.end() :]}", 0)


def _leaves(path: str, depth: int) -> bool:
    """Whether a path leads out of the project, from a folder `depth` levels below its root."""
    if path.startswith(("/", "~")) or "$" in WORKSPACE.sub("", path) or ":" in path:
        return True
    plain = posixpath.normpath(WORKSPACE.sub(".", path)).split("/")
    return plain.count("..") > depth


def _is_path(source: str) -> bool:
    return "/" in source or "$" in source or source.startswith((".", "~"))


def _flag_reaches(words: Sequence[str]) -> Reaches:
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
            yield from _mount_reaches(value)
        flag = f"{name}={value}" if value else name
        if name in {"-e", "--env", "--build-arg"} and value and "=" not in value:
            yield "reads a variable of this computer", value
        if name in {"-f", "--file"} and _leaves(value, 0):
            yield "builds from a file outside the project", value
        known = name in RISKY_FLAGS or not name.startswith("-") or HARMLESS_OPTIONS.fullmatch(name)
        if (name in RISKY_FLAGS and not HARMLESS_FLAGS.fullmatch(flag)) or not known:
            yield RISKY_FLAGS.get(name, "an option of docker"), flag


def compose_reaches(document: object, depth: int = 1) -> Reaches:
    """What a compose file reaches, `depth` folders below the project; `document` is its YAML."""
    if not isinstance(document, Mapping):
        return
    for include in _list(document.get("include")):
        yield "includes another compose file", _text(include)
    services = document.get("services")
    for name, service in services.items() if isinstance(services, Mapping) else ():
        if isinstance(service, Mapping):
            for what, text in _service_reaches(service, depth):
                yield what, f"{name}: {text}"
    for key in ("volumes", "secrets", "configs"):
        entries = document.get(key)
        for name, entry in entries.items() if isinstance(entries, Mapping) else ():
            if isinstance(entry, Mapping) and ({"driver_opts", "file", "environment"} & set(entry)):
                yield f"{key} from outside the project", f"{name}: {_text(entry)}"


def _service_reaches(service: Mapping[str, Any], depth: int) -> Reaches:
    for key, what in COMPOSE_KEYS.items():
        for value in _list(service.get(key)):
            if value is not False and value not in HARMLESS_VALUES:
                yield what, f"{key}: {_text(value)}"
    for mount in _list(service.get("volumes")):
        parts = dict(mount) if isinstance(mount, Mapping) else _mount_parts(_text(mount))
        source = str(parts.get("source") or "")
        if _is_path(source) and _leaves(source, depth):
            yield "mounts from outside the project", _text(mount)
    yield from _compose_build_reaches(service.get("build"), depth)
    extends = service.get("extends")
    if isinstance(extends, Mapping) and extends.get("file"):
        yield "extends another compose file", _text(extends)


def _compose_build_reaches(build: object, depth: int) -> Reaches:
    options = build if isinstance(build, Mapping) else {"context": build}
    context = options.get("context")
    if isinstance(context, str) and _leaves(context, depth):
        yield "builds from outside the project", context
    for key in BUILD_KEYS:
        if options.get(key):
            yield f"the build asks for {key}", _text(options[key])


def dockerfile_reaches(content: str) -> Reaches:
    """What a Dockerfile reaches beyond its own build container."""
    for line in content.splitlines()[:5]:
        match = re.match(r"#\s*syntax\s*=\s*(\S+)", line, re.IGNORECASE)
        if match and not OFFICIAL_FRONTEND.fullmatch(match[1]):
            yield "a build frontend of its own", match[1]
    for match in BUILD_RIGHTS.finditer(content):
        yield "the build asks for", match[0]


def answers_reach(answers: Mapping[str, object]) -> Reaches:
    """What answers of a cloned scaffold.toml reach: mounts, mirrors, images, servers."""
    for mount in _list(answers.get("mount")):
        source = _text(mount).partition(":")[0]
        if _is_path(source):
            yield "mounts from outside the project", _text(mount)
    for mirror in _list(answers.get("mirror")):
        yield "installs from another server", _text(mirror)
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


def _list(value: object) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _words(value: object) -> list[str]:
    return [_text(one) for one in _list(value)]


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)
