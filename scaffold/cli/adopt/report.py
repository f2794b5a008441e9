"""The output of `scaffold container adopt`."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from scaffold.cli import report
from scaffold.errors import InputError
from scaffold.units import and_more, size_text

if TYPE_CHECKING:
    from scaffold.adopt.adoption import Adoption
    from scaffold.adopt.comparing import RebuildComparison, RebuildDifference
    from scaffold.adopt.file_tree import FileEntry
    from scaffold.commands.init.files import FileChange

SHOWN = 12
"""Maximum number of printed lines of a list; the rest is counted."""

MARKS = {"new": "+", "changed": "~", "same": "=", "kept": "!"}


def print_adoption(adoption: "Adoption") -> None:
    """Print the base image and everything that was added to it."""
    report.heading(f"{report.printable(adoption.origin)}")
    _say("base image", [f"{adoption.base.reference}  ({adoption.base.because})"])
    _say("apt packages", adoption.apt.manual)
    _say(
        "apt dependencies",
        [f"{len(adoption.apt.automatic)} packages"] * bool(adoption.apt.automatic),
    )
    _say("apt packages removed", adoption.apt.removed)
    for one in adoption.sites:
        _say(f"pip packages in {one.site.path}", [dist.requirement for dist in one.install])
        _say(f"pip packages removed from {one.site.path}", one.uninstall)
    for environment in adoption.conda:
        _say(f"conda packages in {environment.prefix}", [one.spec for one in environment.packages])
    _say("npm packages", [package.spec for package in adoption.npm])
    _say("users and groups", [f"{account.file}: {account.name}" for account in adoption.accounts])
    files = sorted(adoption.overlay.entries, key=lambda entry: -entry.size)
    _say(f"files, {size_text(adoption.overlay.size)}", [_entry(entry) for entry in files])
    _say("deleted", adoption.overlay.deleted)
    _say(
        "suspected secrets, not copied (--include-secret PATH copies one)",
        adoption.overlay.secret,
        "red",
    )
    left = [f"{count} {reason}" for reason, count in sorted(adoption.sorted.explained.items())]
    _say("files not copied", left, "dim")
    for note in adoption.notes:
        report.hanging("  note: ", note, "yellow")


def _entry(entry: "FileEntry") -> str:
    size = size_text(entry.size) if entry.kind == "file" else entry.kind
    return f"{size:>10}  {entry.mode:04o} {entry.owner}  {entry.path}"


def _say(title: str, lines: Iterable[str], style: str = "") -> None:
    found = list(lines)
    if not found:
        return
    report.console().print(f"  {report.printable(title)}", style=style or "cyan")
    for line in found[:SHOWN]:
        report.console().print(f"      {report.printable(line)}", style=style)
    if len(found) > SHOWN:
        report.console().print(f"      …{and_more(len(found) - SHOWN)}", style="dim")


def print_files(changes: "Sequence[FileChange]", *, dry_run: bool) -> None:
    """Print the files with their sizes, without copied ones, which were listed before."""
    report.heading("Files (nothing written: --dry-run)" if dry_run else "Files")
    shown = [change for change in changes if "/rootfs/" not in change.path]
    for change in shown:
        mark, size = MARKS[change.status], size_text(len(change.after))
        report.console().print(f"  {mark} {change.status:<8}{size:>10}  {change.path}")
    below = [change for change in changes if "/rootfs/" in change.path]
    if below:
        size = size_text(sum(len(change.after) for change in below))
        report.console().print(f"  {len(below)} files in .devcontainer/rootfs/, {size}")
    if any(change.status == "kept" for change in changes):
        text = "  Your files were kept; --overwrite replaces them (a backup is kept)."
        report.console().print(text, style="yellow")


def too_big(adoption: "Adoption", limit: int, *, may_ask: bool) -> None:
    """Prompt for files above the limit. Raises InputError without consent."""
    from scaffold.cli.terminal import terminal_present

    size = size_text(adoption.overlay.size)
    biggest = sorted(adoption.overlay.entries, key=lambda entry: -entry.size)[:SHOWN]
    _say(f"largest of {size} of files", [_entry(entry) for entry in biggest])
    if may_ask and terminal_present():
        from scaffold.cli.terminal import ask

        if ask(f"Copy {size} into the project?"):
            return
    raise InputError(
        f"{size} of files would be copied into the project (limit {size_text(limit)})",
        hint="skip data with --exclude /PATH, or raise the limit: --max-overlay 4g",
    )


def print_comparison(found: "RebuildComparison") -> None:
    """Print the number of equal items, and every difference with its reason."""
    from scaffold.adopt.comparing import summary

    report.heading("Rebuilt image compared with the original")
    mark, colour = ("✗", "red") if found.real else ("✓", "green")
    report.console().print(f"  {mark} {summary(found)}", style=colour)
    _say("differences with a known reason", [_difference(one) for one in found.explained], "dim")
    _say("differences", [_difference(one) for one in found.real], "red")
    if any(one.what == "file" for one in found.real):
        report.console().print("  --include /PATH copies a file unchanged.", style="yellow")


def _difference(one: "RebuildDifference") -> str:
    words = f"{one.what} {one.name}: {one.original}, now {one.rebuilt}"
    return f"{words} ({one.reason})" if one.reason else words


def document(
    adoption: "Adoption",
    changes: "Sequence[FileChange]",
    comparison: "RebuildComparison | None",
    *,
    written: bool,
) -> dict[str, object]:
    """The JSON document."""
    overlay = adoption.overlay
    return {
        "from": adoption.origin,
        "base": asdict(adoption.base),
        "apt": asdict(adoption.apt),
        "pip": [
            {
                "folder": one.site.path,
                "python": one.site.python,
                "owner": one.owner or "0:0",
                "packages": [dist.requirement for dist in one.install],
                "removed": one.uninstall,
            }
            for one in adoption.sites
        ],
        "conda": [
            {"prefix": one.prefix, "packages": [package.spec for package in one.packages]}
            for one in adoption.conda
        ],
        "npm": [package.spec for package in adoption.npm],
        "logins": [asdict(account) for account in adoption.accounts],
        "overlay": {
            "bytes": overlay.size,
            "entries": [asdict(entry) for entry in overlay.entries],
            "deleted": overlay.deleted,
            "secret": overlay.secret,
            "odd": overlay.odd,
        },
        "explained": adoption.sorted.explained,
        "offered": adoption.offered,
        "secrets": [
            *(*adoption.settings.secrets, *adoption.settings.omitted, *overlay.secret),
        ],
        "notes": adoption.notes,
        "files": [
            {"path": one.path, "status": one.status, "bytes": len(one.after)} for one in changes
        ],
        "written": written,
        "comparison": comparison
        and {
            "equal": comparison.equal,
            "explained": [asdict(one) for one in comparison.explained],
            "different": [asdict(one) for one in comparison.real],
        },
    }
