"""Whether the probe ran to its end; half of its output would give false findings."""

from collections.abc import Iterator

from scaffold.checks.topics import NO_ANSWER, NO_PROOF, Topic
from scaffold.facts import HostFacts
from scaffold.findings import Finding, Level, Rule, by_hand

INCOMPLETE = Rule(
    id="probe.incomplete",
    level=Level.ERROR,
    title="The connection broke during the check",
    why="Missing output would look like missing parts of the host.",
    source="the probe's own record: its last line did not arrive",
    fix=(
        by_hand("Run the check again; if it breaks again, check the network and the host's load."),
    ),
)


def _complete(facts: HostFacts) -> Iterator[Finding]:
    if not facts.probe.complete:
        yield INCOMPLETE.found("the probe's output ends before its last line")


def _summary(facts: HostFacts) -> str:
    software = facts.sshd.software or ""
    return f"reached, {software.removeprefix('SSH-2.0-')}" if software else "reached"


TOPIC = Topic(
    name="probe",
    title="Connection",
    rules=(INCOMPLETE, NO_ANSWER, NO_PROOF),
    checks=(_complete,),
    summary=_summary,
)
