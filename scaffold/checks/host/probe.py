"""Whether the host could be looked at to the end; half a look would accuse it wrongly."""

from collections.abc import Iterator

from scaffold.checks.topics import NO_ANSWER, Topic
from scaffold.facts import HostFacts
from scaffold.findings import Finding, Level, Rule, by_hand

INCOMPLETE = Rule(
    "probe.incomplete",
    Level.ERROR,
    "The connection broke while the host was being looked at",
    "What did not arrive would look as if it were missing on the host.",
    "the probe's own record: its last line did not come",
    (by_hand("Run the check again; if it breaks again, look at the network and the host's load."),),
)


def _complete(facts: HostFacts) -> Iterator[Finding]:
    if not facts.probe.complete:
        yield INCOMPLETE.found("the probe's output ends before its last line")


def _summary(facts: HostFacts) -> str:
    software = facts.sshd.software or ""
    return f"reached, {software.removeprefix('SSH-2.0-')}" if software else "looked at"


TOPIC = Topic("probe", "Look at the host", (INCOMPLETE, NO_ANSWER), (_complete,), _summary)
