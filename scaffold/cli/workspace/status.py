"""`scaffold status`: every engine with its GPUs and dev containers."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scaffold.cli.engine_options import engine_options

if TYPE_CHECKING:
    from scaffold.commands.workspace.status import DevContainerStatus, EngineStatus
    from scaffold.workspace.gpu_share import GpuShare


@click.command()
@click.argument("path", type=click.Path(path_type=Path), default=Path())
@click.option("--all", "everybody", is_flag=True, help="Also list other people's containers.")
@engine_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    path: Path,
    everybody: bool,
    host: str | None,
    ssh_config: Path | None,
    as_json: bool,
) -> None:
    """List your dev containers on this computer and every host set up; those of PATH are marked.

    With --host, only those of that host (`local` is this computer). --json lists everybody's.
    """
    from scaffold.cli.report import print_json
    from scaffold.commands.workspace.location import locate
    from scaffold.commands.workspace.status import status

    found = status(locate(path, host), ssh_config, only=host is not None, root=path)
    if as_json:
        print_json({"engines": [_document(one) for one in found]})
    else:
        for one in found:
            _print(one, everybody=everybody)
    ctx.exit(int(host is not None and any(one.error for one in found)))


def _print(engine: "EngineStatus", *, everybody: bool) -> None:
    from scaffold.cli.report import console, printable

    console().print(f"\n{printable(engine.host or 'this computer')}", style="bold", end="")
    if engine.error:
        console().print(f"  {printable(engine.error)}", style="red")
        if engine.hint:
            console().print(f"    {printable(engine.hint)}", style="dim")
        return
    console().print(f"  {printable(_gpus(engine))}", style="dim")
    if not engine.containers:
        console().print("    no dev container")
    hidden = [
        one for one in engine.containers if one.yours is False and not (one.ours or everybody)
    ]
    for one in engine.containers:
        if one not in hidden:
            _print_container(one)
    if hidden:
        owners = ", ".join(sorted({one.facts.owner for one in hidden}))
        console().print(f"    {len(hidden)} more of {owners} (--all)", style="dim")


def _gpus(engine: "EngineStatus") -> str:
    if engine.use is None:
        return "GPU use unknown: nvidia-smi does not answer"
    parts = [
        f"GPU {_known(gpu.index)} {gpu.name}: {_known(gpu.busy)} % busy, "
        f"{_known(gpu.used_mib)} of {_known(gpu.total_mib)} MiB"
        for gpu in engine.use.gpus
    ]
    return "; ".join(parts) or "no GPU"


def _known(value: int | None) -> str:
    return "?" if value is None else str(value)


def _print_container(one: "DevContainerStatus") -> None:
    from scaffold.cli.container.list import COLOURS, state_text
    from scaffold.cli.report import console, printable

    mark = "*" if one.ours else " "
    console().print(f"  {mark} {printable(one.facts.name)}", end="  ")
    console().print(state_text(one.facts), style=COLOURS.get(one.facts.state, "dim"))
    lines = (
        ("owner", one.facts.owner),
        ("folder", one.folder),
        ("image", one.facts.image),
        ("GPUs", ", ".join(one.facts.gpus)),
        ("GPU use", _use(one.shares)),
        ("ports", ", ".join(map(str, one.facts.ports))),
        ("tunnel", ", ".join(_tunnels(one))),
    )
    for title, text in lines:
        if text:
            console().print(f"      {title:<8}", style="dim", end="")
            console().print(printable(text))


def _use(shares: "tuple[GpuShare, ...] | None") -> str:
    if shares is None:
        return "unknown"
    return ", ".join(
        f"{_known(one.used_mib)} MiB of GPU {_known(one.index)} "
        f"({one.processes} process{'' if one.processes == 1 else 'es'})"
        for one in shares
    )


def _tunnels(one: "DevContainerStatus") -> list[str]:
    return [f"127.0.0.1:{port.local} → {port.inside}" for it in one.tunnels for port in it.ports]


def _document(engine: "EngineStatus") -> dict[str, object]:
    """One engine as JSON; `gpus` and `gpu_use` are null if unknown."""
    containers = [
        {
            "name": one.facts.name,
            "id": one.facts.id,
            "owner": one.facts.owner or None,
            "yours": one.yours,
            "folder": one.folder or None,
            "this_workspace": one.ours,
            "state": one.facts.state,
            "since": one.facts.since.isoformat() if one.facts.since else None,
            "image": one.facts.image,
            "gpus": one.facts.gpus,
            "gpu_use": None if one.shares is None else [asdict(share) for share in one.shares],
            "ports": [str(port) for port in one.facts.ports],
            "tunnels": [asdict(port) for it in one.tunnels for port in it.ports],
        }
        for one in engine.containers
    ]
    gpus = None if engine.use is None else [asdict(gpu) for gpu in engine.use.gpus]
    return {
        "host": engine.host or None,
        "error": engine.error or None,
        "gpus": gpus,
        "containers": containers,
    }
