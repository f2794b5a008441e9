"""TensorFlow: every release of the package index, with what each wheel says of its own build."""

import ast
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from packaging.requirements import Requirement
from packaging.version import Version

from tools.catalogue.context import Context, chosen, cudnn_of, in_parallel, pythons_of_all, texts
from tools.catalogue.fatbin import capability_of
from tools.catalogue.listing import ARCHITECTURES, File
from tools.catalogue.pytorch import known_wheel
from tools.catalogue.requirements import extras_of, of_metadata
from tools.catalogue.source import SourceError
from tools.catalogue.stored import Made, Row
from tools.catalogue.wheel import Wheel

PROJECTS = {"tensorflow": "1.13", "tensorflow-gpu": "1.13", "tensorflow-cpu": "1.15"}
EXTRA = "and-cuda"
SOURCES = {
    "P": "metadata of the package index",
    "W": "read out of the wheel: tensorflow/python/platform/build_info.py",
    "T": "tensorflow.org/install/source#gpu, by replicate/cog, tf_compatibility.json @73ee77bc",
    "K": "release scripts of TensorFlow (tools/ci_build/release), and the build_info of 2.3",
}
TESTED = (
    ("2.18", "12.5", "9.3"),
    ("2.16", "12.3", "8.9"),
    ("2.15", "12.2", "8.9"),
    ("2.14", "11.8", "8.7"),
    ("2.12", "11.8", "8.6"),
    ("2.5", "11.2", "8.1"),
    ("2.4", "11.0", "8.0"),
    ("2.1", "10.1", "7.6"),
    ("1.13", "10.0", "7.4"),
)
"""First release, CUDA and cuDNN of builds whose CUDA has to be in the image (source T)."""
BEFORE_LISTS = (["3.5", "3.7", "5.2", "6.0", "6.1", "7.0"], "7.0")
"""Architectures before 2.3, whose build_info names none (source K)."""


def tables(context: Context, before: Mapping[str, Any]) -> Made:
    """The rows of every final release, by version, architecture and what is asked for."""
    known = before.get("builds", [])
    jobs = [
        (project, version, files, arch)
        for project, oldest in PROJECTS.items()
        for version, files in context.index.releases(project).items()
        if Version(version) >= Version(oldest)
        for arch in ARCHITECTURES
    ]
    found = in_parallel(lambda job: _rows(context, *job, known), jobs)
    rows = [row for rows in found for row in rows]
    rows.sort(key=lambda row: (Version(row["version"]), row["arch"], row["requirement"]))
    return {"builds": rows}, SOURCES


def _rows(
    context: Context,
    project: str,
    version: str,
    files: Sequence[File],
    arch: str,
    before: Sequence[Row],
) -> list[Row]:
    file = chosen(files, arch)
    if not file:
        return []
    known = [row for row in before if row.get("sha256") == file.sha256 and row["arch"] == arch]
    if known and known_wheel(context, file, known):
        parsed = [dict(row) for row in known]
    else:
        parsed = _read(context, project, version, file, arch)
    for row in parsed:
        pins = [Requirement(text) for text in row["requires"]]
        row["python"] = pythons_of_all(context, files, arch, pins)
        row["read"] = context.today
    # Where the extra cannot be installed, CUDA has to be in the image.
    return [row for row in parsed if row["python"]][:1]


def _read(context: Context, project: str, version: str, file: File, arch: str) -> list[Row]:
    wheel = Wheel(context.source, file)
    metadata, info = wheel.metadata(), build_info(wheel)
    python = file.pythons[-1]
    plain = of_metadata(metadata, python=python, arch=arch)
    row = _row(version, arch, project, file, texts(plain))
    context.say(f"read {file.filename}: {'CUDA' if info.get('is_cuda_build') else 'CPU'}")
    if not info.get("is_cuda_build"):
        return [row | {"variant": "cpu", "source": "P+W" if info else "P"}]
    sm, ptx = architectures(info)
    cuda = row | {"sm": sm, "ptx": ptx, "source": "P+W" if info.get("cuda_version") else "P+W+T+K"}
    rows = [cuda | _carried(version, named=bool(info.get("cuda_version")))]
    if EXTRA in extras_of(metadata):
        full = of_metadata(metadata, python=python, arch=arch, extras=[EXTRA])
        extra = {
            "variant": EXTRA,
            "requirement": f"{project}[{EXTRA}]",
            "cuda": _major_minor(str(info["cuda_version"])),
            "cudnn": cudnn_of(full),
            "requires": texts(full),
        }
        rows.insert(0, cuda | extra)
    return rows


def _carried(version: str, *, named: bool) -> Row:
    """CUDA and cuDNN that the image has to hold; `named` by build_info, which lists the code."""
    _, cuda, cudnn = next(entry for entry in TESTED if Version(version) >= Version(entry[0]))
    return {
        "variant": "cuda",
        "cuda": cuda,
        "cudnn": f">={cudnn},<{int(cudnn.partition('.')[0]) + 1}",
        "source": "P+W+T" if named else "P+W+T+K",
    }


def _row(version: str, arch: str, project: str, file: File, requires: list[str]) -> Row:
    return {
        "version": version,
        "variant": "",
        "arch": arch,
        "cuda": "",
        "cudnn": "",
        "sm": [],
        "ptx": "",
        "python": [],
        "requirement": project,
        "index": "",
        "links": "",
        "local": "",
        "requires": requires,
        "source": "P+W",
        "verified": True,
        "read": "",
        "sha256": file.sha256,
    }


def build_info(wheel: Wheel) -> Mapping[str, object]:
    """The literal values of build_info.py; empty for a wheel that has none."""
    names = wheel.names(lambda name: name.endswith("/python/platform/build_info.py"))
    if not names:
        return {}
    try:
        tree = ast.parse(wheel.read(names[0]))
    except (SyntaxError, ValueError) as error:
        raise SourceError(f"{wheel.file.filename}: build_info.py cannot be read") from error
    found: dict[str, object] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found |= _assigned(node.targets[0].id, node.value)
    return found


def _assigned(name: str, value: ast.expr) -> dict[str, object]:
    """`build_info = OrderedDict([…])` and `build_info = {…}`; before 2.3 one name a value."""
    try:
        if isinstance(value, ast.Call) and value.args:
            return dict(ast.literal_eval(value.args[0]))
        literal = ast.literal_eval(value)
    except (ValueError, TypeError):
        return {}
    return literal if isinstance(literal, dict) else {name: literal}


def architectures(info: Mapping[str, object]) -> tuple[list[str], str]:
    """Binary code and PTX of a CUDA build. A bare `8.0` stands for both."""
    listed = info.get("cuda_compute_capabilities")
    if not isinstance(listed, Iterable) or isinstance(listed, str):
        return list(BEFORE_LISTS[0]), BEFORE_LISTS[1]
    names = [str(name) for name in listed]
    binary = {capability_of(name) for name in names}
    ptx = [capability_of(name) for name in names if not name.startswith("sm_")]
    return sorted(binary, key=Version), max(ptx, key=Version, default="")


def _major_minor(text: str) -> str:
    return ".".join(text.split(".")[:2])
