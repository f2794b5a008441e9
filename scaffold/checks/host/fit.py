"""Whether a project runs on the host: the resolver's result, as findings."""

from collections.abc import Iterator

from scaffold.checks.topics import Topic
from scaffold.facts import HostFacts
from scaffold.findings import Finding, Level, Rule, by_hand
from scaffold.resolver.resolution import Conflict, Resolution, Wishes

CONFLICT = Rule(
    id="fit.conflict",
    level=Level.ERROR,
    title="The project does not run on this host",
    why="A fact of the host rules it out, whatever the container holds.",
    source="scaffold resolve",
)
DOUBT = Rule(
    id="fit.doubt",
    level=Level.WARN,
    title="The project may not run on this host",
    why="A fact of the host is unknown, or known to cause trouble.",
    source="scaffold resolve",
)


def fit_topic(wishes: Wishes) -> Topic[HostFacts]:
    """The topic of one project's wishes."""

    def check(facts: HostFacts) -> Iterator[Finding]:
        result = _resolved(facts, wishes)
        if isinstance(result, Conflict):
            ways = tuple(
                by_hand(": ".join(filter(None, (way.what, way.how)))) for way in result.ways_out
            )
            yield CONFLICT.found(f"{result.wish}: {result.fact}", result.source, ways)
        else:
            yield from (DOUBT.found(warning) for warning in result.warnings)

    def summary(facts: HostFacts) -> str:
        result = _resolved(facts, wishes)
        if isinstance(result, Conflict):
            return f"{result.wish} is ruled out"
        build = result.build
        chosen = f"{build.framework} {build.version} ({build.variant}), " if build else ""
        return f"{chosen}Python {result.python}, {result.image}"

    return Topic(
        name="fit",
        title="Fit with the project",
        rules=(CONFLICT, DOUBT),
        checks=(check,),
        summary=summary,
        needs=("probe", "machine", "hardware", "driver", "gpu"),
    )


def _resolved(facts: HostFacts, wishes: Wishes) -> Resolution | Conflict:
    # Imported here, since most checks ask for no fit.
    from scaffold.catalogue import load_catalogue
    from scaffold.resolver.resolving import resolve

    return resolve(load_catalogue(), facts, wishes)
