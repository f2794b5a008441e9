"""conda environment files."""

import re
from dataclasses import replace

from scaffold.project.facts import PackageManager
from scaffold.project.formats.requirements import read_requirements
from scaffold.project.packages.knowledge import CUDA_PACKAGES
from scaffold.project.sources import Note, Requirement, Source, Subject
from scaffold.project.syntax.requirement import normal_name
from scaffold.project.syntax.specifiers import cuda_release, from_conda
from scaffold.project.syntax.text import place
from scaffold.project.syntax.yaml_tree import load_yaml

_MATCH_SPEC = re.compile(r"([A-Za-z0-9_.-]+)\s*(.*)", re.DOTALL | re.ASCII)
_BRACKET = re.compile(r"\[(.*)\]")


def read_environment(path: str, text: str) -> Source:
    """Read environment.yml; its `pip:` section is a requirements file of its own."""
    document, problem = load_yaml(text)
    dependencies = document.get("dependencies").items
    conda = [
        conda_requirement(node.text, place(path, node.line)) for node in dependencies if node.text
    ]
    # An alias repeated a thousand times is still one section.
    sections = {id(node): node.get("pip") for node in dependencies}.values()
    entries = {id(entry): entry for section in sections for entry in section.items}.values()
    pip = [read_requirements(path, entry.text or "", entry.line) for entry in entries]
    notes = [note for found in conda for note in conda_notes(found)]
    notes += [
        Note(Subject.CHANNEL, node.text, place(path, node.line), node.text)
        for node in document.get("channels").items
        if node.text
    ]
    return Source(
        path=path,
        requirements=(*conda, *(one for source in pip for one in source.requirements)),
        notes=(*notes, *(note for source in pip for note in source.notes)),
        includes=tuple(include for source in pip for include in source.includes),
        tools=frozenset({"conda"} if document.pairs else ()),
        mentions=frozenset(mention for source in pip for mention in source.mentions),
        local=tuple(replace(one, manager=PackageManager.CONDA) for s in pip for one in s.local),
        problems=(
            *([f"{path}: not valid YAML: {problem}"] if problem else []),
            *(complaint for source in pip for complaint in source.problems),
        ),
    )


def conda_requirement(text: str, where: str, group: str = "") -> Requirement:
    """One match specification: `pytorch::pytorch=1.11.0=py3.8_cuda11.3_cudnn8_0`."""
    plain = text.strip().rpartition("::")[2]
    bracket = _BRACKET.search(plain)
    inner = re.search(r"version\s*=\s*['\"]?([^'\"\]]+)", bracket[1]) if bracket else None
    match = _MATCH_SPEC.fullmatch(_BRACKET.sub("", plain).strip())
    name, rest = (match[1], match[2].strip()) if match else (plain, "")
    version, build = _version_and_build(inner[1] if inner else rest)
    spec = from_conda(version) if version else ""
    return Requirement(
        name=normal_name(name),
        spec=spec or "",
        extras=(),
        where=where,
        text=text.strip(),
        group=group,
        local=build,
        conda=True,
    )


def _version_and_build(rest: str) -> tuple[str, str]:
    """Split `=1.11.0=py3.8_cuda11.3` or `1.11.0 py3.8_cuda11.3` in version and build."""
    if match := re.fullmatch(r"=?([^=<>!~\s]+)[=\s]\s*([^=<>!~,\s]+)", rest):
        return f"={match[1]}", match[2]
    # Spaces around an operator are allowed: `python >= 3.8`.
    return re.sub(r"\s+", "", rest), ""


def conda_notes(found: Requirement) -> list[Note]:
    """What the build string of a conda package names besides its version: the Python, the CUDA
    release.
    """
    if found.name == "python":
        return [Note(Subject.PYTHON, found.spec, found.where, found.text)]
    release = cuda_release(found.local)
    if found.name in CUDA_PACKAGES:
        version = re.search(r"(?:==|>=|~=)(1\d\.\d+)", found.spec)
        release = version[1] if version else None
    return [Note(Subject.CUDA, release, found.where, found.text)] if release else []
