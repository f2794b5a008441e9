"""The file of the user's defaults, ~/.config/gpu-scaffold/config.toml."""

from pathlib import Path

from scaffold.adapters.local.files import NewFile, read_file, shown, write_files
from scaffold.adapters.local.paths import config_folder
from scaffold.answers.question import Value
from scaffold.answers.user_defaults import HEAD, checked_defaults, with_default
from scaffold.errors import InputError
from scaffold.parsing.untrusted.documents import BrokenDocumentError, read_toml

NAME = "config.toml"
HINT = "correct it: scaffold config edit"


def user_config_path() -> Path:
    """Where the file is, or would be."""
    return config_folder() / NAME


def user_config_text() -> str:
    """The text of the file, empty if there is none. Raises InputError if it cannot be read."""
    path = user_config_path()
    try:
        return (read_file(path) or b"").decode()
    except UnicodeDecodeError as error:
        raise InputError(f"{shown(path)} is not UTF-8 text", hint=HINT) from error


def user_defaults() -> dict[str, Value]:
    """The user's defaults by key. Raises InputError that names the first fault of the file."""
    return _parsed(user_config_text())


def _parsed(text: str) -> dict[str, Value]:
    where = shown(user_config_path())
    try:
        table = read_toml(text)
    except BrokenDocumentError as error:
        raise InputError(f"{where} is not valid TOML: {error}", hint=HINT) from error
    try:
        return checked_defaults(table, where)
    except InputError as error:
        error.hint = f"{error.hint}\n{HINT}" if error.hint else HINT
        raise


def write_default(key: str, value: Value | None) -> None:
    """Set a key, or remove it for None. Raises InputError if the file is broken or read-only."""
    before = user_config_text()
    _parsed(before)
    after = with_default(before or HEAD, key, value)
    if _parsed(after).get(key) != value:
        raise InputError(f"cannot change {key} in {shown(user_config_path())}", hint=HINT)
    write_user_config(after)


def write_user_config(text: str) -> None:
    """Write the whole file; it may be a link into the user's own settings repository."""
    path = user_config_path()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot write {shown(path.parent)}: {error.strerror}") from error
    write_files([NewFile(path=path, content=text.encode(), mode=0o600)])
