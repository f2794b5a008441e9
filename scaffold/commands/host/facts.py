"""The facts of a host: from a probe now, or from the cache if the host is not reached."""

import time
from pathlib import Path

from scaffold.adapters.probe import facts_cache
from scaffold.adapters.probe.local import ProbeOptions
from scaffold.adapters.ssh.asking import Asking
from scaffold.errors import InputError, TargetError
from scaffold.facts import HostFacts
from scaffold.parsing.host import read_host
from scaffold.parsing.recording import Recording
from scaffold.records import dataclass


@dataclass(frozen=True, slots=True)
class FoundFacts:
    """Facts of a host; `age_s` is their age, None for a probe just now.

    `why_old` says why there is no newer probe; empty if none was wanted.
    """

    facts: HostFacts
    age_s: float | None = None
    why_old: str = ""


def facts_of_host(
    name: str, asking: Asking, *, cached: bool = False, config: Path | None = None
) -> FoundFacts:
    """Probe a host, or take the last probe: with `cached`, or if the host is not reached.

    Raises InputError if `cached` is set and there was no probe before, TargetError if the host
    is not reached and there was none either.
    """
    if cached:
        if (before := facts_cache.remembered(name)) is None:
            raise InputError(
                f"--cached: {name} was never probed from this machine",
                hint="omit --cached, or describe the host: --target remote --driver …",
            )
        return _old(before, "")
    from scaffold.adapters.probe.over_ssh import probe_remote

    try:
        recording = probe_remote(name, asking, ProbeOptions(), config)
    except TargetError as error:
        if (before := facts_cache.remembered(name)) is None:
            raise
        return _old(before, error.message)
    facts_cache.remember(name, recording)
    return FoundFacts(read_host(recording))


def _old(recording: Recording, why: str) -> FoundFacts:
    age = time.time() - recording.clock if recording.clock is not None else 0.0
    return FoundFacts(read_host(recording), max(age, 0.0), why)
