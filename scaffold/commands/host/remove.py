"""`scaffold host remove` and `host list`: what was set up, and taking it away again."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffold.adapters.docker import contexts
from scaffold.adapters.local.files import NewFile, read_file, write_files
from scaffold.adapters.local.home_lock import home_locked
from scaffold.adapters.probe import facts_cache
from scaffold.adapters.ssh import program
from scaffold.adapters.ssh.alias_files import AliasFiles, remove_empty
from scaffold.adapters.ssh.key_pair import forget_key
from scaffold.commands.side_by_side import side_by_side
from scaffold.errors import InputError, ScaffoldError, TargetError
from scaffold.host import alias as texts
from scaffold.host import key_scripts, remote_steps
from scaffold.parsing.host import read_host


@dataclass(frozen=True, slots=True)
class Known:
    """A host by its alias or context; `seen_s` is the age of its facts in seconds."""

    name: str
    endpoint: str = ""
    is_ours: bool = False
    is_current: bool = False
    reachable: bool | None = None
    gpus: tuple[str, ...] | None = None
    driver: str | None = None
    seen_s: float | None = None


def known_hosts(*, reach: bool = True) -> list[Known]:
    """Hosts of ours, and those of the user's ssh contexts; reached side by side."""
    stored = {one.name: one for one in contexts.contexts() if "ssh://" in one.endpoint}
    ours = AliasFiles().names()
    names = sorted({*stored, *ours})
    reached = side_by_side(lambda name, _here: _reachable(name), names) if reach else []
    answers = dict(zip(names, reached, strict=True)) if reach else {}
    return [_known(name, stored.get(name), name in ours, answers.get(name)) for name in names]


def _reachable(name: str) -> bool:
    context = contexts.context(name)
    # ssh(1) reads the address of a context as it stands, with user and port.
    address = context.endpoint if context else name
    try:
        return program.run_by_name(address, "true", seconds=20).code == 0
    except ScaffoldError:
        return False


def _known(
    name: str, stored: contexts.Context | None, is_ours: bool, reachable: bool | None
) -> Known:
    recording = facts_cache.remembered(name)
    facts = read_host(recording) if recording else None
    return Known(
        name,
        stored.endpoint if stored else "",
        is_ours,
        contexts.current() == name,
        reachable,
        tuple(gpu.name for gpu in facts.gpus) if facts and facts.gpus is not None else None,
        facts.driver_version if facts else None,
        time.time() - recording.clock if recording and recording.clock else None,
    )


@dataclass(frozen=True, slots=True)
class Removal:
    """What would go; `key` and `known_host` only where they are asked for."""

    name: str
    context: bool
    alias: bool
    key: dict[str, Any] | None
    known_host: dict[str, Any] | None
    current: str
    modes: tuple[tuple[str, str], ...] = ()

    def lines(self) -> list[str]:
        """Each part in words."""
        found = [f"the Docker context {self.name}"] if self.context else []
        found += [f"the ssh alias {self.name}"] if self.alias else []
        found += [f"your key on the host, {self.key['path']}"] if self.key else []
        found += [f"the narrower mode of ~{path} there: {mode} again" for path, mode in self.modes]
        found += [f"the host's key in {self.known_host['path']}"] if self.known_host else []
        return found


def plan_removal(name: str, *, key: bool, known_host: bool) -> Removal:
    """What can be taken away. Raises InputError for a host that was not set up here."""
    files = AliasFiles()
    context = contexts.context(name)
    alias = name in files.names()
    undo = texts.undo_of(files.text(), name)
    if not alias and not (context and context.is_ours):
        raise InputError(f"{name} was not set up here", hint="scaffold host list shows what was")
    installed, trusted = undo.get("key"), undo.get("known_hosts")
    return Removal(
        name,
        bool(context and context.endpoint == f"ssh://{name}"),
        alias,
        installed if key and isinstance(installed, dict) else None,
        trusted if known_host and isinstance(trusted, dict) else None,
        contexts.current(),
        _modes(undo.get("modes")) if key else (),
    )


def _modes(noted: object) -> tuple[tuple[str, str], ...]:
    """What others could write to before, as `host setup` noted it."""
    pairs = noted if isinstance(noted, list) else []
    return tuple((str(one[0]), str(one[1])) for one in pairs if len(one) == 2)


def remove_host(removal: Removal) -> None:
    """Take it away: first what needs the connection, last what says how it was.

    Raises TargetError where the host has to be reached and cannot.
    """
    files = AliasFiles()
    made = {Path(path) for path in texts.made_of(files.text())}
    if removal.key:
        _remove_key(files, removal, removal.key)
    program.end_sharing(removal.name)
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


def _remove_key(files: AliasFiles, removal: Removal, key: dict[str, Any]) -> None:
    """On the host, and here where setup made it and no other host of ours may need it."""
    if key.get("line"):
        ours = (bool(key.get("file")), bool(key.get("folder")))
        script = key_scripts.remove_script(key["line"], our_file=ours[0], our_folder=ours[1])
        _run_there(removal.name, script)
    if removal.modes:
        _run_there(removal.name, key_scripts.reopen_script(removal.modes))
    if not key.get("made"):
        return
    others = [name for name in files.names() if name != removal.name]
    if not others:
        forget_key(Path(key["path"]))
        return
    # It goes with the last of them.
    with home_locked():
        undo = texts.undo_of(files.text(), others[0])
        noted = undo.get("key")
        present = noted if isinstance(noted, dict) else {}
        if not present or present.get("path") == key["path"]:
            files.note(
                others[0], undo | {"key": {"path": key["path"], **present, "made": True}}, ()
            )


def _run_there(name: str, script: bytes) -> None:
    done = program.run_by_name(name, remote_steps.wrapped(script.decode()))
    if done.code:
        raise TargetError(
            f"the key on {name} cannot be removed: {done.last_words}",
            hint="leave out --key to remove the rest",
        )


def _remove_line(path: Path, added: str) -> None:
    """Cut out what was appended; a line after it still begins on a line of its own."""
    content = (read_file(path) or b"").decode("utf-8", "surrogateescape")
    before, found, after = content.partition(added)
    if not found:
        return
    glue = "\n" if before and after and not before.endswith("\n") else ""
    left = f"{before}{glue}{after}".encode("utf-8", "surrogateescape")
    write_files([NewFile(path, left, 0o600)])
