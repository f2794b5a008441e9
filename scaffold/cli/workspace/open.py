"""`scaffold open`: open an editor at the right address, and show the steps by hand."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scaffold.cli.engine_options import ssh_config_option
from scaffold.errors import ScaffoldError, TargetError

if TYPE_CHECKING:
    from scaffold.commands.workspace.open import EditorAddress


@click.command()
@click.argument("path", required=False)
@click.option("--host", metavar="ALIAS", help="PATH is on this host of your ssh config.")
@ssh_config_option
@click.option("--container", metavar="NAME", help="Attach to this running container.")
@click.option("--folder", "folder_only", is_flag=True, help="Open the folder without a container.")
@click.option("--config", metavar="NAME", help="The configuration in .devcontainer/NAME.")
@click.option("--inside", metavar="PATH", help="Folder in the container.")
@click.option(
    "--editor",
    type=click.Choice(["code", "cursor", "codium"]),
    help="Use this editor (default: the first on PATH).",
)
@click.option("--print", "only_print", is_flag=True, help="Print the address only.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document only.")
def command(
    path: str | None,
    host: str | None,
    ssh_config: Path | None,
    container: str | None,
    folder_only: bool,
    config: str | None,
    inside: str | None,
    editor: str | None,
    only_print: bool,
    as_json: bool,
) -> None:
    """Open the dev container of PATH (default: .) in an editor, on this computer or on a host.

    Also prints the manual steps, since container addresses are not documented.
    """
    from scaffold.adapters.devcontainer.editor import find_editor, open_folder
    from scaffold.cli.report import print_json
    from scaffold.commands.workspace.open import OpenRequest, editor_address

    found = editor_address(
        OpenRequest(
            path=path,
            host=host,
            ssh_config=ssh_config,
            container=container,
            inside=inside,
            folder_only=folder_only,
            config=config,
        )
    )
    if as_json:
        print_json({"uri": found.uri, "steps": found.steps})
        return
    if only_print:
        click.echo(found.uri)
    _explain(found, editor or "code", print_command=not only_print)
    if only_print:
        return
    try:
        program = find_editor(editor)
    except ScaffoldError as error:
        error.hint += "; or follow the steps above"
        raise
    if program is None:
        raise TargetError(
            "no editor found: neither code, cursor nor codium is on PATH",
            hint="follow the steps above; or in the editor: Shell Command: Install 'code' command",
        )
    open_folder(program, found.uri)


def _explain(found: "EditorAddress", editor: str, *, print_command: bool) -> None:
    """On standard error, so that the address alone can be piped."""
    from scaffold.cli.report import printable

    if print_command:
        click.echo(printable(shlex.join([editor, "--folder-uri", found.uri])), err=True)
    click.echo("By hand, from the command palette (F1):", err=True)
    for number, step in enumerate(found.steps, 1):
        click.echo(f"  {number}. {printable(step)}", err=True)
