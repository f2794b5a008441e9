"""Every command line of the ssh program, so that all of them follow the same rules.

A session of ours carries one command and its data. What the user's config adds to sessions for
people (a forwarded agent, a command or a terminal of its own, forwarded ports) is switched off.
"""

from collections.abc import Iterable
from pathlib import Path

from scaffold.adapters.ssh.destination import Destination, parse_destination

CONNECT_S = 15
"""Timeout for the TCP connection and the key exchange."""

OURS = (
    *("ForwardAgent=no", "ForwardX11=no", "ClearAllForwardings=yes"),
    *("PermitLocalCommand=no", "RemoteCommand=none"),
)
"""Options of ssh_config(5) that hold in every session; `-T` stands for RequestTTY=no."""


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
        *("-T", *words, *flags),
        *(("-l", to.user) if to.user else ()),
        *(("-p", str(to.port)) if to.port else ()),
        *("--", to.host, *command),
    ]


def over_control(control: Path, *command: str, flags: Iterable[str] = ()) -> list[str]:
    """Use a shared connection of ours by its socket; the user's config has no say in it."""
    return ["ssh", "-F", "/dev/null", "-S", str(control), "-T", *flags, "--", "host", *command]
