"""An existing dev container configuration: how it starts, and whether it asks for a GPU."""

import re
from collections.abc import Mapping
from dataclasses import replace
from posixpath import join as join_path
from posixpath import normpath

from scaffold.parsing.untrusted.documents import BrokenDocumentError, read_json
from scaffold.project.facts import DevConfig
from scaffold.project.sources import Note, Source, Subject
from scaffold.project.syntax.text import place
from scaffold.project.syntax.toml_text import strings, table
from scaffold.project.syntax.yaml_tree import Node, load_yaml

# Every alternative matches at its start, so that no text is searched twice.
_STRING = r'("(?:[^"\\\n]|\\.)*+(?:"|$|\n)?)'
_COMMENT = re.compile(rf"{_STRING}|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_TRAILING = re.compile(rf"{_STRING}|,(?=\s{{0,200}}[}}\]])")


def read_config(path: str, text: str) -> DevConfig | None:
    """The image, Compose and GPU settings of devcontainer.json; None if it cannot be read."""
    plain = _COMMENT.sub(lambda match: match[1] or "", text)
    plain = _TRAILING.sub(lambda match: match[1] or "", plain)
    try:
        document = read_json(plain)
    except BrokenDocumentError:
        return None
    if not isinstance(document, dict):
        return None
    folder = path.rpartition("/")[0]
    build = table(document, "build")
    dockerfile = document.get("dockerFile") or build.get("dockerfile") or ""
    compose = strings(document.get("dockerComposeFile"))
    kind = "compose" if compose else "dockerfile" if dockerfile else "image"
    return DevConfig(
        path=path,
        kind=kind,
        image=_text(document.get("image")),
        dockerfile=normpath(join_path(folder, str(dockerfile))) if dockerfile else "",
        compose_files=tuple(normpath(join_path(folder, one)) for one in compose),
        service=_text(document.get("service")),
        workspace_folder=_text(document.get("workspaceFolder")),
        remote_user=_text(document.get("remoteUser")),
        gpu=_asks_for_gpu(document),
    )


def _text(value: object) -> str:
    return value[:300] if isinstance(value, str) else ""


def _asks_for_gpu(document: dict[str, object]) -> bool:
    arguments = " ".join(strings(document.get("runArgs")))
    need = table(document, "hostRequirements").get("gpu")
    return bool(need) or "--gpus" in arguments or "nvidia" in arguments


def read_compose(path: str, text: str) -> Source:
    """Services of a Compose file that reserve a GPU, as notes that name the service."""
    document, _ = load_yaml(text)
    notes = []
    for name, service in document.get("services").pairs:
        shown = f"service {name} reserves a GPU"
        if _reserves(service):
            notes.append(Note(Subject.SERVICE, name, place(path, service.line), shown))
    return Source(path=path, notes=tuple(notes))


def _reserves(service: Node) -> bool:
    devices = service.get("deploy").get("resources").get("reservations").get("devices").items
    asked = any(one.text == "gpu" for device in devices for one in device.get("capabilities").items)
    gpus = service.get("gpus")
    return asked or service.get("runtime").text == "nvidia" or bool(gpus.text or gpus.items)


def with_services(config: DevConfig, sources: Mapping[str, Source]) -> DevConfig:
    """A Compose configuration with the GPU reservation of its own service."""
    reserved = {
        note.value
        for path in config.compose_files
        if path in sources
        for note in sources[path].notes
        if note.topic is Subject.SERVICE
    }
    return replace(config, gpu=config.gpu or config.service in reserved)
