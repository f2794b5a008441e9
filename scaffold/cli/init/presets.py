"""The presets of `init` and `start`: their options, and what is printed about them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from scaffold.cli import report
from scaffold.cli.terminal import say

if TYPE_CHECKING:
    from scaffold.commands.init.preset import NewProject

LIST = "list"


def preset_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `preset` and `merge` to a command; `--preset list` prints the presets and ends."""
    merge = click.option(
        "--merge", is_flag=True, help="With --preset: also beside files of yours, which stay."
    )
    preset = click.option(
        "--preset",
        metavar="NAME",
        help="Begin with an example project; --preset list shows all.",
        callback=_listed,
        is_eager=True,
        shell_complete=lambda _ctx, _param, typed: _names(typed),
    )
    return preset(merge(command))


def _names(typed: str) -> list[str]:
    from scaffold.adapters.devcontainer.presets import load_presets

    return [name for name in (*load_presets(), LIST) if name.startswith(typed)]


def _listed(ctx: click.Context, _param: click.Parameter, name: str | None) -> str | None:
    if name != LIST or ctx.resilient_parsing:
        return name
    from scaffold.adapters.devcontainer.presets import load_presets

    rows = [(one.name, one.about) for one in load_presets().values()]
    report.columns(("preset", "what it is"), rows)
    say("\nBegin with one: scaffold start --preset NAME my-project")
    raise click.exceptions.Exit(0)


def show_preset(new: "NewProject | None") -> None:
    """Print what a preset adds to the folder, and which files of the user's stay."""
    if new is None:
        return
    report.heading(f"Preset {new.preset.name}: {new.preset.about}")
    report.pairs(
        (
            ("files", ", ".join(new.files) or "all there already"),
            ("run", f"in the container: {new.preset.run}"),
        )
    )
    if new.kept:
        say(f"  Your own files stay as they are: {', '.join(new.kept)}")
