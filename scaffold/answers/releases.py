"""Answers that name a release: of a framework, Python, the driver, or a GPU's architecture."""

import difflib
import re

from scaffold.errors import InputError
from scaffold.project.framework import Framework
from scaffold.project.framework_table import BY_NAME, SHOWN_NAMES, listed

_FRAMEWORK = re.compile(r"\s*([A-Za-z][A-Za-z0-9_-]*)\s*(.*)", re.DOTALL)


def parse_framework(text: str) -> tuple[Framework, str]:
    """Split `torch>=2.8` into the framework and its PEP 440 specifier set."""
    match = _FRAMEWORK.fullmatch(text or "none")
    name = match[1].lower() if match else ""
    if not match or name not in BY_NAME:
        near = difflib.get_close_matches(name, BY_NAME, 1, 0.7)
        hint = f"did you mean {near[0]!r}? " if near else ""
        known = listed((*SHOWN_NAMES, "none"), "or")
        raise InputError(f"--framework: unknown framework {text!r}", hint=f"{hint}known: {known}")
    spec = match[2].strip()
    if spec and spec[0].isdigit():
        spec = f"=={spec}"
    return BY_NAME[name], _check_specifier("--framework", spec, "'torch>=2.8,<3'")


def parse_python(text: str) -> str:
    """Read `3.12` (meaning `==3.12.*`) or a PEP 440 specifier set."""
    if re.fullmatch(r"\d+\.\d+", text):
        return f"=={text}.*"
    spec = f"=={text}" if text[:1].isdigit() else text
    return _check_specifier("--python", spec, "3.12 or '>=3.10,<3.13'")


def _check_specifier(flag: str, spec: str, example: str) -> str:
    if not spec:
        return ""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        specifiers = SpecifierSet(spec)
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


def parse_driver(text: str) -> str:
    """Read a driver version, `535.183.01`; empty is unknown."""
    if not text or re.fullmatch(r"\d{2,4}(\.\d+){0,3}", text):
        return text
    raise InputError(
        f"--driver: {text!r} is not a driver version", hint="as nvidia-smi prints it: 535.183.01"
    )


def parse_capability(text: str) -> str:
    """Read a compute capability, `8.6`."""
    if re.fullmatch(r"\d{1,2}\.\d", text):
        return text
    raise InputError(
        f"--compute-capability: {text!r} is not one",
        hint="two numbers with a point: 7.5, 8.6, 12.0; see: scaffold catalogue gpus",
    )
