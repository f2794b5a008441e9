"""Find the image that a container was made from, to build on it again."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scaffold.container.engine_json import rows, table
from scaffold.records import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class BaseImage:
    """The image to build on: `reference` for FROM, `id` on this engine, and the reason.

    `pinned` is whether the reference has a digest. `equals` are other images that fit as well,
    so that a person has to choose.
    """

    reference: str
    id: str
    because: str
    pinned: bool
    equals: tuple[str, ...] = ()


def choose_base(
    image: Mapping[str, Any],
    named: str,
    others: Iterable[Mapping[str, Any]],
    history: Sequence[Mapping[str, Any]],
    container: Mapping[str, Any] | None = None,
) -> BaseImage | None:
    """The nearest image below that a registry has; else the nearest not committed by hand.

    `named` is what the container was started from, `container` its config. An image is below
    another if the engine names it as a parent, or if its layers are the other's first. Of several
    with the same layers, the one whose settings the container has is chosen. None if no image
    of the chain has a name.
    """
    others = list(others)
    parents = _parents(image, others)
    chain = [one for one in (image, *others) if _is_below(one, image) or one["Id"] in parents]
    by_hand = committed(history)
    registry = [one for one in chain if rows(one, "RepoDigests")]
    local = [one for one in chain if _tags(one) and not _is_committed(one, image, by_hand)]
    candidates = registry or local
    if not candidates:
        return None
    ranked = sorted(candidates, key=lambda one: _rank(one, image, parents, container, named))
    best = ranked[0]
    equals = [
        one
        for one in ranked[1:]
        if _fit(one, image, parents, container, named)
        == _fit(best, image, parents, container, named)
    ]
    return BaseImage(
        reference=_reference(best, named),
        id=str(best["Id"]),
        because=_registry(best, image) if registry else _local(best, image),
        pinned=bool(registry),
        equals=tuple(_reference(one, named) for one in equals),
    )


def _parents(image: Mapping[str, Any], others: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """The ids of the images that the engine names as parents, each with its distance."""
    by_id = {str(one["Id"]): one for one in others}
    found: dict[str, int] = {}
    parent = str(image.get("Parent") or "")
    while parent and parent not in found:
        found[parent] = len(found) + 1
        parent = str(by_id.get(parent, {}).get("Parent") or "")
    return found


def _fit(
    one: Mapping[str, Any],
    image: Mapping[str, Any],
    parents: Mapping[str, int],
    container: Mapping[str, Any] | None,
    named: str,
) -> tuple[int, ...]:
    """How well an image fits, smaller is better: the engine's parents, layers, settings, name."""
    itself = one["Id"] == image["Id"]
    above = len(_layers(image)) - len(_layers(one))
    distance = 0 if itself else parents.get(str(one["Id"]), len(parents) + 1)
    known = named in _tags(one)
    return (distance, above, -_settings_in_common(one, container or image), 0 if known else 1)


def _rank(
    one: Mapping[str, Any],
    image: Mapping[str, Any],
    parents: Mapping[str, int],
    container: Mapping[str, Any] | None,
    named: str,
) -> tuple[tuple[int, ...], str]:
    """The fit, and the name, so that the order never depends on the engine's."""
    return _fit(one, image, parents, container, named), _reference(one, named)


def _settings_in_common(one: Mapping[str, Any], container: Mapping[str, Any]) -> int:
    """How many settings of an image the container has, less those that it lacks."""
    theirs, own = table(one, "Config"), table(container, "Config")
    env, labels = set(rows(own, "Env")), table(own, "Labels")
    found = [entry in env for entry in rows(theirs, "Env")]
    found += [labels.get(key) == value for key, value in table(theirs, "Labels").items()]
    found += [
        theirs[key] == own.get(key)
        for key in ("Entrypoint", "Cmd", "WorkingDir", "User")
        if theirs.get(key)
    ]
    return sum(1 if same else -1 for same in found)


def _is_committed(one: Mapping[str, Any], image: Mapping[str, Any], by_hand: int) -> bool:
    return len(_layers(one)) > len(_layers(image)) - by_hand


def _tags(one: Mapping[str, Any]) -> list[str]:
    return sorted(str(tag) for tag in rows(one, "RepoTags") if tag != "<none>:<none>")


def _reference(one: Mapping[str, Any], named: str) -> str:
    digests = rows(one, "RepoDigests")
    if digests:
        return _pinned(one, sorted(map(str, digests)), named)
    return named if named in _tags(one) else next(iter(_tags(one)), str(one["Id"]))


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
    tags = _tags(one)
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
