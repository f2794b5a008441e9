"""A topic: checks that belong together, their rules, and a summary of what was seen."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, Protocol, TypeVar

from scaffold.facts import ProbeFacts
from scaffold.findings import Finding, Level, Rule, by_hand
from scaffold.records import dataclass


class Probed(Protocol):
    """Facts of one probe, of a host or of the inside of a container."""

    @property
    def probe(self) -> ProbeFacts:
        """How the probe itself went."""


F = TypeVar("F", bound=Probed)
P = TypeVar("P", bound=Probed)

SERIOUS = (Level.ERROR, Level.UNKNOWN)
"""Levels that keep a host from counting as ready; unknown is no pass."""

NO_ANSWER = Rule(
    id="probe.no-answer",
    level=Level.UNKNOWN,
    title="A command on the host gave no answer, or too much output",
    why="Its result is unknown, and unknown is no pass.",
    source="the probe's own record: each command has 8 seconds and 256 KiB",
    fix=(by_hand("Run the same command on the host to see what it waits for."),),
)
NO_PROOF = Rule(
    id="probe.no-proof",
    level=Level.UNKNOWN,
    title="Nothing proves that a part of the host works",
    why="The check found no fault and no positive evidence either.",
    source="the probe's own record",
    fix=(
        by_hand("Run the check again with --verbose, and report the case with --save-facts FILE."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic(Generic[F]):
    """One line of the report.

    A topic is skipped if one of its `needs` has an error: its findings would only be echoes of
    that root cause. If one of the probe's `parts` that it reads did not end, it is unknown. It
    passes only if `proved` returns True.
    """

    name: str
    title: str
    rules: tuple[Rule, ...]
    checks: tuple[Callable[[F], Iterable[Finding]], ...]
    summary: Callable[[F], str]
    needs: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    proved: Callable[[F], bool] = lambda _facts: True


@dataclass(frozen=True, slots=True)
class TopicOutcome:
    """What one topic found; `echo_of` names the topic whose error made the check useless."""

    topic: Topic[Any]
    findings: tuple[Finding, ...]
    summary: str
    echo_of: str = ""

    @property
    def level(self) -> Level:
        """The worst of its findings."""
        return worst(self.findings)


def worst(findings: Iterable[Finding]) -> Level:
    """The level that counts most, `ok` if there is no finding."""
    order = (Level.ERROR, Level.UNKNOWN, Level.WARN, Level.INFO)
    found = {finding.level for finding in findings}
    return next((level for level in order if level in found), Level.OK)


def run_topics(topics: Iterable[Topic[P]], facts: P) -> Iterator[TopicOutcome]:
    """Every topic in its order, without the echoes of an error."""
    titles: dict[str, str] = {}
    doubtful: set[str] = set()
    for topic in topics:
        cause = next((titles[name] for name in topic.needs if name in titles), "")
        if cause:
            titles[topic.name] = cause
            yield TopicOutcome(topic, (), f"skipped (fix {cause} first)", cause)
            continue
        unseen = [*facts.probe.hung, *facts.probe.cut]
        silent = [part for part in topic.parts if part in unseen]
        if silent:
            doubtful.add(topic.name)
            yield TopicOutcome(topic, (_no_answer(silent),), "unknown")
            continue
        findings = tuple(found for check in topic.checks for found in check(facts))
        if any(finding.level is Level.ERROR for finding in findings):
            titles[topic.name] = topic.title
        # Without what the topic needs, nothing could prove it either.
        to_be_proved = not doubtful & set(topic.needs) and worst(findings) not in SERIOUS
        if to_be_proved and not topic.proved(facts):
            text = f"nothing proves that this works: {topic.title}"
            findings = (*findings, NO_PROOF.found(text))
        doubtful |= {topic.name} if worst(findings) in SERIOUS else set()
        yield TopicOutcome(topic, findings, topic.summary(facts))


def _no_answer(parts: list[str]) -> Finding:
    return NO_ANSWER.found(f"no full answer of: {', '.join(parts)}")
