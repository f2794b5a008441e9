"""POSIX sh that adds a public key to a host and removes it, as careful as ssh-copy-id.

The scripts go to `sh -s` on standard input; a public key has no character that sh interprets.
"""

import re

from scaffold.errors import InputError, TargetError
from scaffold.host.refusals import why_no_commands
from scaffold.records import dataclass

_PLAIN = re.compile(r"[A-Za-z0-9@._-]+ [A-Za-z0-9+/=]+( [A-Za-z0-9@._-]*)?")
_MODE = re.compile(r"[0-7]{3,4}")

# A copy is changed and then renamed: after a full disk or a cut the old file is still whole.
_BEGIN = """\
umask 077
fail() { rm -f "$new"; echo "scaffold-failed $1"; exit 1; }
folder=$HOME/.ssh
file=$folder/authorized_keys
[ -L "$file" ] && file=$(readlink -f "$file")
new=$file.scaffold-new
"""
_END = """\
mv -f "$new" "$file" || fail "$file cannot be replaced"
command -v restorecon >/dev/null && restorecon -F "$folder" "$file" 2>/dev/null
"""
# sshd reads no keys where others may write to home, the folder or the file (StrictModes).
_LOOK = """\
[ -n "$HOME" ] && [ -d "$HOME" ] || { echo "scaffold-failed there is no home folder"; exit 1; }
[ -e "$folder" ] && echo "scaffold-there folder"
[ -e "$file" ] && echo "scaffold-there file"
[ -e "$file" ] && grep -qF -- "$key" "$file" && echo "scaffold-there key"
for path in "$HOME" "$folder" "$file"; do
  case $(ls -ldL "$path" 2>/dev/null) in
    ?????w* | ????????w*) echo "scaffold-open $(stat -L -c %a "$path") ${path#"$HOME"}" ;;
  esac
done
echo "scaffold-done look"
"""
_INSTALL = """\
[ -d "$folder" ] || said=$(mkdir "$folder" 2>&1) || fail "$folder cannot be made (${said##*: })"
if [ -e "$file" ]; then
  grep -qF -- "$key" "$file" && { echo "scaffold-done present"; exit 0; }
  said=$(cp -p "$file" "$new" 2>&1) || fail "$folder cannot be written (${said##*: })"
  [ -z "$(tail -c 1 "$file")" ] || echo 2>/dev/null >>"$new" || fail "the disk is full"
else
  : 2>/dev/null >"$new" || fail "$folder cannot be written"
fi
printf '%s\\n' "$line" 2>/dev/null >>"$new" || fail "the disk is full"
"""
_REMOVE = """\
tidy() { [ "$our_folder" = no ] || rmdir "$folder" 2>/dev/null; }
[ -e "$file" ] || { tidy; echo "scaffold-done absent"; exit 0; }
cp -p "$file" "$new" 2>/dev/null || fail "$folder cannot be written"
grep -vxF -- "$line" "$file" >"$new"
[ $? -le 1 ] || fail "the disk is full"
if [ ! -s "$new" ] && [ "$only_ours" = yes ]; then
  rm -f "$new" "$file"
  tidy
  echo "scaffold-done removed"
  exit 0
fi
"""


@dataclass(frozen=True, slots=True)
class KeyFolder:
    """The state before a key is installed: whether ~/.ssh, its file and the key exist.

    `open_paths` are paths below home that others may write to, with their octal modes.
    """

    key: bool = False
    folder: bool = False
    file: bool = False
    open_paths: tuple[tuple[str, str], ...] = ()


def look_script(public_key: str) -> bytes:
    """Report the state and change nothing."""
    return f"{_key(public_key)}{_BEGIN}{_LOOK}".encode()


def install_script(public_key: str) -> bytes:
    """Add the key unless it is installed. Raises InputError if it is no plain public key."""
    return f'{_key(public_key)}{_BEGIN}{_INSTALL}{_END}echo "scaffold-done added"\n'.encode()


def remove_script(public_key: str, *, our_file: bool, our_folder: bool) -> bytes:
    """Remove the key's line, and file and folder if they are ours and empty."""
    ours = {"only_ours": our_file, "our_folder": our_folder}
    words = "".join(f"{name}={'yes' if yes else 'no'}\n" for name, yes in ours.items())
    head = f"{_key(public_key)}{words}"
    return f'{head}{_BEGIN}{_REMOVE}{_END}echo "scaffold-done removed"\n'.encode()


def close_script(paths: tuple[tuple[str, str], ...]) -> bytes:
    """Remove the write permission of others, as sshd requires."""
    names = " ".join(f'"$HOME"{path}' for path, _ in _checked(paths))
    return f"chmod go-w {names} && echo 'scaffold-done closed'\n".encode()


def reopen_script(paths: tuple[tuple[str, str], ...]) -> bytes:
    """Restore the old modes of paths that still exist."""
    lines = [f'[ ! -e "$HOME"{path} ] || chmod {mode} "$HOME"{path}' for path, mode in paths]
    return "\n".join([*lines, "echo 'scaffold-done reopened'", ""]).encode()


def read_look(output: str, errors: str = "") -> KeyFolder:
    """The state that the script reported. Raises TargetError if the login runs no commands."""
    read_reply(output, errors)
    words = [line.split() for line in output.splitlines()]
    there = {line[1] for line in words if line[:1] == ["scaffold-there"] and len(line) == 2}
    found = [line[1:] for line in words if line[:1] == ["scaffold-open"]]
    modes = tuple((line[1] if line[1:] else "", line[0]) for line in found if line)
    return KeyFolder("key" in there, "folder" in there, "file" in there, _checked(modes))


def read_reply(output: str, errors: str = "") -> None:
    """Read how the script ended. Raises TargetError if it failed."""
    for line in output.splitlines():
        word, _, rest = line.partition(" ")
        if word == "scaffold-failed":
            raise TargetError(
                f"the key cannot be installed: {rest}",
                hint="free space on the host, or ask its administrator for a writable home folder",
            )
        if word == "scaffold-done":
            return
    why, hint = why_no_commands(f"{errors}\n{output}")
    raise TargetError(f"the key cannot be installed: {why}", hint=hint)


def _checked(paths: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Only paths that the scripts name; other output of a login is ignored."""
    known = {"", "/.ssh", "/.ssh/authorized_keys"}
    return tuple((path, mode) for path, mode in paths if path in known and _MODE.fullmatch(mode))


def _key(public_key: str) -> str:
    line = " ".join(public_key.split())
    if not _PLAIN.fullmatch(line):
        raise InputError(f"not a public key in OpenSSH's format: {line[:60]!r}")
    return f"line='{line}'\nkey='{' '.join(line.split()[:2])}'\n"
