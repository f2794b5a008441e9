"""`scaffold tunnel`: print the addresses once they are ready, then events on standard error."""

import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scaffold.cli.engine_options import engine_options
from scaffold.errors import InputError

if TYPE_CHECKING:
    from scaffold.adapters.docker.engine import DockerEngine
    from scaffold.commands.workspace.standing import AgreeToOther
    from scaffold.commands.workspace.tunnel import Find, OpenPort, Tunnel
    from scaffold.workspace.forwarding import Forward
    from scaffold.workspace.identity import Identity


@click.command()
@click.argument("ports", nargs=-1, metavar="[PORT | LOCAL:PORT]...")
@click.option(
    "--path",
    type=click.Path(path_type=Path),
    default=Path(),
    help="Project of the dev container, default: the current folder.",
)
@click.option("--container", metavar="NAME", help="Any container, by name.")
@click.option("--take-over", is_flag=True, help="Connect to another person's container too.")
@click.option("--token", is_flag=True, help="Print Jupyter's token even when output is piped.")
@engine_options
def command(
    ports: tuple[str, ...],
    path: Path,
    container: str | None,
    take_over: bool,
    token: bool,
    host: str | None,
    ssh_config: Path | None,
    as_json: bool,
) -> None:
    """Forward ports of the running dev container to 127.0.0.1 of this computer, until Ctrl+C.

    Without PORT: those of devcontainer.json, and those that programs in the container listen
    on, also on its own 127.0.0.1. With --json, one document is printed once all is ready; the
    tunnel then stays open and reports events on standard error.
    """
    from scaffold.adapters.docker.reconnecting import engine_connection
    from scaffold.cli.consent import agree_to_other
    from scaffold.cli.terminal import terminal_present
    from scaffold.commands.workspace.location import locate
    from scaffold.commands.workspace.standing import identity_of
    from scaffold.commands.workspace.tunnel import Tunnel
    from scaffold.container.engine_json import name_of
    from scaffold.workspace.forwarding import parse_port, require_distinct

    asked = [parse_port(text) for text in ports]
    require_distinct(asked)
    location = locate(path, host)
    identity = identity_of(path, location, ssh_config)
    find = _finder(
        identity, str(location.workspace), container, agree_to_other(take_over=take_over)
    )
    show = token or (sys.stdout.isatty() and not as_json)

    def later(opened: "OpenPort") -> None:
        if not as_json:
            click.echo(f"  {_line(opened, token=show)}")

    with (
        _ended_by_signals(),
        engine_connection(location.host, ssh_config, _say, ask=terminal_present()) as way,
        closing(Tunnel(way, find, _say, later)) as tunnel,
    ):
        opened = tunnel.open(asked or _by_default(tunnel, way.engine(), path))
        # Before "ready": if Ctrl+C meets an import that makes dataclasses, Python ends as if by
        # the signal, though it was handled (CPython 3.11, exec and unhandled_keyboard_interrupt).
        from scaffold.adapters.tunnel.records import ForwardedPort, TunnelRecord, keep_record

        record = tuple(ForwardedPort(one.local, str(one.forward)) for one in opened)
        with keep_record(TunnelRecord(way.host, name_of(tunnel.inspect), record)):
            _print(tunnel, opened, way.host, as_json=as_json, token=show)
            tunnel.run()


def _finder(
    identity: "Identity", workspace: str, container: str | None, agree: "AgreeToOther | None"
) -> "Find":
    """Finds the container, again after a lost connection too; only the first time may ask."""
    from scaffold.commands.workspace.standing import not_agreed, require_own
    from scaffold.commands.workspace.verify import find_container, named_container

    agreed: set[str] = set()
    found: list[str] = []

    def again(text: str) -> None:
        if text.partition(" (")[0] not in agreed:
            raise not_agreed(text)

    def first(text: str) -> None:
        if agree is None:
            raise not_agreed(text)
        agree(text)
        agreed.add(text.partition(" (")[0])

    def find(engine: "DockerEngine") -> Mapping[str, Any]:
        asking = again if found else first
        if container is None:
            inspect = find_container(engine, identity, workspace, asking)
        else:
            inspect = named_container(engine, container)
            require_own(inspect, identity, asking)
        found.append(str(inspect["Id"]))
        return inspect

    return find


def _by_default(tunnel: "Tunnel", engine: "DockerEngine", root: Path) -> "tuple[Forward, ...]":
    from scaffold.commands.workspace.verify import config_for
    from scaffold.workspace.forwarding import default_forwards

    config = config_for(engine, tunnel.inspect, root)
    found = default_forwards(tunnel.inspect, config, tunnel.probe.listening)
    if not found:
        raise InputError(
            "no port to forward: devcontainer.json names none, and no program listens",
            hint="name one: scaffold tunnel 8888",
        )
    return found


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Ctrl+C, SIGTERM and SIGHUP all end the block in order; a second one waits."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.default_int_handler) for number in numbers}
    try:
        yield
    except KeyboardInterrupt:
        _say("the tunnel is closed")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(text: str) -> None:
    from scaffold.cli.report import printable

    click.echo(printable(text), err=True)


def _print(
    tunnel: "Tunnel", opened: "list[OpenPort]", host: str, *, as_json: bool, token: bool
) -> None:
    from scaffold.cli.report import print_json, printable
    from scaffold.commands.workspace.tunnel import title

    if as_json:
        print_json(document(tunnel.inspect, opened, host, token=token))
    else:
        click.echo(printable(title(tunnel.inspect, host)))
        for one in opened:
            click.echo(f"  {printable(_line(one, token=token))}")
        click.echo("ready; press Ctrl+C to end")
    # A reader of a pipe needs it at once, too.
    sys.stdout.flush()


def document(
    inspect: Mapping[str, Any], opened: "list[OpenPort]", host: str, *, token: bool
) -> dict[str, object]:
    """The JSON document; `jupyter` is an address, with the token on request."""
    from scaffold.container.engine_json import name_of

    ports = [
        {
            "local": one.local,
            "wanted": one.forward.local,
            "port": one.forward.port,
            "in": one.forward.host or None,
            "jupyter": one.server.url(one.local, token=token) if one.server else None,
        }
        for one in opened
    ]
    return {"container": name_of(inspect), "host": host or None, "ports": ports}


def _line(one: "OpenPort", *, token: bool) -> str:
    taken = "" if one.local == one.forward.local else f"  ({one.forward.local} is in use)"
    if one.server is None:
        return f"127.0.0.1:{one.local} → {one.forward}{taken}"
    hidden = "" if token or not one.server.token else "  (--token shows the token)"
    return f"{one.server.url(one.local, token=token)} → Jupyter, {one.forward}{taken}{hidden}"
