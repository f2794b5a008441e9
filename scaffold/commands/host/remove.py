"""`scaffold host remove`: what a setup made for a host goes away again."""

from pathlib import Path
from typing import Any

from scaffold.adapters.docker import contexts
from scaffold.adapters.docker.engine import docker_engine
from scaffold.adapters.local.files import NewFile, read_file, write_files
from scaffold.adapters.local.home_lock import home_locked
from scaffold.adapters.probe import facts_cache
from scaffold.adapters.ssh.alias_files import AliasFiles, remove_empty
from scaffold.adapters.ssh.program import ProgramTransport
from scaffold.adapters.ssh.transport import Transport
from scaffold.adapters.tunnel import records
from scaffold.commands.host.known import is_reachable
from scaffold.container.engine_json import Raw
from scaffold.container.owner import owner_of
from scaffold.errors import InputError, ScaffoldError, TargetError
from scaffold.host import alias as texts
from scaffold.host import key_scripts, remote_steps
from scaffold.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What would be removed; `key` and `known_host` only if the user asks for them.

    `running` are the containers and tunnels that go on without the alias, None if unknown.
    """

    name: str
    context: bool
    alias: bool
    key: dict[str, Any] | None
    known_host: dict[str, Any] | None
    current: str
    modes: tuple[tuple[str, str], ...] = ()
    running: tuple[str, ...] | None = ()
    config: Path | None = None

    def lines(self) -> list[str]:
        """Each part in words."""
        found = [f"the Docker context {self.name}"] if self.context else []
        found += [f"the ssh alias {self.name}"] if self.alias else []
        found += [f"your key on the host, {self.key['path']}"] if self.key else []
        found += [f"on the host, the mode of ~{path}: {mode} again" for path, mode in self.modes]
        found += [f"the host's key in {self.known_host['path']}"] if self.known_host else []
        return found


def plan_removal(name: str, *, key: bool, known_host: bool, config: Path | None = None) -> Removal:
    """What can be removed. Raises InputError for a host that was not set up here."""
    files = AliasFiles(config)
    context = contexts.context(name)
    alias = name in files.names()
    undo = texts.undo_of(files.text(), name)
    if not alias and not (context and context.is_ours):
        hint = "scaffold host list shows the hosts"
        raise InputError(f"{name} was not set up from this machine", hint=hint)
    installed, trusted = undo.get("key"), undo.get("known_hosts")
    return Removal(
        name=name,
        context=bool(context and context.endpoint == f"ssh://{name}"),
        alias=alias,
        key=installed if key and isinstance(installed, dict) else None,
        known_host=trusted if known_host and isinstance(trusted, dict) else None,
        current=contexts.current(),
        modes=_modes(undo.get("modes")) if key else (),
        running=_running(name, config),
        config=config,
    )


def _running(name: str, config: Path | None) -> tuple[str, ...] | None:
    """Tunnels of this machine and containers of the host; None if the host does not tell."""
    tunnels = [one for one in records.running_tunnels() if one.host == name]
    found = [f"tunnel to {one.container} (pid {one.pid})" for one in tunnels]
    if not is_reachable(name, config):
        return tuple(found) or None
    try:
        with docker_engine(name, config) as engine:
            rows = [row for row in engine.containers() if row.get("State") == "running"]
    except ScaffoldError:
        return tuple(found) or None
    return (*found, *(_container_line(row) for row in rows))


def _container_line(row: Raw) -> str:
    names = [str(one).lstrip("/") for one in row.get("Names") or ()]
    status, owner = str(row.get("Status") or "running"), owner_of(row)
    whose = f" of {owner}" if owner else ""
    name = ", ".join(names) or row.get("Id", "")
    return f"container {name}{whose} ({row.get('Image')}, {status})"


def _modes(noted: object) -> tuple[tuple[str, str], ...]:
    """The modes from before, as `host setup` recorded them."""
    pairs = noted if isinstance(noted, list) else []
    return tuple((str(one[0]), str(one[1])) for one in pairs if len(one) == 2)


def remove_host(removal: Removal) -> None:
    """Remove everything: first what needs the connection, last the record.

    Raises TargetError if the host has to be reached and cannot.
    """
    files, remote = AliasFiles(removal.config), ProgramTransport(removal.name, removal.config)
    made = {Path(path) for path in texts.made_of(files.text())}
    if removal.key:
        _remove_key(files, remote, removal)
    remote.end_sharing()
    if removal.context:
        if removal.current == removal.name:
            contexts.use("default")
        contexts.remove(removal.name)
    facts_cache.forget(removal.name)
    if removal.known_host:
        with home_locked():
            for line in removal.known_host["added"]:
                _remove_line(Path(removal.known_host["path"]), line)
    if removal.alias:
        files.remove(removal.name)
    if not files.names():
        remove_empty(made)


def _remove_key(files: AliasFiles, remote: Transport, removal: Removal) -> None:
    """Remove the key on the host, and here if setup made it and no other host may need it."""
    from scaffold.adapters.ssh.key_pair import forget_key

    key = removal.key or {}
    _remove_on_host(remote, key, removal.modes)
    if not key.get("made"):
        return
    others = [name for name in files.names() if name != removal.name]
    if others:
        _hand_over(files, key, others[0])
    else:
        forget_key(Path(key["path"]))


def _remove_on_host(
    remote: Transport, key: dict[str, Any], modes: tuple[tuple[str, str], ...]
) -> None:
    if key.get("line"):
        ours = (bool(key.get("file")), bool(key.get("folder")))
        script = key_scripts.remove_script(key["line"], our_file=ours[0], our_folder=ours[1])
        _run_on_host(remote, script)
    if modes:
        _run_on_host(remote, key_scripts.reopen_script(modes))


def _hand_over(files: AliasFiles, key: dict[str, Any], other: str) -> None:
    """Record a key that we made with another host; it is deleted with the last one."""
    with home_locked():
        undo = texts.undo_of(files.text(), other)
        noted = undo.get("key")
        present = noted if isinstance(noted, dict) else {}
        if not present or present.get("path") == key["path"]:
            made = {"path": key["path"], **present, "made": True}
            files.note(other, undo | {"key": made}, ())


def remove_remote_key(files: AliasFiles, remote: Transport) -> None:
    """Remove the installed key on the host; the local half and its record stay."""
    undo = texts.undo_of(files.text(), remote.name)
    noted = undo.get("key")
    key = noted if isinstance(noted, dict) else {}
    _remove_on_host(remote, key, _modes(undo.get("modes")))
    with home_locked():
        left = {name: value for name, value in undo.items() if name != "modes"}
        left["key"] = {"path": key.get("path", ""), "made": bool(key.get("made"))}
        files.note(remote.name, left, ())


def _run_on_host(remote: Transport, script: bytes) -> None:
    done = remote.run(remote_steps.wrapped(script.decode()))
    if done.code:
        raise TargetError(
            f"the key on {remote.name} cannot be removed: {done.last_words}",
            hint="remove the rest without --key",
        )


def _remove_line(path: Path, added: str) -> None:
    """Remove what was appended; the text after it still starts on a new line."""
    content = (read_file(path) or b"").decode("utf-8", "surrogateescape")
    before, found, after = content.partition(added)
    if not found:
        return
    glue = "\n" if before and after and not before.endswith("\n") else ""
    left = f"{before}{glue}{after}".encode("utf-8", "surrogateescape")
    write_files([NewFile(path=path, content=left, mode=0o600)])
