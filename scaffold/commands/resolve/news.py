"""What an earlier `scaffold catalogue refresh` saw: shown, and used for nothing."""

from dataclasses import replace
from typing import TYPE_CHECKING

from scaffold.adapters.local.refresh_cache import read_seen, seen_path
from scaffold.catalogue import load_catalogue
from scaffold.project.framework import Framework
from scaffold.resolver.resolution import Resolution

if TYPE_CHECKING:
    from scaffold.catalogue.news import News


def unchecked(topic: str) -> "tuple[News, ...]":
    """What was seen beyond the shipped rows of one topic of the catalogue."""
    if not seen_path().exists():
        return ()
    from scaffold.catalogue.news import news

    seen = read_seen()
    return tuple(new for new in news(load_catalogue(), seen) if new.topic == topic)


def with_news(resolution: Resolution, framework: Framework) -> Resolution:
    """The resolution, with a note for each build of its framework that is unverified."""
    notes = [
        f"{new.text} (seen {new.seen_on}); its GPUs and drivers are unverified, so it was not "
        f"considered"
        for new in unchecked("frameworks")
        if new.framework is framework
    ]
    return replace(resolution, warnings=(*resolution.warnings, *notes))
