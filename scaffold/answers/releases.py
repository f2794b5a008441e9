"""Answers that name a release: of a framework, Python, the driver, or a GPU's architecture.

Each is read in the forms in which people have it: `^3.9` of Poetry, `R535`, `sm_90`.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from scaffold.errors import InputError
from scaffold.facts import DescribedHost
from scaffold.nearest import did_you_mean
from scaffold.project.framework import Framework
from scaffold.project.framework_table import BY_NAME, SHOWN_NAMES, listed

H = TypeVar("H", bound=DescribedHost)

# Patterns are compiled when they are first needed: most commands need few of them.
_FRAMEWORK = r"\s*([A-Za-z][A-Za-z0-9_-]*)\s*(\[[^\]]*\])?\s*(.*)"
_ONE_BOUND = r"(?a)[>=]=\d+(\.\d+)*"
_PYTHON = r"(?a)(?:c?python|py|cp)?[ =@-]*(\d)\.?(\d+)?(?:\.\*)?"
_PLAIN_DRIVER = r"(?a)\d{3,4}(\.\d+){0,3}"
_DRIVER = (
    r"(?a)(?:nvidia[ -]?)?(?:driver[ -]?)?(?:version[ -]?)?[rv]?"
    r"(\d{2,4}(?:\.\d+){0,3})(?:\.x+|[-+~ _].*)?"
)
_CUDA = r"(?a)(?:cuda[ -]?(?:version:?)?[ -]?)?(\d{1,2}\.\d{1,2})"
_WINDOWS = r"(?a)\d{2}\.0\.(\d{1,2})\.(\d{4})"
_OTHER_MAKERS = r"(?a)\b(amd|radeon|instinct|mi\d{2,3}|intel|arc)"
_CAPABILITY = r"(?a)(?:sm_?|compute_?|cc ?)?(\d{1,2})\.?(\d)[af]?"


def parse_framework(text: str) -> tuple[Framework, str]:
    """Split `torch>=2.8` into the framework and its PEP 440 specifier set."""
    match = re.fullmatch(_FRAMEWORK, text or "none", re.DOTALL)
    name = match[1].lower() if match else ""
    if not match or name not in BY_NAME:
        hint = did_you_mean(name, BY_NAME)
        known = listed((*SHOWN_NAMES, "none"), "or")
        raise InputError(f"--framework: unknown framework {text!r}", hint=f"{hint}known: {known}")
    if match[2] and match[2] not in HARMLESS_EXTRAS:
        raise InputError(
            f"--framework: {match[2]} cannot be asked for",
            hint=f"write {name!r}: the build for the driver and the GPU is chosen",
        )
    return BY_NAME[name], _check_specifier("--framework", match[3], "'torch>=2.8,<3'")


HARMLESS_EXTRAS = ("[and-cuda]", "[cpu]", "[cuda]")
"""Extras that say no more than whether a GPU is used, which other flags say."""


def parse_python(text: str) -> str:
    """Read `3.12`, `python3.12` or `py312` (meaning `==3.12.*`), or a range."""
    check_text("--python", text)
    text = text.strip().replace(".x", ".*")
    if not text:
        return ""
    if match := re.fullmatch(_PYTHON, text, re.IGNORECASE):
        return f"=={match[1]}.{match[2]}.*" if match[2] else f"=={match[1]}.*"
    return _check_specifier("--python", text, "3.12 or '>=3.10,<3.13'")


_HALF = re.compile("[\ud800-\udfff]")
_LONG = re.compile(r"\d{100}")


def check_text(where: str, text: str) -> None:
    """Raise InputError for a text that no file takes, or with a number that Python cannot read."""
    if _HALF.search(text):
        raise InputError(f"{where}: the text holds bytes that are no UTF-8")
    if _LONG.search(text):
        raise InputError(f"{where}: no number has a hundred digits")


def _check_specifier(flag: str, text: str, example: str) -> str:
    check_text(flag, text)
    spec = text.strip().replace("===", "==")
    if not spec:
        return ""
    spec = f"=={spec}" if re.fullmatch(r"\d[^\s,|]*", spec) else spec
    if re.fullmatch(_ONE_BOUND, spec):
        return spec
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        specifiers = SpecifierSet(_translated(spec))
    except InvalidSpecifier as error:
        raise InputError(
            f"{flag}: {spec!r} is not a version range", hint=f"write it like {example}"
        ) from error
    if specifiers.is_unsatisfiable():
        raise InputError(
            f"{flag}: no version can be {spec}",
            hint=f"one bound excludes the other; like {example}",
        )
    return str(specifiers)


def _translated(spec: str) -> str:
    """The constraint in PEP 440 if it is written as Poetry (`^2.3`) or conda (`=2.3`) do."""
    if not re.search(r"[\^|@]|~(?!=)|(?<![<>=!~])=(?!=)|\d\s+[<>=!~]", spec):
        return spec
    from scaffold.project.syntax.specifiers import from_conda, from_poetry

    spec = spec.replace("@", "")
    read = from_conda if re.match(r"=(?!=)", spec) else from_poetry
    return read(spec) or spec


def parse_driver(text: str) -> str:
    """Read a driver version, `535.183.01`, or the release of CUDA it reports: `CUDA 12.2`.

    Empty is unknown. A number that Windows gives the driver, `31.0.15.3623`, ends with NVIDIA's.
    """
    text = text.strip()
    if not text or re.fullmatch(_PLAIN_DRIVER, text):
        return text
    if match := re.fullmatch(_WINDOWS, text):
        digits = f"{match[1]}{match[2]}"[-5:]
        return f"{digits[:3]}.{digits[3:]}"
    if match := re.fullmatch(_CUDA, text, re.IGNORECASE):
        return f"CUDA {match[1]}"
    if match := re.fullmatch(_DRIVER, text, re.IGNORECASE):
        return match[1]
    raise InputError(
        f"--driver: {text!r} is not a driver version",
        hint="as nvidia-smi prints it: 535.183.01, or the CUDA release that it shows: 'CUDA 12.2'",
    )


def with_driver(host: H, driver: str) -> H:
    """The host with the driver that `parse_driver` read, unchanged if it is empty."""
    if not driver:
        return host
    if driver.startswith("CUDA "):
        return replace(host, driver_version=None, cuda_reported=driver.removeprefix("CUDA "))
    return replace(host, driver_version=driver, cuda_reported=None)


def parse_capability(text: str) -> str:
    """Read a compute capability, `8.6`, also as compilers write it: `sm_86`."""
    if match := re.fullmatch(_CAPABILITY, text.strip(), re.IGNORECASE):
        return f"{match[1]}.{match[2]}"
    raise InputError(
        f"--compute-capability: {text!r} is not one",
        hint="two numbers with a point: 7.5, 8.6, 12.0; see: scaffold catalogue gpus",
    )


_BRANDS = r"\b(nvidia|geforce|tesla|quadro)\b"
_CLOSE = 0.7


def nearest_gpus(text: str, names: Iterable[str]) -> list[str]:
    """Up to three names that are written alike: the letters count before the figures.

    `RTX 9999` is a GeForce of four figures, and no RTX A4.
    """
    import difflib

    def likeness(name: str, typed: str) -> float:
        return difflib.SequenceMatcher(None, name, typed).ratio()

    def bare(name: str) -> str:
        return " ".join(re.sub(_BRANDS, "", name.lower()).split())

    def form(name: str) -> str:
        return re.sub(r"\d", "9", bare(name))

    rated = [
        (likeness(form(name), form(text)), likeness(bare(name), bare(text)), name) for name in names
    ]
    return [name for alike, _, name in sorted(rated, reverse=True)[:3] if alike >= _CLOSE]


def parse_gpu_model(text: str, otherwise: str = "leave it out if it is another") -> str:
    """Check that a GPU is known by the name that the user gives, with the nearest if not."""
    from scaffold.catalogue import load_catalogue

    catalogue = load_catalogue()
    if catalogue.gpu(text):
        return text
    if re.search(_OTHER_MAKERS, text, re.IGNORECASE):
        raise InputError(
            f"--gpu-model: {text!r} is not an NVIDIA GPU", hint="only NVIDIA GPUs are supported"
        )
    near = nearest_gpus(text, [row.name for row in catalogue.gpus])
    nearest = ", ".join(near) or "Tesla T4, GeForce RTX 4090, H100"
    raise InputError(
        f"--gpu-model: no GPU is known by the name {text!r}",
        hint=f"the nearest known: {nearest}; all: scaffold catalogue gpus; {otherwise}",
    )
