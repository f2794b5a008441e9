"""Whether images and packages can be fetched from the host; only where it was asked."""

from collections.abc import Iterator

from scaffold.checks.topics import Topic
from scaffold.facts import Endpoint, HostFacts
from scaffold.findings import Finding, Level, Rule, by_hand, see

SLOW_S = 2.0

NONE = Rule(
    "network.none",
    Level.ERROR,
    "The host reaches none of the addresses",
    "No image can be pulled and no package installed.",
    "curl on the host, 6 seconds each",
    (
        by_hand("See whether the host needs a proxy (HTTPS_PROXY, Docker's own proxy settings)."),
        by_hand("Or use mirrors inside: scaffold init --mirror KIND=URL."),
    ),
)
UNREACHABLE = Rule(
    "network.unreachable",
    Level.WARN,
    "The host cannot reach an address",
    "What a build fetches from there will fail.",
    "curl on the host, 6 seconds each",
    (by_hand("Choose a mirror that can be reached: scaffold init --mirror KIND=URL."),),
)
SLOW = Rule(
    "network.slow",
    Level.INFO,
    "An address answers slowly",
    "Builds that fetch much from there take long.",
    "curl on the host, time_total",
    (see("Look where it is lost.", "curl", "-v", "-o", "/dev/null", "URL"),),
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
    "network",
    "Network",
    (NONE, UNREACHABLE, SLOW),
    (_reached,),
    _summary,
    ("probe", "machine"),
    ("reach",),
)
