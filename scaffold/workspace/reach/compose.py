"""What a compose file of a project reaches outside its containers: the lines of a consent."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from scaffold.workspace.reach.config import (
    CONFIG_FOLDER,
    Leaves,
    Reaches,
    as_list,
    as_text,
    dockerfile_reaches,
    frontend_reaches,
    image_reaches,
    is_path,
    leaves_by_name,
    mount_parts,
)
from scaffold.workspace.reach.rules import (
    BUILD_KEYS,
    COMPOSE_HARMLESS,
    COMPOSE_KEYS,
    COMPOSE_TOP,
    HARMLESS_VALUES,
)

_VARIABLE = re.compile(r"(?<!\$)\$(?:\{([A-Za-z_]\w*)|([A-Za-z_]\w*))")
_OWN = frozenset({"HOME", "USER", "UID", "GID", "PWD", "COMPOSE_PROJECT_NAME", "TAG", "VERSION"})
"""Variables that give nothing away."""


def compose_reaches(
    document: object, folder: str = CONFIG_FOLDER, leaves: Leaves = leaves_by_name
) -> Reaches:
    """What a compose file in a folder of the project reaches; `document` is its YAML."""
    if not isinstance(document, Mapping):
        return
    for path in as_list(document.get("include")):
        yield "includes another compose file", as_text(path)
    for name, service in _entries(document, "services"):
        for what, text in _service_reaches(service, folder, leaves):
            yield what, f"{name}: {text}"
    yield from _shared_reaches(document)
    for name in sorted(_variables(document) - _OWN):
        yield "reads a variable of this computer", name
    for key in document:
        if key not in COMPOSE_TOP and not str(key).startswith("x-"):
            yield "a setting of Compose", f"{key}: {as_text(document[key])}"


def other_files(document: object) -> Iterator[str]:
    """The compose files that a compose file includes or extends."""
    if not isinstance(document, Mapping):
        return
    for include in as_list(document.get("include")):
        paths = include.get("path") if isinstance(include, Mapping) else include
        yield from (one for one in as_list(paths) if isinstance(one, str))
    for _, service in _entries(document, "services"):
        extends = service.get("extends")
        file = extends.get("file") if isinstance(extends, Mapping) else None
        if isinstance(file, str):
            yield file


def dockerfiles(document: object) -> Iterator[tuple[str, str]]:
    """The build context and Dockerfile of each service that is built."""
    for _, service in _entries(document, "services"):
        build = service.get("build")
        options = build if isinstance(build, Mapping) else {"context": build}
        context, file = options.get("context", "."), options.get("dockerfile", "Dockerfile")
        if build is not None and isinstance(context, str) and isinstance(file, str):
            yield context, file


def _entries(document: object, key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    table = document.get(key) if isinstance(document, Mapping) else None
    for name, entry in table.items() if isinstance(table, Mapping) else ():
        if isinstance(entry, Mapping):
            yield str(name), entry


def _shared_reaches(document: Mapping[str, Any]) -> Reaches:
    for key in ("volumes", "secrets", "configs"):
        for name, entry in _entries(document, key):
            if {"driver", "driver_opts", "file", "environment", "external", "name"} & set(entry):
                yield f"{key} from outside the project", f"{name}: {as_text(entry)}"
    for name, entry in _entries(document, "networks"):
        if {"driver", "driver_opts", "external", "name"} & set(entry):
            yield "a network of the host", f"{name}: {as_text(entry)}"


def _service_reaches(service: Mapping[str, Any], folder: str, leaves: Leaves) -> Reaches:
    for key, value in service.items():
        if key in COMPOSE_HARMLESS or str(key).startswith("x-"):
            continue
        for one in as_list(value):
            if one is not False and one not in HARMLESS_VALUES:
                yield COMPOSE_KEYS.get(key, "a setting of Compose"), f"{key}: {as_text(one)}"
    for mount in as_list(service.get("volumes")):
        parts = dict(mount) if isinstance(mount, Mapping) else mount_parts(as_text(mount))
        source = str(parts.get("source") or "")
        if is_path(source) and leaves(source, folder):
            yield "mounts from outside the project", as_text(mount)
    yield from image_reaches(service.get("image") if service.get("build") is None else None)
    yield from _build_reaches(service.get("build"), folder, leaves)
    extends = service.get("extends")
    if isinstance(extends, Mapping) and extends.get("file"):
        yield "extends another compose file", as_text(extends)


def _build_reaches(build: object, folder: str, leaves: Leaves) -> Reaches:
    options = build if isinstance(build, Mapping) else {"context": build}
    context = options.get("context")
    if isinstance(context, str) and leaves(context, folder):
        yield "builds from outside the project", context
    file = options.get("dockerfile")
    base = context if isinstance(context, str) else "."
    if isinstance(file, str) and leaves(f"{base}/{file}", folder):
        yield "builds from outside the project", file
    inline = options.get("dockerfile_inline")
    if isinstance(inline, str):
        yield from dockerfile_reaches(inline)
    yield from frontend_reaches(build)
    for key in BUILD_KEYS:
        if options.get(key):
            yield f"the build asks for {key}", as_text(options[key])


def _variables(document: Mapping[str, Any]) -> set[str]:
    """Variables that Compose fills in, and those that an environment takes over by name."""
    found = {match[1] or match[2] for match in _VARIABLE.finditer(as_text(document))}
    for _, service in _entries(document, "services"):
        environment = service.get("environment")
        if isinstance(environment, Mapping):
            found |= {str(name) for name, value in environment.items() if value is None}
        else:
            found |= {str(one) for one in as_list(environment) if "=" not in str(one)}
    return found
