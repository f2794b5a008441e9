"""The NVIDIA Container Toolkit: versions, config.toml, and its CDI specifications."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from scaffold.facts import ToolkitFacts
from scaffold.parsing.recording import Part, Split
from scaffold.parsing.untrusted.numbers import leading_version
from scaffold.records import dataclass

_VERSION = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9}){1,3}(?:[-~][a-z]+[.0-9]*)?")
_OBSOLETE = ("nvidia-docker", "nvidia-docker2", "nvidia-container-runtime")


def read_toolkit(split: Split) -> ToolkitFacts:
    """Versions from the programs first, since packages may be unpacked and not installed."""
    part, cdi = split.part("toolkit"), split.part("cdi")
    values, packages = part.values(), _packages(part)
    specifications = _specifications(cdi)
    config, error = _config(part)
    cli = _table(config, "nvidia-container-cli")
    return ToolkitFacts(
        version=_version(values.get("ctk")) or packages.get("nvidia-container-toolkit"),
        library_version=_version(values.get("cli")) or packages.get("libnvidia-container1"),
        hook=values.get("hook") or None,
        no_cgroups=_no_cgroups(part, {**config, **cli}),
        obsolete_packages=tuple(name for name in _OBSOLETE if name in packages),
        old_sources=part.all("source"),
        cdi_files=cdi.all("file") if "looked" in cdi.lines else None,
        cdi_driver_versions=_cdi_versions(cdi),
        cdi_kinds=_together(one.kinds for one in specifications) if _is_new(split) else None,
        cdi_missing=_together(one.missing for one in _effective(specifications))
        if _is_new(split)
        else None,
        cdi_doubles=_doubles(specifications),
        config_file=values.get("config"),
        config_error=error,
        root=_word(cli, "root"),
        ldconfig=_word(cli, "ldconfig"),
        mode=_word(_table(config, "nvidia-container-runtime"), "mode"),
        missing=tuple(_lost(config, set(part.all("gone")))),
        ignores_variable=_ignores_variable(config),
        apt_pins=part.all("apt"),
    )


def _is_new(split: Split) -> bool:
    """Whether the recording is of a probe that reads CDI specifications whole."""
    return split.part("kind").begun


def _version(text: str | None) -> str | None:
    match = _VERSION.search(text or "")
    return match[0] if match else None


def _packages(part: Part) -> dict[str, str]:
    rows = [row.split() for row in part.all("package")]
    return {row[0]: row[1] for row in rows if len(row) == 3 and row[2] == "installed"}


def _config(part: Part) -> tuple[dict[str, Any], str]:
    """config.toml without its comments, and what is wrong with it as TOML."""
    try:
        return tomllib.loads("\n".join(part.all("toml"))), ""
    except (ValueError, RecursionError) as error:
        return {}, str(error) or "nested too deeply"


def _table(config: dict[str, Any], key: str) -> dict[str, Any]:
    value = config.get(key)
    return value if isinstance(value, dict) else {}


def _word(table: dict[str, Any], key: str) -> str | None:
    value = table.get(key)
    return value if isinstance(value, str) and value else None


PATHS = {"root", "ldconfig", "path"}
"""Settings whose value is a path of the host; ldconfig only with `@` in front."""


def _lost(config: dict[str, Any], gone: set[str], above: str = "") -> Iterator[tuple[str, str]]:
    """Settings by dotted name whose path does not exist, with their value."""
    for key, value in config.items():
        name = f"{above}.{key}" if above else key
        if isinstance(value, dict):
            yield from _lost(value, gone, name)
        elif key in PATHS and isinstance(value, str):
            path = value.removeprefix("@")
            if path in gone and (key != "ldconfig" or value.startswith("@")):
                yield name, value


def _ignores_variable(config: dict[str, Any]) -> bool | None:
    value = config.get("accept-nvidia-visible-devices-envvar-when-unprivileged")
    return not value if isinstance(value, bool) else None


def _no_cgroups(part: Part, settings: dict[str, Any]) -> bool | None:
    value = settings.get("no-cgroups")
    if isinstance(value, bool):
        return value
    switch = re.search(r"^\s*no-cgroups\s*=\s*(true|false)", part.text, re.MULTILINE)
    return switch[1] == "true" if switch else None


@dataclass(slots=True)
class _Specification:
    """One CDI file: the kinds that it defines and the paths in it that do not exist."""

    path: str
    kinds: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def is_nvidia(self) -> bool:
        return not self.kinds or any(
            kind.partition("/")[0].endswith("nvidia.com") for kind in self.kinds
        )


def _specifications(part: Part) -> list[_Specification]:
    found: list[_Specification] = []
    for line in part.lines:
        key, sign, value = line.partition("=")
        if key == "file" and sign:
            found.append(_Specification(value))
        elif found and key == "kind":
            found[-1].kinds += (value,)
        elif found and key == "gone":
            found[-1].missing += (value,)
    return found


def _effective(specifications: list[_Specification]) -> list[_Specification]:
    """NVIDIA's specifications that count: those in /var/run/cdi override those in /etc/cdi."""
    ours = [one for one in specifications if one.is_nvidia]
    return [one for one in ours if one.path.startswith("/var/run/cdi/")] or ours


def _doubles(specifications: list[_Specification]) -> tuple[str, ...]:
    """Specifications of `nvidia.com/gpu` beside another one: CDI takes none of such devices."""
    ours = [one.path for one in specifications if "nvidia.com/gpu" in one.kinds]
    places = Counter(path.rpartition("/")[0] for path in ours)
    return tuple(path for path in ours if places[path.rpartition("/")[0]] > 1)


def _together(groups: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for group in groups for one in group))


def _cdi_versions(part: Part) -> tuple[str, ...]:
    names = (line.rpartition("libcuda.so.") for line in part.lines if "=" not in line)
    found = {version for _, sign, version in names if sign and leading_version(version)}
    return tuple(sorted(found))
