"""Which fixes `host setup` offers, what they interrupt, and how a step is shown."""

import shlex
from collections.abc import Iterable

from scaffold.findings import Consent, Finding, Interrupts, Step
from scaffold.host.daemon_file import CONFIGURE, GUARDED, RESTART, configured, in_short
from scaffold.records import dataclass

INTERRUPTION = {
    Interrupts.NOTHING: "nothing",
    Interrupts.LOGIN: "nothing; it takes effect at the next login",
    Interrupts.CONTAINERS: "running containers, because Docker restarts",
    Interrupts.GPU_PROGRAMS: "programs that use a GPU",
    Interrupts.MACHINE: "everything, because the machine reboots",
}
"""In words, from the least to the most."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A finding that scaffold can fix."""

    finding: Finding

    @property
    def own_choice(self) -> bool:
        """Whether a general yes is not enough."""
        return self.finding.consent is Consent.OWN_CHOICE

    @property
    def steps(self) -> tuple[Step, ...]:
        """What runs, in order; the rest of the fix is for people to read."""
        steps = tuple(step for step in self.finding.fix if step.argv and step.changes)
        return _guarded(steps) if any(_configures(step) for step in steps) else steps

    @property
    def interrupts(self) -> frozenset[Interrupts]:
        """Everything that the steps stop."""
        return frozenset(step.interrupts for step in self.steps) - {Interrupts.NOTHING}

    @property
    def interruption(self) -> str:
        """The worst interruption in words."""
        found = [text for kind, text in INTERRUPTION.items() if kind in self.interrupts]
        return found[-1] if found else INTERRUPTION[Interrupts.NOTHING]

    @property
    def restarts_docker(self) -> bool:
        """Whether running containers end."""
        return Interrupts.CONTAINERS in self.interrupts

    @property
    def needs_root(self) -> bool:
        """Whether any step needs root."""
        return any(step.sudo for step in self.steps)

    @property
    def needs_daemon_file(self) -> bool:
        """Whether Docker has to be able to read daemon.json."""
        return self.restarts_docker or any(_starts_docker(step) for step in self.steps)

    @property
    def undo(self) -> tuple[tuple[str, ...], ...]:
        """What takes the steps back, the last first."""
        return tuple(step.undo for step in reversed(self.steps) if step.undo)

    @property
    def needs_new_login(self) -> bool:
        """Whether the fix takes effect at the next login only, as a group does."""
        return Interrupts.LOGIN in self.interrupts


def proposals(findings: Iterable[Finding]) -> tuple[Proposal, ...]:
    """The findings that scaffold can fix, the root cause first."""
    offered = (Proposal(one) for one in findings if one.consent is not Consent.BY_HAND)
    # Several GPUs may need the same command, which runs once.
    found: dict[tuple[str, tuple[Step, ...]], Proposal] = {}
    for proposal in offered:
        if proposal.steps:
            found.setdefault((proposal.finding.id, proposal.steps), proposal)
    return tuple(found.values())


UNREADABLE = ("daemon.invalid", "daemon.invalid-later")


def obstacle(proposal: Proposal, findings: Iterable[Finding]) -> Finding | None:
    """What a person has to fix first; None if nothing blocks the fixes."""
    if not proposal.needs_daemon_file:
        return None
    return next((finding for finding in findings if finding.id in UNREADABLE), None)


def shown(step: Step, *, root: bool, whole: bool) -> tuple[str, ...]:
    """A step for people: why, and its command; a script of ours in short unless `whole`."""
    sudo = "sudo " if step.sudo and not root else ""
    if step.argv[2:3] and step.argv[2] in GUARDED and not whole:
        lines = in_short(step, sudo)
    else:
        lines = f"{sudo}{shlex.join(step.argv)}".splitlines()
    return (step.why, *(f"    {line}" for line in lines))


def _configures(step: Step) -> bool:
    return step.sudo and step.argv[: len(CONFIGURE)] == CONFIGURE


def _starts_docker(step: Step) -> bool:
    return step.argv[:1] == ("systemctl",) and step.argv[-1] == "docker"


def _guarded(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Configuring and restarting as one step that restores daemon.json if Docker fails."""
    options = next(step.argv[len(CONFIGURE) :] for step in steps if _configures(step))
    others = [s for s in steps if not (_configures(s) or _restarts(s))]
    restart = next((s.argv for s in steps if _restarts(s)), RESTART)
    return (*others, configured(options, restart))


def _restarts(step: Step) -> bool:
    return step.sudo and step.interrupts is Interrupts.CONTAINERS
