"""The account that acts on an engine's host."""

import os
import pwd
from pathlib import Path

from scaffold.adapters.docker.address import engine_settings
from scaffold.adapters.ssh.config import resolve_target
from scaffold.errors import InputError


def account_on(host: str | None, ssh_config: Path | None = None) -> str:
    """The login that acts on a host, or on the engine that the docker CLI uses by default."""
    address = host or default_address()
    if address:
        return resolve_target(address, ssh_config).user
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def default_address() -> str:
    """The address of the default engine if it is reached over SSH."""
    try:
        address = str(engine_settings().get("base_url") or "")
    except InputError:
        return ""
    return address if address.startswith("ssh://") else ""
