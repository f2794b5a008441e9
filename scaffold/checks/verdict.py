"""The one verdict on a host: used by check, setup, list and the Python API."""

from collections.abc import Iterable
from enum import StrEnum

from scaffold.findings import Finding, Level


class Verdict(StrEnum):
    """Whether GPU containers run on a host."""

    READY = "ready"
    READY_WITH_WARNINGS = "ready with warnings"
    NOT_READY = "not ready"
    UNKNOWN = "unknown"

    @property
    def is_ready(self) -> bool:
        """Whether nothing blocks GPU containers; unknown blocks."""
        return self in {Verdict.READY, Verdict.READY_WITH_WARNINGS}


PROVED_BY_GPU = {"machine", "hardware", "driver", "daemon", "docker", "toolkit"}
"""Topics whose errors are disproved by a container that saw the GPU."""


def blockers(findings: Iterable[Finding], *, gpu_proved: bool = False) -> tuple[Finding, ...]:
    """What keeps a host from being ready: errors, and what is unknown.

    With `gpu_proved` a container on the host has just seen the GPU: errors of the topics that
    it went through, and everything unknown, block no longer.
    """
    return tuple(one for one in findings if _blocks(one, gpu_proved=gpu_proved))


def _blocks(finding: Finding, *, gpu_proved: bool) -> bool:
    if finding.level is Level.UNKNOWN:
        return not gpu_proved
    disproved = gpu_proved and finding.topic in PROVED_BY_GPU
    return finding.level is Level.ERROR and not disproved


def verdict(findings: Iterable[Finding], *, gpu_proved: bool = False) -> Verdict:
    """The verdict that follows from the blockers, and from the warnings that remain."""
    found = tuple(findings)
    levels = {one.level for one in blockers(found, gpu_proved=gpu_proved)}
    if Level.ERROR in levels:
        return Verdict.NOT_READY
    if Level.UNKNOWN in levels:
        return Verdict.UNKNOWN
    doubtful = any(one.level in {Level.WARN, Level.ERROR} for one in found)
    return Verdict.READY_WITH_WARNINGS if doubtful else Verdict.READY
