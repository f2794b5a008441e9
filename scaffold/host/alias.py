"""An alias as ssh_config(5) writes it, and our file with all aliases."""

import json
import re
from collections.abc import Mapping
from typing import TypeVar

from scaffold.errors import InputError
from scaffold.parsing.untrusted.documents import read_json
from scaffold.records import dataclass

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{1,62}")
"""Safe for ssh, for shells, and for Docker, whose context names have two characters or more."""

SHARED = "~/.ssh/scaffold-"
"""Where the socket of a shared connection is, before the hash of its host."""

FILE = "gpu-scaffold.conf"
"""The name of our file, in the folder of the user's config."""

HEAD = "# Written by `scaffold host setup`; `scaffold host remove NAME` takes a host out again.\n"
MADE = "# made: "
UNDO = "  # undo: "

Undo = Mapping[str, object]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """The ssh settings of a host; files are absolute paths, `share` shares one connection."""

    name: str
    hostname: str
    user: str
    port: int
    identity_files: tuple[str, ...] = ()
    known_hosts: tuple[str, ...] = ()
    host_key_alias: str | None = None
    proxy_jump: str | None = None
    proxy_command: str | None = None
    share: bool = True

    def lines(self) -> list[str]:
        """The settings of its Host block.

        The two that share a connection save Docker and VS Code a login for every request.
        """
        found = [
            f"HostName {_escaped(self.hostname)}",
            f"User {self.user}",
            f"Port {self.port}",
            *(f'IdentityFile "{_escaped(path)}"' for path in self.identity_files),
        ]
        if self.known_hosts:
            paths = " ".join(f'"{_escaped(path)}"' for path in self.known_hosts)
            found.append(f"UserKnownHostsFile {paths}")
        found += [f"HostKeyAlias {self.host_key_alias}"] if self.host_key_alias else []
        found += [f"ProxyJump {self.proxy_jump}"] if self.proxy_jump else []
        found += [f"ProxyCommand {_escaped(self.proxy_command)}"] if self.proxy_command else []
        found += ["ServerAliveInterval 30", "ServerAliveCountMax 4"]
        if self.share:
            found += ["ControlMaster auto", f"ControlPath {SHARED}%C", "ControlPersist 10m"]
        return found

    def block(self, undo: Undo) -> str:
        """The part of our file for this host, with what `host remove` has to know."""
        for line in self.lines():
            if not line.isprintable():
                raise InputError(f"an ssh config cannot hold this line: {line!r}")
        body = "".join(f"  {line}\n" for line in self.lines())
        return f"{_begin(self.name)}Host {self.name}\n{body}{_note(undo)}{_end(self.name)}"


def require_name(name: str) -> str:
    """The name, if it can be an alias and a Docker context. Raises InputError."""
    if not NAME.fullmatch(name) or name in {"default", "local"}:
        raise InputError(
            f"{name!r} cannot be the host's name",
            hint="two or more letters, digits, dots, dashes and underscores: --name gpu01",
        )
    return name


def with_block(text: str, name: str, block: str, made: tuple[str, ...] = ()) -> str:
    """Our file with a host added, or replaced in its place."""
    if not text:
        text = HEAD + (f"{MADE}{json.dumps(made)}\n" if made else "")
    if name not in names(text):
        return f"{text}{block}"
    before, rest = text.split(_begin(name), 1)
    return f"{before}{block}{rest.split(_end(name), 1)[1]}"


def with_note(text: str, name: str, undo: Undo, made: tuple[str, ...] = ()) -> str:
    """Our file with what `host remove` has to know, written before the change itself."""
    if name not in names(text):
        return with_block(text, name, f"{_begin(name)}{_note(undo)}{_end(name)}", made)
    before, rest = text.split(_begin(name), 1)
    block, after = rest.split(_end(name), 1)
    lines = [line for line in block.splitlines(keepends=True) if not line.startswith(UNDO)]
    return f"{before}{_begin(name)}{''.join(lines)}{_note(undo)}{_end(name)}{after}"


def without_block(text: str, name: str) -> str:
    """Our file without a host; empty if it was the last."""
    if name not in names(text):
        return text
    before, rest = text.split(_begin(name), 1)
    left = before + rest.split(_end(name), 1)[1]
    return left if names(left) else ""


def is_defined(text: str, name: str) -> bool:
    """Whether our file tells ssh about a host, not only `host remove`."""
    block = text.partition(_begin(name))[2].partition(_end(name))[0]
    return f"\nHost {name}\n" in f"\n{block}"


def names(text: str) -> tuple[str, ...]:
    """The hosts in our file."""
    return tuple(
        name for name in re.findall(r"^# >>> (\S+)$", text, re.MULTILINE) if _end(name) in text
    )


def undo_of(text: str, name: str) -> dict[str, object]:
    """What `host remove` has to know about a host."""
    block = text.partition(_begin(name))[2].partition(_end(name))[0]
    return next((_json(line, UNDO, {}) for line in block.splitlines() if line.startswith(UNDO)), {})


def made_of(text: str) -> tuple[str, ...]:
    """Files and folders that did not exist before our file."""
    lines = [line for line in text.splitlines() if line.startswith(MADE)]
    found: list[str] = _json(lines[0], MADE, []) if lines else []
    return tuple(map(str, found))


def with_include(text: str, path: str) -> str:
    """The user's config that includes ours first; below a Host block it would belong to that."""
    line = _include(path)
    return text if text.startswith(line) else line + text


def without_include(text: str, path: str) -> str:
    """The user's config without our line."""
    return text.removeprefix(_include(path))


def _include(path: str) -> str:
    return f'Include "{path}"\n' if " " in path else f"Include {path}\n"


def _escaped(text: str) -> str:
    """A value with percent signs doubled, which start a token; a quote would end the value."""
    if '"' in text:
        raise InputError(f"an ssh config cannot hold a quote in a value: {text}")
    return text.replace("%", "%%")


def _note(undo: Undo) -> str:
    return f"{UNDO}{json.dumps(undo)}\n"


def _begin(name: str) -> str:
    return f"# >>> {name}\n"


def _end(name: str) -> str:
    return f"# <<< {name}\n"


def _json(line: str, head: str, default: T) -> T:
    try:
        found = read_json(line.removeprefix(head))
    except ValueError:
        return default
    return found if isinstance(found, type(default)) else default
