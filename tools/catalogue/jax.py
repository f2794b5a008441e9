"""JAX: jax, jaxlib and the CUDA plugins of each release, for every extra that brings a GPU."""

import io
import re
from collections.abc import Mapping, Sequence
from email.message import Message
from typing import Any

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from tools.catalogue.context import Context, chosen, cudnn_of, in_parallel, pythons_of_all, texts
from tools.catalogue.fatbin import capabilities
from tools.catalogue.listing import ARCHITECTURES, File
from tools.catalogue.requirements import extras_of, metadata_of_sdist, of_metadata, pin_of
from tools.catalogue.stored import Made, Row
from tools.catalogue.wheel import Wheel, sdist_requirements

OLDEST = Version("0.2.12")
LINKS = "https://storage.googleapis.com/jax-releases/jax_cuda_releases.html"
GPU_OBJECTS = ("_prng.so", "_linalg.so")
SOURCES = {
    "P": "metadata of the package index",
    "F": "fat binaries read out of the CUDA plugin wheel",
    "L": "jaxlib pin of the extra; the wheel itself lies on the page of JAX's CUDA releases",
    "J": "jax-ml/jax, docs/installation.md @00528b98",
}
WITH_LOCAL = re.compile(r"\+cuda(\d+)(?:\.cudnn(\d+))?$")
CARRIED = "cuda"
CARRIED_CODE = ["5.2", "6.0", "7.0", "8.0"]
BUILT_WITH = {"11": "11.4", "12": "12.1"}
"""CUDA of a jaxlib whose local version names the major release only."""
CARRIED_PYTHONS = (
    ("0.4.14", ["3.9", "3.10", "3.11"]),
    ("0.4.1", ["3.8", "3.9", "3.10", "3.11"]),
    ("0.3", ["3.7", "3.8", "3.9", "3.10"]),
    ("0.1.70", ["3.7", "3.8", "3.9"]),
    ("0", ["3.6", "3.7", "3.8", "3.9"]),
)
"""Pythons of jaxlib releases that the package index no longer lists, by their first release."""


def tables(context: Context, before: Mapping[str, Any]) -> Made:
    """The rows of every final release: its CUDA extras, and without one the CPU."""
    releases = {
        version: files
        for version, files in context.index.releases("jax").items()
        if Version(version) >= OLDEST
    }
    known = before.get("builds", [])
    found = in_parallel(lambda job: _release(context, *job, known), list(releases.items()))
    rows = [row for rows in found for row in rows]
    rows.sort(key=lambda row: (Version(row["version"]), row["arch"], row["variant"]))
    return {"builds": rows}, SOURCES


def _release(
    context: Context, version: str, files: Sequence[File], before: Sequence[Row]
) -> list[Row]:
    digest = max((file.sha256 for file in files), default="")
    known = [row for row in before if row.get("sha256") == digest]
    if known and not context.fresh:
        return _renewed(context, known)
    metadata = _metadata(context, files)
    context.say(f"read jax {version}")
    rows = []
    for variant, extra in _extras(metadata).items():
        for arch in ARCHITECTURES:
            row = _variant(context, version, files, metadata, variant, extra, arch)
            if row:
                rows.append(row | {"sha256": digest})
    return rows


def _renewed(context: Context, rows: Sequence[Row]) -> list[Row]:
    return [row | {"read": context.today} for row in rows]


def _metadata(context: Context, files: Sequence[File]) -> Message:
    wheel = chosen(files, "x86_64")
    if wheel:
        return Wheel(context.source, wheel).metadata()
    return metadata_of_sdist(sdist_requirements(context.source, files[0]))


def _extras(metadata: Message) -> dict[str, str]:
    """The extra of each variant. `cuda` is a jaxlib that needs CUDA in the image."""
    offered = extras_of(metadata)
    found = {"cpu": "cpu" if "cpu" in offered else ""}
    for extra in sorted(offered, key=lambda name: "pip" not in name):
        if match := re.fullmatch(r"cuda(1\d)(?:[_-]pip)?", extra):
            found[f"cuda{match[1]}"] = extra
    if len(found) == 1:
        numbered = [extra for extra in offered if re.fullmatch(r"cuda-?\d{3}", extra)]
        carried = "cuda" if "cuda" in offered else max(numbered, default="")
        found |= {CARRIED: carried} if carried else {}
    return found


def _variant(
    context: Context,
    version: str,
    files: Sequence[File],
    metadata: Message,
    variant: str,
    extra: str,
    arch: str,
) -> Row | None:
    row = _row(context, version, variant, extra, arch)
    asked = of_metadata(metadata, python=_python(files), arch=arch, extras=[extra] if extra else [])
    libs = _jaxlib(context, asked)
    if not libs or (arch == "aarch64" and "+" in libs):
        return None
    row["requires"] = texts(item for item in asked if item.name != "jaxlib")
    public = libs.partition("+")[0]
    exact = [item for item in asked if item.name != "jaxlib"]
    if local := WITH_LOCAL.search(libs):
        row |= _carried(local, asked)
        allowed = set(_carried_pythons(context, public, arch))
    else:
        allowed = set(context.index.pythons("jaxlib", public, arch) or ())
        if variant != "cpu":
            plugin = _plugin(context, variant, asked, arch)
            if not plugin:
                return None
            row |= plugin[0]
            exact += plugin[1]
    found = pythons_of_all(context, files, arch, exact)
    row["python"] = [python for python in found if python in allowed]
    return row if row["python"] else None


def _carried_pythons(context: Context, version: str, arch: str) -> Sequence[str]:
    listed = context.index.pythons("jaxlib", version, arch)
    table = (found for first, found in CARRIED_PYTHONS if Version(version) >= Version(first))
    return listed or next(table)


def _python(files: Sequence[File]) -> str:
    return max((file.pythons[-1] for file in files if file.pythons), key=Version, default="3.9")


def _row(context: Context, version: str, variant: str, extra: str, arch: str) -> Row:
    return {
        "version": version,
        "variant": variant,
        "arch": arch,
        "cuda": "",
        "cudnn": "",
        "sm": [],
        "ptx": "",
        "python": [],
        "requirement": f"jax[{extra}]" if extra else "jax",
        "index": "",
        "links": "",
        "local": "",
        "requires": [],
        "source": "P",
        "verified": True,
        "read": context.today,
    }


def _jaxlib(context: Context, asked: Sequence[Requirement]) -> str:
    """The jaxlib that is installed: the exact pin with its local part, or the newest allowed.

    Empty where none is asked for, or any: a later jaxlib breaks an older jax.
    """
    mine = [item for item in asked if canonicalize_name(item.name) == "jaxlib"]
    pins = [pin for pin in map(pin_of, mine) if pin]
    if pins:
        return max(pins, key=len)
    if not any(spec.operator in {"<=", "<", "=="} for item in mine for spec in item.specifier):
        return ""
    allowed = SpecifierSet(",".join(str(item.specifier) for item in mine))
    return _newest(context, "jaxlib", allowed)


def _newest(context: Context, project: str, allowed: SpecifierSet) -> str:
    fitting = [text for text in context.index.releases(project) if allowed.contains(text)]
    return max(fitting, key=Version, default="")


def _plugin(
    context: Context, variant: str, asked: Sequence[Requirement], arch: str
) -> tuple[Row, list[Requirement]] | None:
    """CUDA, cuDNN and architectures of the plugin, and the exact versions that go with it."""
    name = f"jax-{variant}-plugin"
    mine = [item for item in asked if canonicalize_name(item.name) == name]
    if not mine:
        return None
    version = _newest(context, name, mine[0].specifier)
    file = chosen(context.index.releases(name).get(version, []), arch)
    if not file:
        return None
    wheel = Wheel(context.source, file)
    own = of_metadata(
        wheel.metadata(), python=file.pythons[-1], arch=arch, extras=["with-cuda", "with_cuda"]
    )
    everything = [*asked, *own]
    sm, ptx = _code(wheel)
    values = {
        "cuda": _cuda(everything),
        "cudnn": cudnn_of(everything),
        "sm": sm,
        "ptx": ptx,
        "requires": texts(item for item in everything if item.name not in {"jaxlib", name}),
        "source": "P+F",
    }
    return values, [Requirement(f"{name}=={version}"), *own]


def _code(wheel: Wheel) -> tuple[list[str], str]:
    found = [
        capabilities(io.BytesIO(wheel.read(name)))
        for name in wheel.names(lambda name: name.endswith(GPU_OBJECTS))
    ]
    sm = {code for codes, _ in found for code in codes}
    ptx = [code for _, code in found if code]
    return sorted(sm, key=Version), max(ptx, key=Version, default="")


def _cuda(requirements: Sequence[Requirement]) -> str:
    """The CUDA release of the lowest compiler that is asked for: code is built by that one."""
    for prefix in ("nvidia-cuda-nvcc", "nvidia-cuda-runtime"):
        for item in requirements:
            lowest = [spec.version for spec in item.specifier if spec.operator in {">=", "=="}]
            if canonicalize_name(item.name).startswith(prefix) and lowest:
                return ".".join(lowest[0].split(".")[:2])
    return ""


def _carried(local: re.Match[str], asked: Sequence[Requirement]) -> Row:
    """A jaxlib of the CUDA page: its local version names CUDA and cuDNN."""
    digits, cudnn = local[1], local[2] or ""
    named = BUILT_WITH.get(digits, f"{digits[:2]}.{digits[2:]}")
    needed = f">={cudnn[0]}.{cudnn[1:2]},<{int(cudnn[0]) + 1}" if cudnn else ""
    return {
        "cuda": _cuda(asked) or ("11.8" if cudnn == "86" else named),
        "cudnn": cudnn_of(asked) or needed,
        "sm": CARRIED_CODE
        if digits.startswith("1") and digits[:2] < "12"
        else [*CARRIED_CODE, "9.0"],
        "links": LINKS,
        "source": "P+L+J",
        "verified": False,
        "doubt": "Pythons and architectures as the installation page says, wheel not read",
    }
