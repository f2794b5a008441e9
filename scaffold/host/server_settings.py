"""Settings of a server that `host setup --set` changes, by the user's own choice only.

Source: docs.docker.com, dockerd reference (daemon.json) and its pages on log drivers and address
pools; NVIDIA MIG user guide.
"""

import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from scaffold.answers.mirrors import public_mirrors
from scaffold.errors import InputError
from scaffold.facts import HostFacts
from scaffold.findings import Consent, Finding, Interrupts, Level, Step, root
from scaffold.host.daemon_file import PATH, rewritten
from scaffold.parsing.docker import read_daemon_json
from scaffold.records import dataclass

_REGISTRY = re.compile(r"https?://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:\d{1,5})?(/[\w.-]+)*", re.ASCII)

POOL_SIZE = 24
"""The prefix of each Docker network within a pool, as in Docker's own default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSetting:
    """One setting: how it is typed, what it changes, and how it is seen to hold."""

    key: str
    example: str
    title: str
    why: str
    steps: Callable[[str, HostFacts], tuple[Step, ...]]
    holds: Callable[[str, HostFacts], bool]


def _file_text(facts: HostFacts) -> str:
    """The text of daemon.json, empty if there is none. Raises InputError if it is unknown."""
    file = next((one for one in facts.client.daemon_files if one.path == PATH), None)
    if file is None:
        return ""
    if file.text is None or file.error:
        raise InputError(f"{PATH} cannot be read: {file.error or 'no permission'}")
    return file.text


def _document(facts: HostFacts) -> dict[str, Any]:
    text = _file_text(facts)
    document = read_daemon_json(text) if text.strip() else {}
    return document if isinstance(document, dict) else {}


def _in_file(
    title: str, values: Callable[[str], Mapping[str, Any]]
) -> tuple[
    Callable[[str, HostFacts], tuple[Step, ...]],
    Callable[[str, HostFacts], bool],
]:
    """Steps and check of settings that are keys of daemon.json."""

    def steps(value: str, facts: HostFacts) -> tuple[Step, ...]:
        document = _document(facts) | dict(values(value))
        return (rewritten(title, _file_text(facts), json.dumps(document, indent=4)),)

    def holds(value: str, facts: HostFacts) -> bool:
        present = _document(facts)
        return all(present.get(key) == wanted for key, wanted in values(value).items())

    return steps, holds


def _logs(value: str) -> Mapping[str, Any]:
    size, _, count = (value or "10m,3").partition(",")
    if not (size[:-1].isdigit() and size[-1:] in "kmg" and (count or "3").isdigit()):
        raise InputError(f"not a log size: {value!r}", hint="--set log-rotation=10m,3")
    return {"log-driver": "json-file", "log-opts": {"max-size": size, "max-file": count or "3"}}


def _root(value: str) -> Mapping[str, Any]:
    parts = value.split("/")
    if not value.startswith("/") or value == "/" or ".." in parts or not value.isprintable():
        raise InputError(f"not an absolute path: {value!r}", hint="--set data-root=/data/docker")
    return {"data-root": value.rstrip("/")}


def _pools(value: str) -> Mapping[str, Any]:
    try:
        network = ipaddress.ip_network(value)
    except ValueError as error:
        hint = "--set address-pool=10.200.0.0/16"
        raise InputError(f"not a network: {value!r}", hint=hint) from error
    size = max(network.prefixlen, POOL_SIZE if network.version == 4 else 64)
    return {"default-address-pools": [{"base": str(network), "size": size}]}


def _registries(value: str) -> Mapping[str, Any]:
    known = {name: urls.get("registry", "") for name, urls in public_mirrors().items()}
    found = [
        f"https://{known.get(one) or one}" if "//" not in one else one for one in _parts(value)
    ]
    for part, url in zip(_parts(value), found, strict=True):
        if not _REGISTRY.fullmatch(url) or known.get(part) == "":
            names = ", ".join(name for name, registry in known.items() if registry)
            raise InputError(
                f"not a mirror of Docker Hub: {part!r}",
                hint=f"--set registry-mirror=https://mirror.example.org, or a name: {names}",
            )
    return {"registry-mirrors": found}


def _parts(value: str) -> list[str]:
    return [part.strip().rstrip("/") for part in value.split(",")]


def _mig_steps(value: str, _facts: HostFacts) -> tuple[Step, ...]:
    profiles = value.split(",")
    if not all(profile.replace(".", "").replace("g", "").isalnum() for profile in profiles):
        raise InputError(f"not MIG profiles: {value!r}", hint="--set mig=3g.40gb,3g.40gb")
    stops = Interrupts.GPU_PROGRAMS
    destroy = "nvidia-smi mig -dci; nvidia-smi mig -dgi"
    return (
        root(
            "Switch MIG on.",
            *("nvidia-smi", "-mig", "1"),
            undo=("nvidia-smi", "-mig", "0"),
            interrupts=stops,
        ),
        root(
            "Make the instances.",
            *("nvidia-smi", "mig", "-cgi", ",".join(profiles), "-C"),
            undo=("sh", "-c", destroy),
            interrupts=stops,
        ),
    )


def _mig_holds(value: str, facts: HostFacts) -> bool:
    cards = [gpu for gpu in facts.gpus or () if gpu.mig_enabled]
    return bool(cards) and all(len(gpu.mig_devices) == value.count(",") + 1 for gpu in cards)


_LOGS, _ROOT = _in_file("Limit the logs of containers.", _logs), _in_file("Move it.", _root)
_POOLS = _in_file("Give Docker's networks other addresses.", _pools)
_REGISTRIES = _in_file("Let Docker pull from a mirror of Docker Hub.", _registries)

SETTINGS = (
    ServerSetting(
        key="log-rotation",
        example="10m,3",
        title="logs of containers are limited in size",
        why="Docker keeps logs without a limit by default; it applies to new containers.",
        steps=_LOGS[0],
        holds=_LOGS[1],
    ),
    ServerSetting(
        key="data-root",
        example="/data/docker",
        title="Docker keeps its images and containers in another folder",
        why="Existing images, containers and volumes stay in the old folder and come back with "
        "the old setting.",
        steps=_ROOT[0],
        holds=_ROOT[1],
    ),
    ServerSetting(
        key="address-pool",
        example="10.200.0.0/16",
        title="Docker's networks use other addresses",
        why="Docker's usual 172.17.0.0/12 may hide a VPN's addresses; it applies to new networks.",
        steps=_POOLS[0],
        holds=_POOLS[1],
    ),
    ServerSetting(
        key="registry-mirror",
        example="https://mirror.example.org",
        title="Docker pulls images of Docker Hub from a mirror",
        why="The mirror sees every image that is pulled. Images of other registries (nvcr.io, "
        "quay.io, ghcr.io) come from there as before.",
        steps=_REGISTRIES[0],
        holds=_REGISTRIES[1],
    ),
    ServerSetting(
        key="mig",
        example="3g.40gb,3g.40gb",
        title="the GPUs are divided into MIG instances",
        why="Programs on the GPUs have to end first; existing instances stay.",
        steps=_mig_steps,
        holds=_mig_holds,
    ),
)


def find_setting(text: str) -> tuple[ServerSetting, str]:
    """The setting of `KEY` or `KEY=VALUE`. Raises InputError for others."""
    key, _, value = text.partition("=")
    for setting in SETTINGS:
        if setting.key == key and (value or key == "log-rotation"):
            return setting, value
    known = ", ".join(f"{one.key}={one.example}" for one in SETTINGS)
    raise InputError(f"not a setting: {text!r}", hint=f"one of: {known}")


def as_finding(setting: ServerSetting, value: str, facts: HostFacts) -> Finding:
    """A wish in the form of a finding, so that it is shown, agreed to and undone alike."""
    shown = f"{setting.key}={value}" if value else setting.key
    return Finding(
        id=f"set.{setting.key}",
        level=Level.INFO,
        topic="set",
        message=f"{setting.title} ({shown})",
        why=setting.why,
        fix=setting.steps(value, facts),
        consent=Consent.OWN_CHOICE,
    )
