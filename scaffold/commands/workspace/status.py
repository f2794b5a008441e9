"""`scaffold status`: dev containers on every known engine, and what they use."""

from collections.abc import Iterable
from pathlib import Path

from scaffold.adapters.docker.address import engine_settings
from scaffold.adapters.docker.engine import DockerEngine, docker_engine
from scaffold.adapters.probe.gpu_use import gpu_use
from scaffold.adapters.tunnel.records import TunnelRecord, running_tunnels
from scaffold.commands.container.account import account_on
from scaffold.commands.host.known import known_hosts
from scaffold.commands.side_by_side import side_by_side
from scaffold.commands.workspace.location import WorkspaceLocation, folders_of
from scaffold.commands.workspace.standing import identity_of
from scaffold.container.engine_json import Raw, is_running
from scaffold.container.facts import ContainerFacts, read_container
from scaffold.container.owner import is_of
from scaffold.errors import InputError, ScaffoldError, TargetError
from scaffold.parsing.gpu_use import GpuUse
from scaffold.records import dataclass
from scaffold.workspace.compose_project import is_dev_container
from scaffold.workspace.devcontainer import FOLDER, label
from scaffold.workspace.gpu_share import GpuShare, shares
from scaffold.workspace.identity import Belonging, Identity, belonging

DEFAULT_ENGINE = ""
"""The name of the engine that the docker CLI uses by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DevContainerStatus:
    """One dev container; `shares` is None if its GPU use is unknown.

    `ours` says whether it is of this workspace, `yours` whether it belongs to the account on the
    engine's host, None if nothing says whose it is.
    """

    facts: ContainerFacts
    folder: str
    ours: bool
    yours: bool | None = None
    shares: tuple[GpuShare, ...] | None
    tunnels: tuple[TunnelRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStatus:
    """One engine: its containers, or why it could not be reached."""

    host: str
    containers: tuple[DevContainerStatus, ...] = ()
    use: GpuUse | None = None
    error: str = ""
    hint: str = ""


def status(
    location: WorkspaceLocation, config: Path | None, *, only: bool, root: Path | None = None
) -> list[EngineStatus]:
    """Ask all engines in parallel; with `only`, just the location's. Every wait is bounded.

    `root` is the local folder of the workspace.
    """
    hosts = (
        {location.host or DEFAULT_ENGINE: location.host or DEFAULT_ENGINE}
        if only
        else _hosts(location.host)
    )
    tunnels = running_tunnels()

    def work(name: str, _ask_in_main_thread: object) -> EngineStatus:
        identity = _identity(name, hosts[name], location, config, root or Path())
        return _ask(name, hosts[name], identity, config, tunnels)

    return side_by_side(work, hosts)


def _hosts(mentioned: str | None) -> dict[str, str]:
    """Names to addresses: the default engine, the workspace's host, and every known host."""
    known = {
        one.name: one.endpoint.removeprefix("ssh://") or one.name
        for one in known_hosts(reach=False)
    }
    if mentioned:
        known.setdefault(mentioned, mentioned)
    try:
        default = str(engine_settings().get("base_url") or "")
    except InputError:
        default = ""
    # The docker CLI may use one of these hosts by default: then it is no other engine.
    remote = default.startswith("ssh://")
    if remote and default.removeprefix("ssh://") not in known.values():
        known[default.removeprefix("ssh://")] = default.removeprefix("ssh://")
    return known if remote else {DEFAULT_ENGINE: DEFAULT_ENGINE, **known}


def _identity(
    name: str, address: str, location: WorkspaceLocation, config: Path | None, root: Path
) -> Identity:
    """The workspace's identity on its own engine; elsewhere only its path and account count."""
    if (location.host or DEFAULT_ENGINE) in {name, address}:
        return identity_of(root, location, config)
    return Identity(
        account=account_on(address or None, config),
        folders=frozenset(folders_of(location.workspace)),
        is_local=not address,
    )


def _ask(
    name: str,
    address: str,
    identity: Identity,
    config: Path | None,
    tunnels: Iterable[TunnelRecord],
) -> EngineStatus:
    host = address or None
    try:
        # First, since it is bounded in time for a dead host and never prompts.
        use = gpu_use(host, config)
        with docker_engine(host, config) as engine:
            rows = [row for row in engine.containers() if is_dev_container(row)]
            own = [one for one in tunnels if one.host in {name, address}]
            shown = (_shown(engine, row, identity, use, own) for row in rows)
            found = [one for one in shown if one is not None]
    except ScaffoldError as error:
        return EngineStatus(host=name, error=error.message, hint=error.hint)
    found.sort(key=_rank)
    return EngineStatus(host=name, containers=tuple(found), use=use)


def _rank(one: DevContainerStatus) -> tuple[bool, bool, bool, str]:
    """This workspace's first, then the user's others, then everybody's."""
    return not one.ours, one.yours is False, one.facts.state != "running", one.facts.name


def _shown(
    engine: DockerEngine,
    row: Raw,
    identity: Identity,
    use: GpuUse | None,
    tunnels: Iterable[TunnelRecord],
) -> DevContainerStatus | None:
    inspect = engine.inspect(row["Id"])
    if inspect is None:
        return None
    facts = read_container(inspect)
    return DevContainerStatus(
        facts=facts,
        folder=label(inspect, FOLDER),
        ours=belonging(inspect, identity) is Belonging.OWN,
        yours=is_of(inspect, identity.account),
        shares=_shares(engine, inspect, use),
        tunnels=tuple(one for one in tunnels if one.container == facts.name),
    )


def _shares(engine: DockerEngine, inspect: Raw, use: GpuUse | None) -> tuple[GpuShare, ...] | None:
    if use is None or not is_running(inspect):
        return None if use is None else ()
    if not use.processes:
        return ()
    try:
        return shares(use, engine.process_ids(str(inspect["Id"])))
    except TargetError:
        return None
