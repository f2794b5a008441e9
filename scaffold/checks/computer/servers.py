"""The servers of the user's Docker contexts, asked over ssh."""

from collections.abc import Iterator

from scaffold.checks.topics import Topic
from scaffold.facts.computer import ComputerFacts
from scaffold.findings import Finding, Level, Rule, see

NO_ANSWER = Rule(
    id="servers.no-answer",
    level=Level.ERROR,
    title="A server does not answer over ssh",
    why="Its Docker context and VS Code log in with ssh, and cannot ask for a password.",
    source="https://docs.docker.com/engine/security/protect-access/",
)


def _servers(facts: ComputerFacts) -> Iterator[Finding]:
    for name, complaint in (facts.servers or {}).items():
        if complaint:
            step = see("Check the server.", "scaffold", "host", "check", name)
            yield NO_ANSWER.found(f"{name} does not answer: {complaint}", fix=(step,))


def _summary(facts: ComputerFacts) -> str:
    names = [name for name, complaint in (facts.servers or {}).items() if not complaint]
    return f"{', '.join(names) or 'none'} answered"


TOPIC: Topic[ComputerFacts] = Topic(
    name="servers",
    title="Servers",
    rules=(NO_ANSWER,),
    checks=(_servers,),
    summary=_summary,
)
