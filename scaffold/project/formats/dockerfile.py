"""An existing Dockerfile or devcontainer.json: base image, ports, what it installs."""

import re
from collections.abc import Iterator
from dataclasses import replace

from scaffold.project.formats.ci_files import system_notes
from scaffold.project.formats.devconfigs import read_config
from scaffold.project.framework_table import ROWS
from scaffold.project.readme.commands import read_commands
from scaffold.project.sources import Note, Requirement, Source, Subject
from scaffold.project.syntax.specifiers import cuda_release, pep440
from scaffold.project.syntax.text import place

_FROM = re.compile(r"FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?", re.IGNORECASE)
_EXPOSE = re.compile(r"EXPOSE\s+(.+)", re.IGNORECASE)
_ARG = re.compile(r"ARG\s+(\w+)=[\"']?([^\s\"']*)", re.IGNORECASE)
_IMAGE_KEY = re.compile(r'"image"\s*:\s*"([^"]+)"')
_PORTS_KEY = re.compile(r'"(?:forwardPorts|appPort)"\s*:\s*(\[[^\]]*\]|\d+)')
# Variables that build scripts of CUDA extensions read (torch.utils.cpp_extension, detectron2).
_BUILD_VARIABLE = re.compile(r"\b(TORCH_CUDA_ARCH_LIST|FORCE_CUDA|TCNN_CUDA_ARCHITECTURES)\b")
_NVIDIA = re.compile(r"(?:.*/)?nvidia/cuda:(1\d\.\d+)", re.IGNORECASE)
_OF_IMAGE = {row.image: row.distribution for row in ROWS if row.image}
_FRAMEWORK = re.compile(
    rf"(?:.*/)?({'|'.join(_OF_IMAGE)})(?:/\w+)?:(\d+(?:\.\d+)+)?.*", re.IGNORECASE
)
_PYTHON = re.compile(r"(?:.*/)?python:(\d+\.\d+)")


def read_dockerfile(path: str, text: str) -> Source:
    """FROM and EXPOSE lines, variables of CUDA builds, and pip and conda installs."""
    requirements: list[Requirement] = []
    notes: list[Note] = []
    arguments: dict[str, str] = {}
    stages: dict[str, Note] = {}
    base: Note | None = None
    for number, raw in enumerate(text.split("\n"), start=1):
        line, where = raw.strip(), place(path, number)
        if match := _ARG.match(line):
            arguments[match[1]] = match[2]
        if match := _FROM.match(line):
            image = _filled(match[1], arguments)
            base = stages.get(image.lower()) or Note(Subject.BASE, image, where, line)
            stages[(match[2] or "").lower()] = base
            requirements += _image_framework(image, where, line)
            notes += _image_notes(image, where, line)
        elif match := _EXPOSE.match(line):
            notes += _ports(match[1], where, line)
        elif match := _BUILD_VARIABLE.search(line):
            notes.append(Note(Subject.NVCC, "yes", where, match[1]))
    # The last stage is what runs; the others only build.
    notes += [base] if base and "$" not in base.value else []
    commands = tuple(read_commands(path, text))
    for command in commands:
        requirements += [replace(one, text=command.text) for one in command.requirements]
    notes += system_notes(commands)
    return Source(
        path=path, requirements=tuple(requirements), notes=tuple(notes), commands=commands
    )


def read_devcontainer(path: str, text: str) -> Source:
    """The image and the ports of devcontainer.json; read as text, since it has comments."""
    requirements: list[Requirement] = []
    notes: list[Note] = []
    if match := _IMAGE_KEY.search(text):
        where = place(path, text.count("\n", 0, match.start()) + 1)
        requirements += _image_framework(match[1], where, match[1])
        notes += _image_notes(match[1], where, match[1])
    if match := _PORTS_KEY.search(text):
        where = place(path, text.count("\n", 0, match.start()) + 1)
        notes += _ports(re.sub(r"[\[\]\",]", " ", match[1]), where, match[0])
    config = read_config(path, text)
    return Source(path=path, requirements=tuple(requirements), notes=tuple(notes), config=config)


def _filled(image: str, arguments: dict[str, str]) -> str:
    """Build arguments replaced by their defaults; one without a default stays as it is."""
    return re.sub(
        r"\$\{?(\w+)(?::-([^}]*))?\}?",
        lambda match: arguments.get(match[1], match[2] or match[0]),
        image,
    )


def _image_framework(image: str, where: str, text: str) -> Iterator[Requirement]:
    match = _FRAMEWORK.fullmatch(image)
    if match is None:
        return
    # Tags of NVIDIA's registry (`nvcr.io/nvidia/pytorch:24.05-py3`) are months, not versions.
    version = "" if image.startswith("nvcr.io/") else match[2] or ""
    spec = pep440(f"=={version}") if version else None
    name = _OF_IMAGE[match[1].lower()]
    yield Requirement(
        name=name, spec=spec[0] if spec else "", extras=(), where=where, text=text, group="image"
    )


def _image_notes(image: str, where: str, text: str) -> Iterator[Note]:
    match = _NVIDIA.match(image)
    release = match[1] if match else cuda_release(image)
    if release:
        yield Note(Subject.CUDA, release, where, text)
    if match := _PYTHON.match(image):
        yield Note(Subject.PYTHON, f"=={match[1]}.*", where, text)


def _ports(text: str, where: str, line: str) -> Iterator[Note]:
    for part in text.split():
        number = re.fullmatch(r"(?:.*:)?(\d{1,5})(?:/tcp)?", part, re.ASCII)
        if number and 0 < int(number[1]) < 65536:
            yield Note(Subject.PORT, number[1], where, line)
