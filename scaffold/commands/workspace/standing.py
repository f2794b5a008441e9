"""The dev containers that exist for a workspace: the user's own, and those of other people."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.commands.container.account import account_on, default_address
from scaffold.commands.workspace.location import (
    WorkspaceLocation,
    folders_of,
    is_folder,
    sync_target_of,
)
from scaffold.container.engine_json import Raw, moment, name_of, rows, table
from scaffold.container.owner import is_of, owner_of
from scaffold.errors import InputError
from scaffold.records import dataclass
from scaffold.units import duration_text, size_text
from scaffold.workspace.devcontainer import label, made_for
from scaffold.workspace.identity import (
    WORKSPACE,
    Belonging,
    Identity,
    belonging,
    config_name,
)
from scaffold.workspace.sides import HostPath

AgreeToOther = Callable[[str], None]
"""Called with a description of another person's container. Raises InputError without consent."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Inspects of the containers of one identity; `others` only have the same local path."""

    own: tuple[Raw, ...] = ()
    others: tuple[Raw, ...] = ()


def identity_of(
    root: Path, location: WorkspaceLocation, ssh_config: Path | None = None, *, config: str = ""
) -> Identity:
    """The identity of a workspace's dev container; `config` is a path in the project."""
    is_local = not (location.host or default_address())
    return Identity(
        account=account_on(location.host, ssh_config),
        workspace=_mounted(root, location, config, is_local=is_local),
        config=config,
        folders=frozenset(folders_of(location.workspace)),
        is_local=is_local,
    )


def _mounted(
    root: Path,
    location: WorkspaceLocation,
    config: str,
    *,
    is_local: bool,
) -> str:
    """The path or the volume that holds the project, empty if nothing records it."""
    if is_local:
        return str(root.resolve())
    if isinstance(location.workspace, HostPath):
        return location.workspace.normal
    if not is_folder(root):
        return ""
    try:
        target = sync_target_of(root, location.host, config_name(config))
    except InputError:
        return ""
    return target.volume or target.path


def config_path(name: str | None) -> str:
    """The path in a project of the configuration of this name, empty for any."""
    return f".devcontainer/{name}/devcontainer.json" if name else ""


def standing(engine: DockerEngine, identity: Identity) -> Standing:
    """The containers of an identity, and those that could be mistaken for them."""
    found: dict[Belonging, list[Raw]] = {one: [] for one in Belonging}
    for row in engine.containers():
        of_workspace = identity.workspace and label(row, WORKSPACE) == identity.workspace
        if not (of_workspace or made_for(row, identity.folders)):
            continue
        if inspect := engine.inspect(str(row["Id"])):
            found[belonging(inspect, identity)].append(inspect)
    others = (*found[Belonging.ELSEWHERE], *found[Belonging.OTHERS])
    return Standing(tuple(found[Belonging.OWN]), others)


def chosen(
    engine: DockerEngine, identity: Identity, agree: AgreeToOther | None = None
) -> tuple[Raw, ...]:
    """The user's own containers; other people's of the same path only if the user agrees.

    Raises InputError if there are only other people's and nobody agrees.
    """
    found = standing(engine, identity)
    if not found.own:
        for inspect in found.others:
            known = engine.inspect(str(inspect["Id"]), size=True) or inspect
            _agree(known, identity.account, agree)
    return found.own or found.others


def require_own(
    inspect: Mapping[str, Any],
    identity: Identity,
    agree: AgreeToOther | None = None,
    *,
    strict: bool = False,
) -> None:
    """Raise InputError if a container is another person's and the user does not agree.

    With `strict`, a container on a shared host that belongs to nobody known needs consent too.
    """
    own = is_of(inspect, identity.account)
    if own is False or (own is None and strict and not identity.is_local):
        _agree(inspect, identity.account, agree)


def _agree(inspect: Mapping[str, Any], account: str, agree: AgreeToOther | None) -> None:
    text = described(inspect, account)
    if agree is None:
        raise not_agreed(text)
    agree(text)


def not_agreed(text: str) -> InputError:
    """The refusal to act on another person's container."""
    return InputError(text, hint="ask the owner first; to go on: the same command with --take-over")


def described(inspect: Mapping[str, Any], account: str) -> str:
    """Whose a container is, its age, and what is only in it."""
    name, owner = name_of(inspect), owner_of(inspect)
    if owner == account:
        place = ", ".join(_sources(inspect)) or "no folder"
        return f"{name} is yours, but for other files ({place})"
    facts = [str(table(inspect, "State").get("Status") or "unknown")]
    if created := moment(inspect.get("Created")):
        facts.append(f"created {duration_text((datetime.now(UTC) - created).total_seconds())} ago")
    if size := inspect.get("SizeRw"):
        facts.append(f"{size_text(int(size))} of changed files outside volumes")
    whose = f"belongs to {owner}" if owner else f"may be another person's than {account}'s"
    return f"{name} {whose} ({', '.join(facts)})"


def holder_of_port(engine: DockerEngine, port: int, account: str) -> str:
    """The container that publishes a port, and whose it is; empty if none does."""
    for row in engine.containers():
        if port in {one.get("PublicPort") for one in rows(row, "Ports")}:
            return f"port {port}: {described(engine.inspect(str(row['Id'])) or row, account)}"
    return ""


def _sources(inspect: Mapping[str, Any]) -> Iterable[str]:
    mounts = inspect.get("Mounts") or []
    return (str(one.get("Name") or one.get("Source") or "") for one in mounts)
