"""What an earlier `scaffold catalogue refresh` saw: shown, and used for nothing."""

from dataclasses import replace

from scaffold.adapters.local.refresh_cache import read_seen
from scaffold.catalogue import load_catalogue
from scaffold.catalogue.news import News, news
from scaffold.project.facts import Framework
from scaffold.resolver.resolution import Resolution


def unchecked(topic: str) -> tuple[News, ...]:
    """What was seen beyond the shipped rows of one topic of the catalogue."""
    seen = read_seen()
    return tuple(new for new in news(load_catalogue(), seen) if new.topic == topic)


def with_news(resolution: Resolution, framework: Framework) -> Resolution:
    """The resolution, with a note for each build of its framework that nobody has checked."""
    notes = [
        f"{new.text} (seen {new.seen_on}); nobody has checked which cards and drivers it is for, "
        "so it was not considered"
        for new in unchecked("frameworks")
        if new.framework is framework
    ]
    return replace(resolution, warnings=(*resolution.warnings, *notes))
