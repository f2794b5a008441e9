"""Every command line of the ssh program, so that all of them follow the same rules.

A session of ours carries one command and its data. What the user's config adds to sessions for
people (a forwarded agent, a command or a terminal of its own, forwarded ports) is switched off.
"""

import os
import re
import shlex
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from scaffold.adapters.local.temporary import private_folder
from scaffold.errors import InputError
from scaffold.records import dataclass

CONNECT_S = 15
"""Timeout for the TCP connection and the key exchange."""

OURS = (
    *("ForwardAgent=no", "ForwardX11=no", "ClearAllForwardings=yes"),
    *("PermitLocalCommand=no", "RemoteCommand=none"),
)
"""Options of ssh_config(5) that hold in every session; `-T` stands for RequestTTY=no, `-k` for
GSSAPIDelegateCredentials=no, which not every ssh knows by its name."""


_DESTINATION = re.compile(
    r"(?:ssh://)?(?:(?P<user>[^@\s]+)@)?"
    r"(?:\[(?P<v6>[0-9A-Fa-f:.%\w]+)\]|(?P<bare6>[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.%\w]*)"
    r"|(?P<name>[^\s:@\[\]/]+))(?::(?P<port>[0-9]{1,5}))?/?"
)


@dataclass(frozen=True, slots=True)
class Destination:
    """What the user typed, taken apart."""

    host: str
    user: str | None = None
    port: int | None = None


def parse_destination(text: str) -> Destination:
    """Read `alias`, `user@host:port`, `[::1]:2222` or `::1`; InputError for anything else."""
    match = _DESTINATION.fullmatch(text)
    host = match and (match["v6"] or match["bare6"] or match["name"])
    port = int(match["port"]) if match and match["port"] else None
    if not match or not host or host.startswith("-") or not (port is None or 0 < port < 65536):
        raise InputError(
            f"not a host: {text!r}",
            hint="an alias of your ssh config, user@host, user@host:port, [::1]:2222 or local",
        )
    if (match["user"] or "").startswith("-"):
        raise InputError(f"not a user name: {match['user']!r}")
    return Destination(host, match["user"], port)


def program(config: Path | None) -> list[str]:
    """The ssh program, with a config file other than the user's where one is given."""
    return ["ssh", *(("-F", str(config)) if config else ())]


def ssh_argv(
    host: str | Destination,
    *command: str,
    config: Path | None = None,
    ask: bool = False,
    options: Iterable[str] = (),
    flags: Iterable[str] = (),
) -> list[str]:
    """Run a command on a host, or with `flags` what ssh(1) does without one.

    `ask` lets ssh ask at the terminal for secrets; otherwise it fails instead of waiting.
    Raises InputError for a text that is no host.
    """
    to = parse_destination(host) if isinstance(host, str) else host
    batch = () if ask else ("BatchMode=yes",)
    words = [word for option in (*OURS, *batch, *options) for word in ("-o", option)]
    return [
        *program(config),
        *("-T", "-k", *words, *flags),
        *(("-l", to.user) if to.user else ()),
        *(("-p", str(to.port)) if to.port else ()),
        *("--", to.host, *command),
    ]


def over_control(control: Path, *command: str, flags: Iterable[str] = ()) -> list[str]:
    """Use a shared connection of ours by its socket; the user's config has no say in it."""
    return ["ssh", "-F", "/dev/null", "-S", str(control), "-T", *flags, "--", "host", *command]


@contextmanager
def ssh_with(config: Path | None, environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The environment in which `ssh` reads `config`; unchanged without one.

    For Docker's CLI, which starts `ssh` itself and takes no config file for it.
    """
    found = dict(environment)
    path = found.get("PATH", os.defpath)
    real = shutil.which("ssh", path=path)
    if config is None or real is None:
        yield found
        return
    options = [word for option in OURS for word in ("-o", option)]
    words = shlex.join([real, *program(config.resolve())[1:], "-k", *options])
    with private_folder() as folder:
        script = folder / "ssh"
        script.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        script.chmod(0o700)
        yield found | {"PATH": f"{folder}:{path}"}
