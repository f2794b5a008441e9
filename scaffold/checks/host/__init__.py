"""The topics of a host, in the order of cause before effect."""

from typing import TYPE_CHECKING

from scaffold.checks.host import disk, gpus, hardware, machine, network, probe, ssh
from scaffold.checks.host.docker import daemon
from scaffold.checks.host.docker import topic as docker
from scaffold.checks.host.driver import topic as driver
from scaffold.checks.host.toolkit import topic as toolkit
from scaffold.checks.topics import Topic, TopicOutcome, run_topics
from scaffold.facts import HostFacts

if TYPE_CHECKING:
    from scaffold.resolver.resolution import Wishes

TOPICS: tuple[Topic[HostFacts], ...] = (
    *(probe.TOPIC, machine.TOPIC, hardware.TOPIC, driver.TOPIC, gpus.TOPIC),
    *(daemon.TOPIC, docker.TOPIC, toolkit.TOPIC, disk.TOPIC, ssh.TOPIC),
)


def check_host(facts: HostFacts, wishes: "Wishes | None" = None) -> tuple[TopicOutcome, ...]:
    """The outcome of every topic; the fit with a project only with `wishes`."""
    topics = [topic for topic in TOPICS if topic is not ssh.TOPIC or facts.name != "local"]
    topics += [network.TOPIC] if facts.network or "reach" in facts.probe.hung else []
    if wishes:
        # Imported late: a check without a project needs no resolver.
        from scaffold.checks.host.fit import fit_topic

        topics.append(fit_topic(wishes))
    return tuple(run_topics(topics, facts))
