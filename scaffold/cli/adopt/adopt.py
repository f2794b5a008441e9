"""`scaffold container adopt`: convert a container into `.devcontainer/`."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scaffold.cli.engine_options import engine_options
from scaffold.errors import InputError
from scaffold.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from scaffold.adapters.docker.container_files import FileStore
    from scaffold.adapters.docker.engine import DockerEngine
    from scaffold.adopt.adoption import Adoption
    from scaffold.adopt.comparing import RebuildComparison
    from scaffold.commands.adopt.adopt import AdoptOptions
    from scaffold.commands.adopt.read import AdoptSource
    from scaffold.commands.init.files import FileChange


@dataclass(frozen=True, kw_only=True, slots=True)
class AdoptFlags:
    """Flags about output, consent and the engine."""

    root: Path
    limit: int
    yes: bool
    overwrite: bool
    dry_run: bool
    as_json: bool
    verify: bool | None
    host: str | None
    ssh_config: Path | None


@click.command()
@click.argument("words", nargs=-1, metavar="NAME [PATH]")
@click.option("--image", metavar="REPO:TAG", help="Convert an image instead of a container.")
@click.option("--base", metavar="REPO:TAG", help="Base image, if it is not found automatically.")
@click.option(
    "--include", multiple=True, metavar="/PATH", help="Include a path that would be skipped."
)
@click.option(
    "--include-secret",
    multiple=True,
    metavar="NAME",
    help="Copy a suspected secret: a variable, a path, an option or 'command'.",
)
@click.option(
    "--exclude", multiple=True, metavar="/PATH", help="Skip a path and everything below it."
)
@click.option(
    "--max-overlay", default="100m", metavar="100m", help="Prompt if files exceed this size."
)
@click.option(
    "--verify/--no-verify", default=None, help="Build the image and compare it with the original."
)
@click.option("--overwrite", is_flag=True, help="Overwrite your files (a backup of each is kept).")
@click.option("--dry-run", is_flag=True, help="Print what would be written; write nothing.")
@click.option("--yes", "-y", is_flag=True, help="Do not prompt; keep your own files.")
@engine_options
@click.pass_context
def adopt(
    ctx: click.Context,
    /,
    words: tuple[str, ...],
    image: str | None,
    base: str | None,
    include: tuple[str, ...],
    include_secret: tuple[str, ...],
    exclude: tuple[str, ...],
    max_overlay: str,
    host: str | None,
    ssh_config: Path | None,
    **flags: bool,
) -> None:
    """Write a .devcontainer/ into the folder PATH that rebuilds the container NAME.

    Packages become lists, other added or changed files are copied, settings become keys of
    devcontainer.json. Nothing is run or changed in the container, which may be stopped.
    Suspected secrets are listed and not copied, wherever their values occur. --verify builds
    the image and lists differences.

    Example: scaffold container adopt trainer ./my-project --verify
    """
    from scaffold.cli.consent import progress
    from scaffold.cli.container.engine import opened_engine
    from scaffold.commands.adopt.adopt import AdoptOptions, check_options
    from scaffold.commands.adopt.read import BaseChoice, opened
    from scaffold.container.recreate.options import parse_size

    name, path = _read_words(words, image)
    how = AdoptFlags(
        root=path,
        limit=parse_size("--max-overlay", max_overlay),
        host=host,
        ssh_config=ssh_config,
        **flags,
    )
    project = "" if host else str(path.resolve())
    wanted = AdoptOptions(project, include, exclude, frozenset(include_secret))
    check_options(wanted)
    choice = BaseChoice(base, _choose_base(ask=not how.as_json), progress)
    if not path.is_dir():
        raise InputError(f"no such folder: {path}", hint=f"mkdir -p {path}")
    with (
        opened_engine(host, ssh_config) as engine,
        opened(engine, name, choice, image=image is not None) as source,
    ):
        ctx.exit(_run(engine, source, wanted, how))


def _read_words(words: tuple[str, ...], image: str | None) -> tuple[str, Path]:
    """The name of the container or image, and the project folder."""
    names, most = ([image], 1) if image else (list(words[:1]), 2)
    if not names or len(words) > most:
        raise InputError(
            "give one container and at most one folder",
            hint="scaffold container adopt NAME [PATH], or adopt --image REPO:TAG [PATH]",
        )
    rest = words if image else words[1:]
    return str(names[0]), Path(rest[0]) if rest else Path()


def _run(
    engine: "DockerEngine", source: "AdoptSource", wanted: "AdoptOptions", how: AdoptFlags
) -> int:
    from scaffold.cli.adopt.report import document, print_adoption, print_files
    from scaffold.cli.report import print_json
    from scaffold.commands.adopt.write import plan_files, write

    with _taken_apart(engine, source, wanted, how) as (adoption, store):
        if not how.as_json:
            print_adoption(adoption)
        changes = _settle(plan_files(adoption, store, how.root), how)
        if not how.as_json:
            print_files(changes, dry_run=how.dry_run)
        agreed = not how.dry_run and _agreed(how, changes)
        backups = write(how.root, changes) if agreed else []
        for backup in backups:
            click.echo(f"backup of your file: {backup}", err=how.as_json)
        comparison = _measured(engine, source, adoption, how) if agreed else None
        if how.as_json:
            print_json(document(adoption, changes, comparison, written=agreed))
    return 1 if comparison and comparison.real else 0


def _choose_base(*, ask: bool) -> "Callable[[Sequence[str]], str]":
    """A prompt for the base image; no answer without a terminal."""
    from scaffold.cli.asking import ask_word
    from scaffold.cli.terminal import say, terminal_present

    def choose(images: "Sequence[str]") -> str:
        if not (ask and terminal_present()):
            return ""
        numbered = {str(number): image for number, image in enumerate(images, 1)}
        say("Several images may be the base of this container:", err=True)
        for number, image in numbered.items():
            say(f"  {number}. {image}", err=True)
        return numbered[ask_word("Which one?", numbered)]

    return choose


@contextmanager
def _taken_apart(
    engine: "DockerEngine", source: "AdoptSource", wanted: "AdoptOptions", how: AdoptFlags
) -> "Iterator[tuple[Adoption, FileStore]]":
    """Read the source; if the files exceed the limit and the user agrees, read it again."""
    from scaffold.adapters.docker.container_files import FileStore
    from scaffold.adapters.local.temporary import private_folder
    from scaffold.cli.adopt.report import too_big
    from scaffold.cli.consent import progress
    from scaffold.commands.adopt.adopt import adopt as take_apart

    limit = how.limit
    while True:
        with private_folder() as folder:
            store = FileStore(folder, limit)
            with progress(f"reading {source.title}"):
                adoption = take_apart(engine, source, wanted, store)
            if not store.full:
                yield adoption, store
                return
        too_big(adoption, how.limit, may_ask=not (how.yes or how.as_json or how.dry_run))
        limit = store.seen


def _settle(changes: "tuple[FileChange, ...]", how: AdoptFlags) -> "tuple[FileChange, ...]":
    """Decide for each file that the user edited whether to keep or overwrite it."""
    from dataclasses import replace

    from scaffold.cli import report
    from scaffold.cli.init.prompts import confirm_overwrite
    from scaffold.cli.terminal import terminal_present

    agreed = set()
    for change in changes:
        if change.status != "kept":
            continue
        if how.overwrite:
            agreed.add(change.path)
        elif not (how.yes or how.dry_run or how.as_json) and terminal_present():
            report.print_diff(change.path, change.before or b"", change.after)
            if confirm_overwrite(change.path):
                agreed.add(change.path)
    return tuple(
        replace(change, status="changed") if change.path in agreed else change for change in changes
    )


def _agreed(how: AdoptFlags, changes: "tuple[FileChange, ...]") -> bool:
    from scaffold.cli.consent import require_consent

    if not any(change.status in {"new", "changed"} for change in changes):
        return True
    agreed = require_consent(f"Write these files into {how.root.resolve()}?", yes=how.yes)
    if not agreed:
        click.echo("nothing was written", err=True)
    return agreed


def _measured(
    engine: "DockerEngine", source: "AdoptSource", adoption: "Adoption", how: AdoptFlags
) -> "RebuildComparison | None":
    from scaffold.cli.adopt.report import print_comparison
    from scaffold.cli.consent import progress, require_consent
    from scaffold.cli.terminal import terminal_present
    from scaffold.commands.adopt.verify import verify

    wanted = how.verify
    if wanted is None:
        question = "Build the image now and compare it with the original?"
        wanted = not how.yes and terminal_present() and require_consent(question, yes=False)
    if not wanted:
        return None
    with progress("building the image and comparing it with the original"):
        found = verify(engine, source, adoption, how.root, how.host, how.ssh_config)
    if not how.as_json:
        print_comparison(found)
    return found
