"""Other drivers that might lift a refusal, the least change first."""

from collections.abc import Iterator
from dataclasses import replace

from scaffold.catalogue import Catalogue
from scaffold.catalogue.catalogue import UNKNOWN_RELEASE
from scaffold.facts import DescribedHost, Platform
from scaffold.resolver.machine import Machine
from scaffold.resolver.refusals.refusal import Refusal
from scaffold.versions import Version, dotted


def driver_changes(
    catalogue: Catalogue, host: DescribedHost, machine: Machine, refusal: Refusal
) -> Iterator[tuple[str, DescribedHost]]:
    """What to do, and the host after it: the last branch of a card that was dropped, or newer."""
    rows = [
        row
        for card in machine.cards
        if card.capability and (row := catalogue.architecture(dotted(card.capability))) is not None
    ]
    lasts = [row.last_branch for row in rows if row.last_branch]
    if lasts and machine.driver and machine.driver[0] > min(lasts):
        what = f"install the NVIDIA driver branch {min(lasts)}"
        yield what, _with_driver(catalogue, host, (min(lasts), 999))
        return
    where = " of Windows, outside WSL2," if machine.wsl2 else ""
    for driver in _candidates(catalogue, machine, refusal):
        what = f"upgrade the NVIDIA driver{where} to at least {dotted(driver)}"
        yield what, _with_driver(catalogue, host, driver)


def _candidates(catalogue: Catalogue, machine: Machine, refusal: Refusal) -> list[Version]:
    """Drivers that might help, the oldest first: what CUDA releases and cards ask for."""
    releases = {
        verdict.build.cuda
        for verdict in refusal.verdicts
        if verdict.against.keys() <= {"driver", "branch", "architecture"}
    } or {row.cuda for row in catalogue.cuda_images}
    drivers = {catalogue.floor(cuda) for cuda in releases}
    drivers |= {catalogue.toolkit_driver(cuda) for cuda in releases}
    for card in machine.cards:
        row = catalogue.architecture(dotted(card.capability)) if card.capability else None
        drivers |= {catalogue.toolkit_driver(row.first_cuda)} if row else set()
    newer = [one for one in drivers if machine.driver and machine.driver < one < UNKNOWN_RELEASE]
    return sorted(newer)


def _with_driver(catalogue: Catalogue, host: DescribedHost, driver: Version) -> DescribedHost:
    """The host with another driver; under WSL2 the CUDA release that it reports decides."""
    reported = catalogue.cuda_of(driver) if host.platform is not Platform.LINUX else None
    return replace(host, driver_version=dotted(driver), cuda_reported=reported)
