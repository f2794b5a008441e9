"""`scaffold status`: dev containers on every engine that is known, and what they use."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scaffold.adapters.docker.address import engine_settings
from scaffold.adapters.docker.engine import DockerEngine, docker_engine
from scaffold.adapters.probe.gpu_use import gpu_use
from scaffold.adapters.tunnel.tunnel_records import TunnelRecord, running
from scaffold.commands.host.remove import known_hosts
from scaffold.commands.side_by_side import side_by_side
from scaffold.commands.workspace.container_place import Place, folders_of
from scaffold.container.facts import ContainerFacts, read_container
from scaffold.container.raw import Raw, is_running
from scaffold.errors import InputError, ScaffoldError, TargetError
from scaffold.parsing.gpu_use import GpuUse
from scaffold.workspace.devcontainer import FOLDER, label, made_for
from scaffold.workspace.gpu_share import GpuShare, shares
from scaffold.workspace.project import is_dev_container

HERE = ""
"""The name of the engine that the docker CLI would use here."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One dev container; `shares` is None where nobody can tell what it uses of the GPUs."""

    facts: ContainerFacts
    folder: str
    ours: bool
    shares: tuple[GpuShare, ...] | None
    tunnels: tuple[TunnelRecord, ...]


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """One engine: what is on it, or why it could not be asked."""

    host: str
    containers: tuple[Shown, ...] = ()
    use: GpuUse | None = None
    error: str = ""


def status(place: Place, config: Path | None, *, only: bool) -> list[EngineStatus]:
    """All engines side by side; with `only` the place's alone.

    Each host costs one bounded wait.
    """
    hosts = {place.host or HERE: place.host or HERE} if only else _hosts(place.host)
    tunnels = running()

    def work(name: str, _here: object) -> EngineStatus:
        return _ask(name, hosts[name], place, config, tunnels)

    return side_by_side(work, hosts)


def _hosts(mentioned: str | None) -> dict[str, str]:
    """Names to addresses: the engine here, the host of the workspace, and every known one."""
    known = {
        one.name: one.endpoint.removeprefix("ssh://") or one.name
        for one in known_hosts(reach=False)
    }
    if mentioned:
        known.setdefault(mentioned, mentioned)
    try:
        here = str(engine_settings().get("base_url") or "")
    except InputError:
        here = ""
    # The docker CLI may be pointed at one of them: then that is no other engine.
    far = here.startswith("ssh://")
    if far and here.removeprefix("ssh://") not in known.values():
        known[here.removeprefix("ssh://")] = here.removeprefix("ssh://")
    return known if far else {HERE: HERE, **known}


def _ask(
    name: str, address: str, place: Place, config: Path | None, tunnels: Iterable[TunnelRecord]
) -> EngineStatus:
    host = address or None
    try:
        # First, since it ends in time where a host is dead and never asks anything.
        use = gpu_use(host, config)
        with docker_engine(host, config) as engine:
            rows = [row for row in engine.containers() if is_dev_container(row)]
            mine = [one for one in tunnels if one.host in {name, address}]
            shown = (_shown(engine, row, place, use, mine) for row in rows)
            found = [one for one in shown if one is not None]
    except ScaffoldError as error:
        return EngineStatus(name, error=error.message)
    found.sort(key=lambda one: (not one.ours, one.facts.state != "running", one.facts.name))
    return EngineStatus(name, tuple(found), use)


def _shown(
    engine: DockerEngine,
    row: Raw,
    place: Place,
    use: GpuUse | None,
    tunnels: Iterable[TunnelRecord],
) -> Shown | None:
    inspect = engine.inspect(row["Id"])
    if inspect is None:
        return None
    facts = read_container(inspect)
    return Shown(
        facts,
        label(inspect, FOLDER),
        made_for(inspect, folders_of(place.workspace)),
        _shares(engine, inspect, use),
        tuple(one for one in tunnels if one.container == facts.name),
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
