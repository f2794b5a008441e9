"""`scaffold sync`: upload the workspace to its target."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scaffold.cli.sync.terminal import FOLDER, INCLUDE_SECRETS, target_options

if TYPE_CHECKING:
    from scaffold.commands.sync.requests import PushResult

EDITED_HINT = (
    "scaffold pull PATH downloads what was edited on the remote; --overwrite uploads yours "
    "(a backup of the remote file is kept as .bak1)"
)
KIND_HINT = "--overwrite uploads yours (the remote one is kept as .bak1)"
HISTORY_HINT = (
    "Download and merge the commits, then sync again: {}\n--overwrite uploads your branches "
    "(the remote ones are kept there below refs/scaffold-backup)"
)
SUSPECT_HINT = (
    "--include-secrets uploads what looks like a secret; a line in .scaffoldignore keeps it here"
)
STAYS = (
    "What was uploaded stays at {}, and every file there is complete, old or new. Run the command "
    "again to go on."
)
BUSY_HINT = (
    "Finish or abort it there, then sync again; a .lock file that a crash left can be deleted"
)


@click.command()
@click.argument("path", type=FOLDER, default=Path())
@click.option("--delete", is_flag=True, help="Also delete remote files that you deleted locally.")
@click.option(
    "--overwrite", is_flag=True, help="Overwrite files edited on the server (a backup is kept)."
)
@click.option("--take-over", is_flag=True, help="Sync even if another computer owns this target.")
@INCLUDE_SECRETS
@click.option("--yes", "-y", is_flag=True, help="Delete without asking.")
@target_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    path: Path,
    delete: bool,
    overwrite: bool,
    take_over: bool,
    include_secrets: bool,
    yes: bool,
    host: str | None,
    ssh_config: Path | None,
    trust: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Upload the project PATH (default: .) to the target that `scaffold init` recorded.

    Only changes are uploaded, `.git` included; files ignored by git or `.scaffoldignore` are
    not. Nothing on the remote is deleted without --delete, and no remote edit is overwritten.
    """
    from scaffold.cli.consent import agree_to_project
    from scaffold.cli.sync.terminal import TerminalSyncUi, consent_to_secrets, tells_what_stays
    from scaffold.commands.sync.push import push
    from scaffold.commands.sync.requests import PushRequest
    from scaffold.commands.workspace.location import sync_target_of

    request = PushRequest(
        delete=delete,
        dry_run=dry_run,
        take_over=take_over,
        overwrite=overwrite,
        host=host,
        secrets=consent_to_secrets(include=include_secrets),
        ssh_config=ssh_config,
    )
    attendant = TerminalSyncUi("--delete --yes", yes)
    agree_to_project(path, "transfer", trust=trust)
    target = sync_target_of(path, host)
    with tells_what_stays(STAYS.format(target)):
        sent = push(path, target, request, attendant)
    if as_json:
        from scaffold.cli.report import print_json

        print_json(sent_json(sent, dry_run=dry_run))
    else:
        show_sent(sent, dry_run=dry_run)
    ctx.exit(1 if sent.undecided else 0)


def show_sent(sent: "PushResult", *, dry_run: bool) -> None:
    """Print what was uploaded, or would be."""
    from scaffold.cli.sync.terminal import show_paths, show_sizes, show_skipped
    from scaffold.parsing.untrusted.printable import printable
    from scaffold.units import size_text

    target = printable(str(sent.target))
    if dry_run:
        click.echo(
            f"would upload {len(sent.files)} files and folders, {size_text(sent.size)}, to {target}"
        )
        show_sizes(sent.files, sent.sizes)
        if sent.ignored:
            click.echo("ignored, so not uploaded:")
            show_sizes(sent.ignored, sent.ignored)
    elif sent.files:
        how = f"{size_text(sent.size)} in {sent.seconds:.1f} s, by {sent.method}"
        click.echo(f"uploaded {len(sent.files)} files and folders to {target} ({how})")
    else:
        click.echo(f"{target} is up to date")
    if sent.deleted:
        click.echo(f"deleted {len(sent.deleted)} remote files and folders")
    if sent.gone:
        click.echo(
            f"deleted locally, still on the remote: {len(sent.gone)} (--delete removes them)"
        )
        show_paths(sent.gone)
    if sent.clock_ahead:
        word = "ahead of" if sent.clock_ahead > 0 else "behind"
        click.echo(
            f"! the remote clock is {abs(sent.clock_ahead)} s {word} yours: make and other "
            "programs that compare times may be misled",
            err=True,
        )
    for note in sent.notes:
        click.echo(f"! {printable(note)}", err=True)
    show_skipped(sent.skipped, "\n".join(hints(sent)))


def hints(sent: "PushResult") -> list[str]:
    """What the user can do about the skipped paths, one line for each kind of reason."""
    if not sent.skipped:
        return []
    from scaffold.sync.comparing import SkipReason
    from scaffold.sync.git_folders import repository_of

    found = []
    for one in sent.skipped:
        if one.why.startswith(SkipReason.REPOSITORY):
            found.append(HISTORY_HINT.format(sent.pull_history))
        elif one.why.startswith(SkipReason.GIT_BUSY):
            found.append(BUSY_HINT)
        elif one.why.startswith(SkipReason.SUSPECT):
            found.append(SUSPECT_HINT)
        elif one.why.startswith(SkipReason.KIND) or repository_of(one.path):
            found.append(KIND_HINT)
        elif not one.why.startswith(SkipReason.UNREADABLE):
            found.append(EDITED_HINT)
    return list(dict.fromkeys(found))


def sent_json(sent: "PushResult", *, dry_run: bool) -> dict[str, object]:
    """The result of an upload as a JSON document."""
    from dataclasses import asdict

    from scaffold.cli.sync.terminal import json_path, skipped_json

    lists = {
        key: [json_path(path) for path in paths]
        for key, paths in (("files", sent.files), ("gone", sent.gone), ("deleted", sent.deleted))
    }
    rest = {"bytes": sent.size, "way": sent.method, "seconds": sent.seconds}
    return {
        "place": asdict(sent.target),
        "dry_run": dry_run,
        **lists,
        "kept": skipped_json(sent.skipped),
        **rest,
        "clock_ahead": sent.clock_ahead,
        "notes": list(sent.notes),
        "ignored": {json_path(path): size for path, size in sent.ignored.items()},
        "sizes": {json_path(path): size for path, size in sent.sizes.items()},
    }
