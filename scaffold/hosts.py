"""Hosts from a script: check them, set them up, undo that, and remove them.

    from scaffold import hosts

    request = hosts.HostCheckRequest(hosts.ProbeOptions())
    (checked,) = hosts.check_hosts(["gpu01"], hosts.SILENT, request)
    print(checked.status, [finding.id for finding in checked.findings])
    setup = hosts.HostSetupRequest(destination="ada@192.0.2.7", name="gpu01")
    done = hosts.set_up(setup, hosts.Unattended())
    print(done.verdict, done.exit_code, done.outcomes)

Every function raises scaffold.errors.TargetError if a host does not do what is asked, and
InputError if the request has to be corrected.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from scaffold.adapters.probe.local import ProbeOptions
from scaffold.adapters.ssh.asking import SILENT, Asking
from scaffold.adapters.ssh.program import ProgramTransport
from scaffold.checks.verdict import Verdict
from scaffold.commands.host.attendant import HostAttendant, ProposedChange, StepOutcome, StepState
from scaffold.commands.host.check import CheckedHost, HostCheckRequest, check_hosts
from scaffold.commands.host.known import KnownHost, known_hosts
from scaffold.commands.host.remove import Removal, plan_removal, remove_host
from scaffold.commands.host.setup import HostSetup, HostSetupRequest, set_up
from scaffold.commands.host.undo import Undone, undo_setup
from scaffold.records import dataclass

__all__ = [
    "SILENT",
    "Asking",
    "CheckedHost",
    "HostAttendant",
    "HostCheckRequest",
    "HostSetup",
    "HostSetupRequest",
    "KnownHost",
    "ProbeOptions",
    "ProgramTransport",
    "ProposedChange",
    "Removal",
    "StepOutcome",
    "StepState",
    "Unattended",
    "Undone",
    "Verdict",
    "check_hosts",
    "known_hosts",
    "plan_removal",
    "remove_host",
    "routine",
    "set_up",
    "undo_setup",
]


def __dir__() -> list[str]:
    return list(__all__)


def routine(change: ProposedChange) -> bool:
    """Agree to what `--yes` covers: no drivers, no reboots, no restart while containers run."""
    return not change.own_choice


@dataclass(frozen=True, slots=True)
class Unattended:
    """An attendant for scripts; `agreed` decides on each change."""

    asking: Asking = SILENT
    agreed: Callable[[ProposedChange], bool] = routine

    def report(self, outcome: StepOutcome) -> None:
        """Print nothing: the outcomes are in the result."""

    def agree(self, change: ProposedChange) -> bool:
        """What `agreed` says."""
        return self.agreed(change)

    def working(self, text: str) -> AbstractContextManager[Callable[[float], None]]:
        """Show nothing."""
        return nullcontext(lambda _share: None)
