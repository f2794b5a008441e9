"""Whether the host can download images and packages; only with --network."""

from collections.abc import Iterator

from scaffold.checks.topics import Topic
from scaffold.facts import Endpoint, HostFacts
from scaffold.findings import Finding, Level, Rule, by_hand, see

SLOW_S = 2.0

NONE = Rule(
    id="network.none",
    level=Level.ERROR,
    title="The host reaches none of the addresses",
    why="No image can be pulled and no package installed.",
    source="curl on the host, 6 seconds each",
    fix=(
        by_hand("Check whether the host needs a proxy (HTTPS_PROXY, Docker's proxy settings)."),
        by_hand("Or use mirrors that it can reach: scaffold init --mirror KIND=URL."),
    ),
)
UNREACHABLE = Rule(
    id="network.unreachable",
    level=Level.WARN,
    title="The host cannot reach an address",
    why="A build that downloads from this address will fail.",
    source="curl on the host, 6 seconds each",
    fix=(by_hand("Choose a mirror that can be reached: scaffold init --mirror KIND=URL."),),
)
SLOW = Rule(
    id="network.slow",
    level=Level.INFO,
    title="An address answers slowly",
    why="Builds that download much from it take long.",
    source="curl on the host, time_total",
    fix=(see("Find what takes the time.", "curl", "-v", "-o", "/dev/null", "URL"),),
)


def _reached(facts: HostFacts) -> Iterator[Finding]:
    lost = [end for end in facts.network if end.status is None]
    if lost and len(lost) == len(facts.network):
        yield NONE.found(", ".join(map(_host, lost)), lost[0].error)
        return
    for end in facts.network:
        if end.status is None:
            yield UNREACHABLE.found(_host(end), end.error)
        elif end.seconds is not None and end.seconds > SLOW_S:
            yield SLOW.found(f"{_host(end)} took {end.seconds:.1f} s")


def _host(end: Endpoint) -> str:
    return end.url.partition("://")[2].partition("/")[0] or end.url


def _summary(facts: HostFacts) -> str:
    reached = [end for end in facts.network if end.status is not None]
    return ", ".join(f"{_host(end)} {(end.seconds or 0) * 1000:.0f} ms" for end in reached)


TOPIC = Topic(
    name="network",
    title="Network",
    rules=(NONE, UNREACHABLE, SLOW),
    checks=(_reached,),
    summary=_summary,
    needs=("probe", "machine"),
    parts=("reach",),
)
