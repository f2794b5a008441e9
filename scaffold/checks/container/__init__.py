"""The topics of a container seen from inside, in the order of cause before effect."""

from dataclasses import replace

from scaffold.checks.container import between, completeness, framework, gpu, memory, ports, user
from scaffold.checks.container.gpu_rules import CHECK_HOST
from scaffold.checks.container.seen import CheckedContainer
from scaffold.checks.topics import Topic, TopicOutcome, run_topics
from scaffold.findings import Step

__all__ = ["TOPICS", "CheckedContainer", "check_container"]

TOPICS: tuple[Topic[CheckedContainer], ...] = (
    *(completeness.TOPIC, user.TOPIC, gpu.TOPIC, framework.TOPIC, between.TOPIC),
    *(memory.TOPIC, ports.TOPIC),
)


def check_container(seen: CheckedContainer, host: str = "local") -> tuple[TopicOutcome, ...]:
    """Every topic's findings; `host` is the name by which the engine's machine is checked."""
    return tuple(_on(host, outcome) for outcome in run_topics(TOPICS, seen))


def _on(host: str, outcome: TopicOutcome) -> TopicOutcome:
    findings = (
        replace(found, fix=tuple(_step_on(host, step) for step in found.fix))
        for found in outcome.findings
    )
    return replace(outcome, findings=tuple(findings))


def _step_on(host: str, step: Step) -> Step:
    if step is not CHECK_HOST:
        return step
    return replace(step, argv=(*step.argv[:-1], host))
