"""ONNX Runtime: every release of the package index, with the code that its CUDA provider holds."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from packaging.requirements import Requirement
from packaging.version import Version

from tools.catalogue.context import Context, chosen, cudnn_of, in_parallel, pythons_of_all, texts
from tools.catalogue.fatbin import capabilities
from tools.catalogue.listing import ARCHITECTURES, File
from tools.catalogue.pytorch import known_wheel
from tools.catalogue.requirements import extras_of, of_metadata
from tools.catalogue.source import SourceError
from tools.catalogue.stored import Made, Row
from tools.catalogue.wheel import DAMAGED, Wheel

PROJECTS = ("onnxruntime-gpu", "onnxruntime")
OLDEST = Version("1.11")
EXTRAS = ("cuda", "cudnn")
SOURCES = {
    "P": "metadata of the package index",
    "W": "read out of the wheel: onnxruntime/capi/build_and_package_info.py",
    "F": "fat binaries read out of the wheel's libonnxruntime_providers_cuda.so",
    "R": "onnxruntime.ai, CUDA execution provider, requirements (2026)",
}
CARRIED = (("1.19", "12.6", ">=9,<10"), ("0", "11.8", ">=8.2.4,<9"))
"""First release, CUDA and cuDNN of builds whose CUDA has to be in the image (source R).

A build runs with any release of its CUDA major, so the newest with images stands for all.
"""


def tables(context: Context, before: Mapping[str, Any]) -> Made:
    """The rows of every final release, by version, architecture and what is asked for."""
    known = before.get("builds", [])
    jobs = [
        (project, version, files, arch)
        for project in PROJECTS
        for version, files in context.index.releases(project).items()
        if Version(version) >= OLDEST
        for arch in ARCHITECTURES
    ]
    found = in_parallel(lambda job: _row(context, *job, known), jobs)
    rows = [row for row in found if row]
    rows.sort(key=lambda row: (Version(row["version"]), row["arch"], row["requirement"]))
    return {"builds": rows}, SOURCES


def _row(
    context: Context,
    project: str,
    version: str,
    files: Sequence[File],
    arch: str,
    before: Sequence[Row],
) -> Row | None:
    file = chosen(files, arch)
    if not file:
        return None
    same = [row for row in before if row["arch"] == arch]
    read = known_wheel(context, file, same) or _read(context, version, file, arch)
    row = {
        "version": version,
        "arch": arch,
        "requirement": _requirement(project, read["variant"]),
        "index": "",
        "links": "",
        "local": "",
        "verified": True,
        "read": context.today,
        "sha256": file.sha256,
        **read,
    }
    pins = [Requirement(text) for text in row["requires"]]
    row["python"] = pythons_of_all(context, files, arch, pins)
    return row if row["python"] else None


def _requirement(project: str, variant: str) -> str:
    return f"{project}[{','.join(EXTRAS)}]" if re.fullmatch(r"cuda\d+", variant) else project


def _read(context: Context, version: str, file: File, arch: str) -> Row:
    """What the wheel says of itself: CUDA, cuDNN, code, requirements."""
    wheel = Wheel(context.source, file)
    metadata, python = wheel.metadata(), file.pythons[-1]
    plain = of_metadata(metadata, python=python, arch=arch)
    sm, ptx = _code(wheel)
    context.say(f"read {file.filename}: {' '.join(sm) or 'CPU'}")
    row = {"variant": "cpu", "cuda": "", "cudnn": "", "sm": sm, "ptx": ptx}
    if not sm:
        return row | {"requires": texts(plain), "source": "P"}
    cuda = _cuda(wheel)
    if not cuda or not set(EXTRAS) <= set(extras_of(metadata)):
        return row | _carried(version) | {"requires": texts(plain)}
    full = of_metadata(metadata, python=python, arch=arch, extras=EXTRAS)
    return row | {
        "variant": f"cuda{cuda.partition('.')[0]}",
        "cuda": cuda,
        "cudnn": cudnn_of(full),
        "requires": texts(full),
        "source": "P+W+F",
    }


def _cuda(wheel: Wheel) -> str:
    """The CUDA release that the wheel says it was built with, empty where it says none."""
    for name in wheel.names(lambda name: name.endswith("/capi/build_and_package_info.py")):
        if found := re.search(rb"^cuda_version *= *'(\d+\.\d+)", wheel.read(name), re.MULTILINE):
            return found[1].decode()
    return ""


def _code(wheel: Wheel) -> tuple[list[str], str]:
    """Binary code and PTX of the CUDA provider, none for a build without one."""
    for name in wheel.names(lambda name: name.endswith("/libonnxruntime_providers_cuda.so")):
        try:
            with wheel.stream(name) as stream:
                binary, ptx = capabilities(stream)
        except DAMAGED as error:
            raise SourceError(f"{wheel.file.filename}: {name} cannot be read") from error
        return list(binary), ptx
    return [], ""


def _carried(version: str) -> Row:
    """CUDA and cuDNN that the image has to hold."""
    _, cuda, cudnn = next(entry for entry in CARRIED if Version(version) >= Version(entry[0]))
    return {
        "variant": "cuda",
        "cuda": cuda,
        "cudnn": cudnn,
        "source": "P+F+R",
        "doubt": "CUDA and cuDNN as the requirements page says, the wheel names none",
    }
