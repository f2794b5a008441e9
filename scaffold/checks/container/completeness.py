"""Whether the check inside the container ran to its end."""

from collections.abc import Iterator

from scaffold.checks.container.seen import CheckedContainer
from scaffold.checks.topics import Topic
from scaffold.findings import Finding, Level, Rule, by_hand

INCOMPLETE = Rule(
    id="look.incomplete",
    level=Level.ERROR,
    title="The check inside the container was cut short",
    why="Missing output would look like missing parts of the container.",
    source="the check's own record: its last line did not come",
    fix=(by_hand("Run it again, with more time for a slow disk: scaffold verify --timeout 600"),),
)


def _complete(seen: CheckedContainer) -> Iterator[Finding]:
    if not seen.probe.complete:
        yield INCOMPLETE.found("the output ends before its last line")


def _summary(seen: CheckedContainer) -> str:
    return f"as {seen.inside.user or 'nobody by name'}, in {seen.asked.folder}"


TOPIC = Topic(
    name="look", title="Look inside", rules=(INCOMPLETE,), checks=(_complete,), summary=_summary
)
