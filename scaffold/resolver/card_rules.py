"""What rules a build out on a card: no code, cuDNN without the card, PTX that fails, the driver."""

from typing import TYPE_CHECKING

from scaffold.catalogue import Build, Catalogue
from scaffold.catalogue.rows import KnownFailure
from scaffold.resolver.machine import Card, Machine
from scaffold.resolver.specifiers import admits, lowest, pinned, version
from scaffold.versions import Version, dotted, parse_version

if TYPE_CHECKING:
    from packaging.version import Version as Pep440


def against_code(catalogue: Catalogue, machine: Machine, card: Card, build: Build) -> str:
    """Why a build holds nothing that the card can run, or an empty text."""
    if card.capability is None or build.has_binary(card.capability):
        return ""
    if not build.has_ptx(card.capability):
        return f"it holds no code for compute capability {dotted(card.capability)}"
    # Minor version compatibility does not cover PTX: CUDA compatibility guide, limitations.
    needed = catalogue.toolkit_driver(build.cuda)
    if machine.driver and machine.driver < needed:
        return f"its PTX needs driver {dotted(needed)} or newer on this card"
    return ""


def cudnn_doubt(catalogue: Catalogue, machine: Machine, build: Build) -> str:
    """A warning if the cuDNN of a build has no code for a card, else empty.

    The framework runs there, except for what it leaves to cuDNN: convolutions, recurrent layers.
    """
    for card in machine.cards:
        limit = cudnn_limit(catalogue, card.capability) if build.cudnn else None
        least = lowest(build.cudnn) if limit else None
        if limit and least and least >= limit:
            return f"cuDNN {least} has no code for {card.name}, so convolutions fail"
    return ""


def cudnn_limit(catalogue: Catalogue, capability: Version | None) -> "Pep440 | None":
    """The first cuDNN without code for a card, None if the newest has it."""
    if capability is None:
        return None
    dropped = [
        version(row.first)
        for row in catalogue.cudnn_limits
        if capability < parse_version(row.oldest)
    ]
    return min(dropped, default=None)


def cudnn_cap(catalogue: Catalogue, machine: Machine, build: Build) -> str:
    """The cuDNN release that an installer must stay below for the cards, empty if any will do.

    Only if the build's own requirements leave the release open.
    """
    if not build.cudnn or pinned(build.cudnn):
        return ""
    limits = [cudnn_limit(catalogue, card.capability) for card in machine.cards]
    found = [limit for limit in limits if limit and admits(build.cudnn, str(limit))]
    return str(min(found)) if found else ""


def known_failure(
    catalogue: Catalogue, machine: Machine, card: Card, build: Build
) -> KnownFailure | None:
    """The row that says that a build fails on the card although it seems to fit."""
    return next(
        (row for row in catalogue.failures if _concerns(row, machine, card, build)),
        None,
    )


def _concerns(row: KnownFailure, machine: Machine, card: Card, build: Build) -> bool:
    capability = card.capability
    if row.framework != build.framework or (row.arch and row.arch != build.arch):
        return False
    if row.variant and row.variant != build.variant:
        return False
    if row.by == "ptx" and (capability is None or build.has_binary(capability)):
        return False
    if row.capability and (capability is None or not admits(row.capability, dotted(capability))):
        return False
    if row.driver and (machine.driver is None or not admits(row.driver, dotted(machine.driver))):
        return False
    return admits(row.versions, build.version)


def against_branch(catalogue: Catalogue, machine: Machine, card: Card) -> str:
    """Why the driver itself cannot drive the card: too new for an old one, or too old."""
    row = catalogue.architecture(dotted(card.capability)) if card.capability else None
    if row is None or machine.driver is None or machine.jetson:
        return ""
    if row.last_branch and machine.driver[0] > row.last_branch:
        return f"driver branch {row.last_branch} is the last that drives {row.name} cards"
    if machine.cuda and machine.cuda < parse_version(row.first_cuda):
        return f"{row.name} cards need a driver that reports CUDA {row.first_cuda} or newer"
    return ""
