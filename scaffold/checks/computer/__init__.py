"""The topics of the user's own computer, in the order of cause before effect."""

from scaffold.checks.computer import docker, editor, local, node, servers
from scaffold.checks.topics import Topic, TopicOutcome, run_topics
from scaffold.facts.computer import ComputerFacts

TOPICS: tuple[Topic[ComputerFacts], ...] = (
    *(local.SSH, docker.DOCKER, docker.CONTEXTS, node.TOPIC, editor.TOPIC),
    *(local.FILES, local.DISK),
)


def check_computer(facts: ComputerFacts) -> tuple[TopicOutcome, ...]:
    """Every topic's findings; servers only if they were asked."""
    asked = (servers.TOPIC,) if facts.servers is not None else ()
    return tuple(run_topics((*TOPICS, *asked), facts))
