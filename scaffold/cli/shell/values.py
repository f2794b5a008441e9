"""What a shell may complete: hosts, containers, GPUs and frameworks."""

from collections.abc import Callable
from pathlib import Path

import click

from scaffold.errors import ScaffoldError

CODE_HOSTS = frozenset({"github.com", "gitlab.com", "bitbucket.org", "codeberg.org"})
"""Names that many have in their ssh config for git, and that are no servers for containers."""


def server_names(ssh_config: Path | None) -> list[str]:
    """Aliases of the ssh config, and Docker contexts that lead to a server."""
    from scaffold.adapters.docker.contexts import contexts
    from scaffold.adapters.ssh.names import aliases

    over_ssh = {one.name for one in contexts() if one.endpoint.startswith("ssh://")}
    return sorted({*aliases(ssh_config), *over_ssh} - CODE_HOSTS)


def hosts(ctx: click.Context) -> list[str]:
    """The servers, and `local`."""
    return sorted({*server_names(ctx.params.get("ssh_config")), "local"})


def containers(ctx: click.Context) -> list[str]:
    """Containers of this computer; no other engine is asked, since that takes seconds."""
    from scaffold.adapters.docker.engine import docker_engine
    from scaffold.commands.container.account import default_address

    if ctx.params.get("host") or default_address():
        return []
    with docker_engine() as engine:
        names = [name for row in engine.containers() for name in row.get("Names") or ()]
    return sorted({str(name).lstrip("/") for name in names})


def gpu_models(_ctx: click.Context) -> list[str]:
    """The names of the catalogue."""
    from scaffold.catalogue import load_catalogue

    return sorted({row.name for row in load_catalogue().gpus})


def frameworks(_ctx: click.Context) -> list[str]:
    """The frameworks that init knows."""
    from scaffold.project.framework_table import ROWS

    return [*(row.names[0] for row in ROWS), "none"]


Values = Callable[[click.Context], list[str]]

BY_NAME: dict[str, Values] = {
    **dict.fromkeys(("host", "hosts", "destination"), hosts),
    "container": containers,
    "gpu_model": gpu_models,
    "framework": frameworks,
}
"""Parameter to its values, whatever the command."""

BY_GROUP: dict[tuple[str, str], Values] = {
    ("container", "name"): containers,
    ("container", "words"): containers,
    ("host", "name"): hosts,
}
"""Group and parameter to the values."""


def values_of(ctx: click.Context, param: click.Parameter) -> Values | None:
    """The function that lists the values of a parameter; None leaves them to click."""
    group = ctx.parent.info_name if ctx.parent else ""
    is_argument = isinstance(param, click.Argument)
    own = BY_GROUP.get((group or "", param.name or "")) if is_argument else None
    return own or BY_NAME.get(param.name or "")


def matching(values: Values, ctx: click.Context, incomplete: str) -> list[str]:
    """The values that begin as typed, in any letter case; nothing if they cannot be read."""
    try:
        found = values(ctx)
    except (ScaffoldError, OSError, ValueError):
        return []
    # A line break would become two values in the shell.
    begun = incomplete.lower()
    return [one for one in found if one.lower().startswith(begun) and one.isprintable()]
