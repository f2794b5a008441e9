"""The facts of a host that decide: from a look now, or from the last one where there is none."""

import time
from dataclasses import dataclass

from scaffold.adapters.probe import facts_cache
from scaffold.adapters.probe.local import Look
from scaffold.adapters.probe.over_ssh import probe_remote
from scaffold.adapters.ssh.asking import Asking
from scaffold.errors import InputError, TargetError
from scaffold.facts import HostFacts
from scaffold.parsing.host import read_host
from scaffold.parsing.recording import Recording


@dataclass(frozen=True, slots=True)
class Seen:
    """Facts of a host; `age_s` is how old they are, None for a look just now.

    `why_old` says why there is no newer look: what kept us out, or empty where none was wanted.
    """

    facts: HostFacts
    age_s: float | None = None
    why_old: str = ""


def facts_of_host(name: str, asking: Asking, *, cached: bool = False) -> Seen:
    """Look at a host, or take what was last seen: with `cached`, or where it is not reached.

    Raises InputError where nothing was seen before and `cached` is said, TargetError where the
    host is not reached and was never seen.
    """
    if cached:
        if (before := facts_cache.remembered(name)) is None:
            raise InputError(
                f"--cached: {name} was never looked at from here",
                hint="leave --cached away, or describe the host: --target remote --driver …",
            )
        return _old(before, "")
    try:
        recording = probe_remote(name, asking, Look())
    except TargetError as error:
        if (before := facts_cache.remembered(name)) is None:
            raise
        return _old(before, error.message)
    facts_cache.remember(name, recording)
    return Seen(read_host(recording))


def _old(recording: Recording, why: str) -> Seen:
    age = time.time() - recording.clock if recording.clock is not None else 0.0
    return Seen(read_host(recording), max(age, 0.0), why)
