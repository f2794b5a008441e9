"""`scaffold host list`: the hosts that were set up, and what the last check said of them."""

import time
from pathlib import Path

from scaffold.adapters.docker import contexts
from scaffold.adapters.probe import facts_cache
from scaffold.adapters.ssh.alias_files import AliasFiles
from scaffold.adapters.ssh.program import ProgramTransport
from scaffold.commands.side_by_side import side_by_side
from scaffold.errors import ScaffoldError
from scaffold.records import dataclass

REACH_S = 20
"""Timeout for the question whether a host answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownHost:
    """A host by its alias or context; `seen_s` is the age of the last check in seconds."""

    name: str
    endpoint: str = ""
    is_ours: bool = False
    is_current: bool = False
    reachable: bool | None = None
    gpus: tuple[str, ...] | None = None
    driver: str | None = None
    verdict: str | None = None
    seen_s: float | None = None


def known_hosts(*, reach: bool = True, config: Path | None = None) -> list[KnownHost]:
    """The hosts that were set up, and those of the user's SSH contexts; reached in parallel."""
    stored = {one.name: one for one in contexts.contexts() if "ssh://" in one.endpoint}
    ours = AliasFiles(config).names()
    names = sorted({*stored, *ours})
    reached = side_by_side(lambda name, _here: is_reachable(name, config), names) if reach else []
    answers = dict(zip(names, reached, strict=True)) if reach else {}
    return [_known(name, stored.get(name), name in ours, answers.get(name)) for name in names]


def is_reachable(name: str, config: Path | None) -> bool:
    """Whether a host answers to its context or alias."""
    context = contexts.context(name)
    address = context.endpoint if context else name
    try:
        return ProgramTransport(address, config).run("true", seconds=REACH_S).code == 0
    except ScaffoldError:
        return False


def _known(
    name: str, stored: contexts.Context | None, is_ours: bool, reachable: bool | None
) -> KnownHost:
    # Status lists hosts at each call, mostly without saved facts, and needs neither check nor key.
    from scaffold.commands.host.check import judge

    recording = facts_cache.remembered(name)
    checked = judge(recording, None) if recording else None
    facts = checked.facts if checked else None
    return KnownHost(
        name=name,
        endpoint=stored.endpoint if stored else "",
        is_ours=is_ours,
        is_current=contexts.current() == name,
        reachable=reachable,
        gpus=tuple(gpu.name for gpu in facts.gpus) if facts and facts.gpus is not None else None,
        driver=facts.driver_version if facts else None,
        verdict=checked.verdict.value if checked else None,
        seen_s=time.time() - recording.clock if recording and recording.clock else None,
    )
