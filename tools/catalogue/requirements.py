"""The requirements of a package on Linux, with the extras that were asked for."""

import re
from collections.abc import Iterable
from email.message import Message

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name


def of_metadata(
    metadata: Message, *, python: str, arch: str, extras: Iterable[str] = ()
) -> tuple[Requirement, ...]:
    """What `Requires-Dist` asks for under CPython on Linux, without the markers."""
    wanted = ["", *map(str, map(canonicalize_name, extras))]
    found = []
    for text in metadata.get_all("Requires-Dist") or []:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        if any(_applies(requirement, python, arch, extra) for extra in wanted):
            requirement.marker = None
            found.append(requirement)
    return tuple(dict.fromkeys(found))


def _applies(requirement: Requirement, python: str, arch: str, extra: str) -> bool:
    return not requirement.marker or requirement.marker.evaluate(
        {
            "implementation_name": "cpython",
            "os_name": "posix",
            "platform_machine": arch,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Linux",
            "platform_version": "",
            "python_full_version": f"{python}.0",
            "python_version": python,
            "sys_platform": "linux",
            "extra": extra,
        }
    )


def metadata_of_sdist(text: str) -> Message:
    """The same form from `requires.txt`, whose sections are `[extra]` or `[extra:marker]`."""
    message, extra, marker = Message(), "", ""
    for line in map(str.strip, text.splitlines()):
        if match := re.fullmatch(r"\[([^:\]]*):?(.*)\]", line):
            extra, marker = match[1], match[2]
            if extra:
                message["Provides-Extra"] = extra
        elif line:
            parts = [f"({marker})" if marker else "", f"extra == '{extra}'" if extra else ""]
            condition = " and ".join(filter(None, parts))
            message["Requires-Dist"] = f"{line} ; {condition}" if condition else line
    return message


def extras_of(metadata: Message) -> tuple[str, ...]:
    """The extras that a package offers, as it spells them."""
    return tuple(metadata.get_all("Provides-Extra") or [])


def pin_of(requirement: Requirement) -> str:
    """The exact version that is asked for, empty where there is a choice."""
    for specifier in requirement.specifier:
        if specifier.operator in {"==", "==="} and not specifier.version.endswith("*"):
            return specifier.version
    return ""
