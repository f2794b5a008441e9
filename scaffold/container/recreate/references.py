"""Containers that refer to other containers: what depends on what, now and after a recreate."""

from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from scaffold.container.engine_json import SHORT_ID, Raw, name_of, rows, table
from scaffold.container.names import RecreateRole, parse_dated_name

SHARED = {
    "NetworkMode": "shares the network of",
    "IpcMode": "shares the memory of",
    "PidMode": "shares the processes of",
}
"""Settings that name another container as `container:NAME`."""

PREFIX = "container:"

Inspect = Mapping[str, Any]


def references(container: Inspect) -> dict[str, str]:
    """The names or ids of containers that this one refers to, each with the kind in words."""
    host = table(container, "HostConfig")
    found = {link.partition(":")[0].removeprefix("/"): "is linked to" for link in _links(host)}
    found |= {source.partition(":")[0]: "uses the volumes of" for source in _sources(host)}
    for key, words in SHARED.items():
        mode = str(host.get(key) or "")
        if mode.startswith(PREFIX):
            found[mode.removeprefix(PREFIX)] = words
    return found


def refers_to(other: Inspect, target: Inspect, new_names: Mapping[str, str] | None = None) -> str:
    """How a container refers to another one, in words; empty if it does not.

    With `new_names` a reference to a kept container means its successor.
    """
    known = new_names or {}
    found = ((_new_name(one, known) or one, words) for one, words in references(other).items())
    return next((words for one, words in found if _means(one, target)), "")


def dependents(target: Inspect, others: Iterable[Inspect]) -> tuple[Inspect, ...]:
    """The containers that need the target, directly or not, each after those it needs itself.

    Containers that an earlier recreate kept are not among them.
    """
    others = list(others)
    new_names = successors([target, *others])
    candidates = [one for one in others if parse_dated_name(name_of(one)) is None]
    found: dict[str, Inspect] = {}
    targets = [target]
    for current in targets:
        for one in candidates:
            name = name_of(one)
            if name not in found and name != name_of(target) and refers_to(one, current, new_names):
                found[name] = one
                targets.append(one)
    return tuple(_in_order(found, new_names))


def _in_order(found: Mapping[str, Inspect], new_names: Mapping[str, str]) -> list[Inspect]:
    needs = {
        name: [other for other, inspect in found.items() if refers_to(one, inspect, new_names)]
        for name, one in found.items()
    }
    try:
        return [found[name] for name in TopologicalSorter(needs).static_order()]
    except CycleError:
        return list(found.values())


def successors(containers: Iterable[Inspect]) -> dict[str, str]:
    """Names and ids of kept containers, each with the name of its successor."""
    containers = list(containers)
    names = {name_of(one) for one in containers}
    found: dict[str, str] = {}
    for one in containers:
        dated = parse_dated_name(name_of(one))
        if dated and dated.part is RecreateRole.BEFORE and dated.name in names:
            found |= {name_of(one): dated.name, str(one["Id"]): dated.name}
    return found


def follow(host_config: Raw, new_names: Mapping[str, str]) -> tuple[str, ...]:
    """Let a request refer to successors; `new_names` by name or id. The changed settings."""
    changed = []
    for key in SHARED:
        mode = str(host_config.get(key) or "")
        new = _new_name(mode.removeprefix(PREFIX), new_names) if mode.startswith(PREFIX) else ""
        if new:
            host_config[key] = f"{PREFIX}{new}"
            changed.append(key)
    for key in ("Links", "VolumesFrom"):
        old = rows(host_config, key)
        new_rows = [_renamed(one, new_names) for one in old]
        if new_rows != old:
            host_config[key] = new_rows
            changed.append(key)
    return tuple(changed)


def _renamed(text: str, new_names: Mapping[str, str]) -> str:
    name, colon, rest = text.partition(":")
    new = _new_name(name.removeprefix("/"), new_names)
    return f"{new or name}{colon}{rest}"


def _new_name(reference: str, new_names: Mapping[str, str]) -> str:
    if reference in new_names:
        return new_names[reference]
    by_id = (
        new
        for old, new in new_names.items()
        if len(reference) >= SHORT_ID and old.startswith(reference)
    )
    return next(by_id, "")


def _links(host: Raw) -> Sequence[str]:
    return [str(link) for link in rows(host, "Links")]


def _sources(host: Raw) -> Sequence[str]:
    return [str(source) for source in rows(host, "VolumesFrom")]


def _means(reference: str, target: Inspect) -> bool:
    identity = str(target["Id"])
    short = len(reference) >= SHORT_ID and identity.startswith(reference)
    return reference in {name_of(target), identity} or short
