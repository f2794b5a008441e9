"""Which fixes may be run, and on whose word."""

import shlex
from collections.abc import Iterable
from dataclasses import dataclass

from scaffold.findings import Consent, Finding, Interrupts, Step

REBOOT = ("reboot",)
RESTART = ("systemctl", "restart", "docker")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A finding that can be mended from here."""

    finding: Finding
    own_choice: bool

    @property
    def steps(self) -> tuple[Step, ...]:
        """What would be run, in its order; the rest is for people to read."""
        steps = tuple(step for step in self.finding.fix if step.argv and step.changes)
        configures = any(_configures(step) for step in steps)
        return _guarded(steps) if configures and RESTART in {s.argv for s in steps} else steps

    @property
    def restarts_docker(self) -> bool:
        """Whether running containers end."""
        return Interrupts.CONTAINERS in self.finding.interrupts

    @property
    def needs_daemon_file(self) -> bool:
        """Whether Docker has to be able to read daemon.json for it."""
        return self.restarts_docker or any(_starts_docker(step) for step in self.steps)

    @property
    def undo(self) -> tuple[tuple[str, ...], ...]:
        """What takes the steps back, the last first."""
        return tuple(step.undo for step in reversed(self.steps) if step.undo)

    @property
    def needs_new_login(self) -> bool:
        """Whether it takes effect at the next login only, as a group does."""
        return Interrupts.LOGIN in self.finding.interrupts


def proposals(findings: Iterable[Finding]) -> tuple[Proposal, ...]:
    """What can be mended, the root cause first."""
    found = (
        Proposal(finding, finding.consent is Consent.OWN_CHOICE)
        for finding in findings
        if finding.consent is not Consent.BY_HAND
    )
    return tuple(proposal for proposal in found if proposal.steps)


UNREADABLE = ("daemon.invalid", "daemon.invalid-later")


def obstacle(proposal: Proposal, findings: Iterable[Finding]) -> Finding | None:
    """What has to be mended by hand before anything of a fix is begun; None where nothing."""
    if not proposal.needs_daemon_file:
        return None
    return next((finding for finding in findings if finding.id in UNREADABLE), None)


def shown(step: Step, *, root: bool, whole: bool) -> tuple[str, ...]:
    """A step for people: why, and its command; our own script in short unless `whole`."""
    sudo = "sudo " if step.sudo and not root else ""
    if step.argv[2:3] == (_GUARDED,) and not whole:
        configure = shlex.join((*_CONFIGURE, *step.argv[4:]))
        lines = [line.format(sudo=sudo, configure=configure) for line in _IN_SHORT]
    else:
        lines = f"{sudo}{shlex.join(step.argv)}".splitlines()
    return (step.why, *(f"    {line}" for line in lines))


_IN_SHORT = (
    "{sudo}{configure}",
    "{sudo}systemctl restart docker",
    "# on a copy of daemon.json, which takes its place if dockerd --validate accepts it; the",
    "# file before is kept as daemon.json.before-scaffold, and comes back if Docker does not",
)

# nvidia-ctk writes where it stands: on a copy, which takes the file's place when it is sound.
_GUARDED = """\
set -eu
file=$(readlink -f /etc/docker/daemon.json || echo /etc/docker/daemon.json)
new=$file.scaffold-new old=$file.before-scaffold
mkdir -p "${file%/*}"
if command -v flock >/dev/null; then exec 9<"${file%/*}"; flock 9; fi
rm -f "$new" "$old"
trap 'rm -f "$new"' EXIT
if [ -e "$file" ]; then cp -p "$file" "$new"; cp -p "$file" "$old"; fi
nvidia-ctk runtime configure --runtime=docker --config="$new" "$@"
if dockerd --help 2>/dev/null | grep -q -- --validate; then
  dockerd --validate --config-file="$new" || { rm -f "$new" "$old"; exit 1; }
fi
mv -f "$new" "$file"
systemctl restart docker && docker info >/dev/null && exit 0
echo "Docker did not come back: daemon.json is as it was" >&2
if [ -e "$old" ]; then mv -f "$old" "$file"; else rm -f "$file"; fi
systemctl restart docker
exit 1
"""
_CONFIGURE = ("nvidia-ctk", "runtime", "configure", "--runtime=docker")


def _configures(step: Step) -> bool:
    return step.sudo and step.argv[: len(_CONFIGURE)] == _CONFIGURE


def _starts_docker(step: Step) -> bool:
    return step.argv[:1] == ("systemctl",) and step.argv[-1] == "docker"


def _guarded(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Configuring and restarting as one step that puts daemon.json back if Docker fails."""
    options = next(step.argv[len(_CONFIGURE) :] for step in steps if _configures(step))
    others = [
        step
        for step in steps
        if not _configures(step) and step.interrupts is not Interrupts.CONTAINERS
    ]
    why = "Tell Docker of NVIDIA's runtime and restart it; daemon.json comes back if it fails."
    return (*others, Step(why, ("sh", "-c", _GUARDED, "sh", *options), sudo=True))
