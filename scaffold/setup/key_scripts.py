"""Putting a public key on a host and taking it away, with ssh-copy-id's care, in POSIX sh.

The scripts go to `sh -s` on standard input; a public key has no character that sh reads into.
"""

import re
from dataclasses import dataclass

from scaffold.errors import InputError, TargetError

_PLAIN = re.compile(r"[A-Za-z0-9@._-]+ [A-Za-z0-9+/=]+( [A-Za-z0-9@._-]*)?")

# A copy is changed and put in its place at once: a full disk or a cut leaves the old file whole.
_BEGIN = """\
umask 077
fail() { rm -f "$new"; echo "scaffold-failed $1"; exit 1; }
made=
folder=$HOME/.ssh
file=$folder/authorized_keys
[ -L "$file" ] && file=$(readlink -f "$file")
new=$file.scaffold-new
"""
_END = """\
mv -f "$new" "$file" || fail "$file cannot be replaced"
command -v restorecon >/dev/null && restorecon -F "$folder" "$file" 2>/dev/null
"""
_INSTALL = """\
[ -n "$HOME" ] && [ -d "$HOME" ] || { echo "scaffold-failed there is no home folder"; exit 1; }
[ -d "$folder" ] || { mkdir "$folder" 2>/dev/null && made="$made folder"; }
[ -d "$folder" ] || fail "$folder cannot be made"
if [ -e "$file" ]; then
  grep -qF -- "$key" "$file" && { echo "scaffold-done present"; exit 0; }
  cp -p "$file" "$new" 2>/dev/null || fail "$folder cannot be written"
  [ -z "$(tail -c 1 "$file")" ] || echo 2>/dev/null >>"$new" || fail "the disk is full"
else
  : 2>/dev/null >"$new" || fail "$folder cannot be written"
  made="$made file"
fi
printf '%s\\n' "$line" 2>/dev/null >>"$new" || fail "the disk is full"
"""
_REMOVE = """\
[ -e "$file" ] || { echo "scaffold-done absent"; exit 0; }
cp -p "$file" "$new" 2>/dev/null || fail "$folder cannot be written"
grep -vxF -- "$line" "$file" >"$new"
[ $? -le 1 ] || fail "the disk is full"
if [ ! -s "$new" ] && [ "$only_ours" = yes ]; then
  rm -f "$new" "$file"
  echo "scaffold-done removed"
  exit 0
fi
"""


@dataclass(frozen=True, slots=True)
class Installed:
    """What installing a key changed there: `folder` and `file` were not there before."""

    present: bool
    folder: bool = False
    file: bool = False


def install_script(public_key: str) -> bytes:
    """Add the key unless it is there. Raises InputError for what is no plain public key."""
    line = _plain(public_key)
    head = f"line='{line}'\nkey='{' '.join(line.split()[:2])}'\n"
    return f'{head}{_BEGIN}{_INSTALL}{_END}echo "scaffold-done added$made"\n'.encode()


def remove_script(public_key: str, *, only_ours: bool) -> bytes:
    """Take the key's line out; with `only_ours` the file goes where nothing else is in it."""
    head = f"line='{_plain(public_key)}'\nonly_ours={'yes' if only_ours else 'no'}\n"
    return f'{head}{_BEGIN}{_REMOVE}{_END}echo "scaffold-done removed"\n'.encode()


def read_reply(output: str) -> Installed:
    """What the script says it did. Raises TargetError where it could not."""
    for line in output.splitlines():
        word, _, rest = line.partition(" ")
        if word == "scaffold-failed":
            raise TargetError(
                f"the key cannot be installed: {rest}",
                hint="free space there, or have its owner give you a home that you may write to",
            )
        if word == "scaffold-done":
            said = rest.split()
            return Installed("added" not in said, "folder" in said, "file" in said)
    raise TargetError(
        "the key cannot be installed: the login runs no commands",
        hint="a forced command or a shell like nologin stands in the way: ask the host's owner",
    )


def _plain(public_key: str) -> str:
    line = " ".join(public_key.split())
    if not _PLAIN.fullmatch(line):
        raise InputError(f"this is no public key in OpenSSH's form: {line[:60]!r}")
    return line
