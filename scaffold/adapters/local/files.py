"""Writing files of the user's: whole or not at all, through symlinks, with a way back."""

import contextlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scaffold.errors import InputError


@dataclass(frozen=True, slots=True)
class NewFile:
    """The content that `path` shall have; `backup` asks to keep what stands there now."""

    path: Path
    content: bytes
    mode: int = 0o644
    backup: bool = False


def read_file(path: Path) -> bytes | None:
    """The content of a regular file, None where there is none.

    Raises InputError where something else stands at the path, or it may not be read.
    """
    try:
        if path.exists() and not path.is_file():
            raise InputError(
                f"{shown(path)} is not a regular file",
                hint="move it away, or choose another project folder",
            )
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except NotADirectoryError as error:
        raise InputError(
            f"{shown(path.parent)} is a file where a folder is needed",
            hint=f"move {shown(path.parent)} away and run again",
        ) from error
    except OSError as error:
        raise InputError(f"cannot read {shown(path)}: {error.strerror}") from error


def write_files(files: Iterable[NewFile]) -> list[Path]:
    """Write all files, each atomically, and return the backups that were made.

    All contents are on disk beside their targets before the first target is replaced, so
    that a full or read-only disk changes nothing. Raises InputError with the reason.
    """
    staged: list[tuple[NewFile, Path, Path]] = []
    made: list[Path] = []
    try:
        for file in files:
            target = Path(os.path.realpath(file.path))
            made += _make_folders(target.parent)
            staged.append((file, target, _stage(target, file)))
        return _replace_all(staged)
    except BaseException as error:
        _discard([temporary for _, _, temporary in staged], made)
        if isinstance(error, OSError):
            raise InputError(
                f"cannot write {shown(Path(error.filename or '.'))}: {error.strerror}",
                hint="nothing was changed; free space or mend the permissions, then run again",
            ) from error
        raise


def _make_folders(folder: Path) -> list[Path]:
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def _stage(target: Path, file: NewFile) -> Path:
    """Put the new content beside its target, flushed, with the mode that it will have."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(file.content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(target.stat().st_mode & 0o777 if target.exists() else file.mode)
    except BaseException:
        _discard([Path(name)], [])
        raise
    return Path(name)


def _replace_all(staged: list[tuple[NewFile, Path, Path]]) -> list[Path]:
    backups = [_back_up(target) for file, target, _ in staged if file.backup]
    for _, target, temporary in staged:
        temporary.replace(target)
    return backups


def _back_up(target: Path) -> Path:
    """Keep the present file under a second name, as a hard link where the disk knows them."""
    for number in range(1, 1000):
        backup = target.with_name(f"{target.name}.bak{number}")
        with contextlib.suppress(FileExistsError):
            _second_name(target, backup)
            return backup
    raise InputError(
        f"{shown(target)} has 999 backups already", hint=f"remove old {shown(target)}.bak files"
    )


def _second_name(target: Path, backup: Path) -> None:
    try:
        os.link(target, backup)
    except FileExistsError:
        raise
    except OSError:
        with backup.open("xb") as stream:
            stream.write(target.read_bytes())


def _discard(temporaries: list[Path], folders: list[Path]) -> None:
    for temporary in temporaries:
        temporary.unlink(missing_ok=True)
    for folder in folders:
        with contextlib.suppress(OSError):
            folder.rmdir()


def shown(path: Path) -> str:
    """A path as it can be printed: control characters and lone surrogates are escaped."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in str(path)
    )
