"""Hosts from a script: look at them, make them ready, and take them away again.

    from scaffold import hosts

    (checked,) = hosts.check_hosts(["gpu01"], hosts.SILENT, hosts.CheckRequest(hosts.Look()))
    print(checked.status, [finding.id for finding in checked.findings])
    ready = hosts.set_up(hosts.SetupRequest("ada@10.1.2.3", "gpu01"), hosts.Unattended())
    print(ready.exit_code, ready.outcomes)

Everything raises scaffold.errors.TargetError where a host does not do what is asked, and
InputError where the request has to be corrected.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from scaffold.adapters.probe.local import Look
from scaffold.adapters.ssh.asking import Asking
from scaffold.commands.host.attendant import Attendant, Change, Outcome, State
from scaffold.commands.host.check import Checked, check_hosts
from scaffold.commands.host.check import Request as CheckRequest
from scaffold.commands.host.remove import known_hosts, plan_removal, remove_host
from scaffold.commands.host.setup import Ready, set_up
from scaffold.commands.host.setup import Request as SetupRequest

__all__ = [
    "SILENT",
    "Asking",
    "Attendant",
    "Change",
    "CheckRequest",
    "Checked",
    "Look",
    "Outcome",
    "Ready",
    "SetupRequest",
    "State",
    "Unattended",
    "check_hosts",
    "known_hosts",
    "plan_removal",
    "remove_host",
    "set_up",
]

SILENT = Asking(lambda _key: "no", lambda _prompt: None, at_terminal=False)
"""Nobody to ask: keys that are known, and logins that need no typing."""


def routine(change: Change) -> bool:
    """Agree to what `--yes` covers: no drivers, no reboots, no restart under containers."""
    return not change.own_choice


@dataclass(frozen=True, slots=True)
class Unattended:
    """An attendant for scripts; `agreed` decides on each change."""

    asking: Asking = SILENT
    agreed: Callable[[Change], bool] = routine

    def report(self, outcome: Outcome) -> None:
        """Nothing is printed: the outcomes are in the result."""

    def agree(self, change: Change) -> bool:
        """What `agreed` says."""
        return self.agreed(change)

    def working(self, text: str) -> AbstractContextManager[Callable[[float], None]]:
        """Nothing is shown."""
        return nullcontext(lambda _share: None)
