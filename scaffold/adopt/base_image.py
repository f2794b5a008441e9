"""Find the image that a container was made from, to build on it again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scaffold.container.engine_json import rows, table


@dataclass(frozen=True, slots=True)
class BaseImage:
    """The image to build on: `reference` for FROM, `id` on this engine, and the reason.

    `pinned` is whether the reference has a digest.
    """

    reference: str
    id: str
    because: str
    pinned: bool


def choose_base(
    image: Mapping[str, Any],
    named: str,
    others: Iterable[Mapping[str, Any]],
    history: Sequence[Mapping[str, Any]],
) -> BaseImage | None:
    """The nearest image below that a registry has; else the nearest that was not made by hand.

    `named` is what the container was started from. An image is below another if its layers
    are the other's first. None where no image of the chain has a name.
    """
    chain = [one for one in (image, *others) if _is_below(one, image)]
    chain.sort(key=lambda one: len(_layers(one)), reverse=True)
    for one in chain:
        if digests := rows(one, "RepoDigests"):
            return BaseImage(
                _pinned(one, digests, named), str(one["Id"]), _registry(one, image), pinned=True
            )
    by_hand = committed(history)
    for one in chain:
        tags = [tag for tag in rows(one, "RepoTags") if tag != "<none>:<none>"]
        own = len(_layers(one)) > len(_layers(image)) - by_hand
        if tags and not own:
            reference = named if named in tags else tags[0]
            return BaseImage(reference, str(one["Id"]), _local(one, image), pinned=False)
    return None


def committed(history: Sequence[Mapping[str, Any]]) -> int:
    """The number of last layers made by `docker commit`; `history` is newest first.

    Build steps start with the shell, or name BuildKit; a commit has the container's command.
    """
    count = 0
    for step in history:
        made = str(step.get("CreatedBy") or "")
        built = made.startswith(("/bin/sh -c", "|", "RUN ", "SHELL")) or not made
        if built or str(step.get("Comment") or "").startswith(("buildkit", "Imported")):
            break
        count += 1
    return count


def _layers(image: Mapping[str, Any]) -> list[Any]:
    return rows(table(image, "RootFS"), "Layers")


def _is_below(one: Mapping[str, Any], image: Mapping[str, Any]) -> bool:
    layers = _layers(one)
    return bool(layers) and _layers(image)[: len(layers)] == layers


def _pinned(one: Mapping[str, Any], digests: Sequence[str], named: str) -> str:
    """`name:tag@digest`, with the name that the user knows if the image has it."""
    tags = [str(tag) for tag in rows(one, "RepoTags") if tag != "<none>:<none>"]
    tag = named if named in tags else tags[0] if tags else ""
    repository = tag.rpartition(":")[0]
    digest = next((one for one in digests if one.partition("@")[0] == repository), digests[0])
    name, _, content = str(digest).partition("@")
    return f"{tag}@{content}" if name == repository else str(digest)


def _registry(one: Mapping[str, Any], image: Mapping[str, Any]) -> str:
    if one["Id"] == image["Id"]:
        return "the image itself, from its registry"
    more = len(_layers(image)) - len(_layers(one))
    return f"the nearest image from a registry, {more} layers below"


def _local(one: Mapping[str, Any], image: Mapping[str, Any]) -> str:
    more = len(_layers(image)) - len(_layers(one))
    where = "the image itself" if not more else f"{more} layers below"
    return f"{where}; not known to be in any registry"
