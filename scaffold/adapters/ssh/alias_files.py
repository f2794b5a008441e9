"""The file with our ssh aliases, and the line in the user's config that includes it."""

import os
import tempfile
from dataclasses import replace
from pathlib import Path

from scaffold.adapters.local.files import NewFile, read_file, write_files
from scaffold.adapters.local.home_lock import home_locked
from scaffold.adapters.ssh.config import SshTarget, resolve_target
from scaffold.errors import InputError
from scaffold.host import alias as texts
from scaffold.host.alias import Alias, Undo
from scaffold.parsing.untrusted.documents import read_json

NOBODY = "no-such-host.invalid"
"""A name that no config defines, for comparison (RFC 2606)."""

SOCKET_BYTES = 103
"""The longest path of a socket, macOS's; ssh makes it of a hash and, at first, 17 letters more."""

DEFAULT_KEYS = ("id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk", "id_xmss")


class AliasFiles:
    """The user's ssh config, or the one of `--ssh-config`, and our file in the same folder."""

    def __init__(self, given: Path | None = None) -> None:
        self.given = given
        self.config = given.absolute() if given else Path.home() / ".ssh" / "config"
        self.own = self.config.with_name(texts.FILE)
        # ssh looks for a relative path in ~/.ssh, whichever file names it.
        self.include = str(self.own) if given else texts.FILE

    def installed_key(self, name: str) -> str:
        """The line that setup added to the host's authorized_keys; empty if there is none."""
        key = texts.undo_of(self.text(), name).get("key")
        return str(key.get("line") or "") if isinstance(key, dict) else ""

    def names(self) -> tuple[str, ...]:
        """The hosts in our file."""
        return texts.names(self.text())

    def text(self) -> str:
        """Our file."""
        return (read_file(self.own) or b"").decode("utf-8", "replace")

    def user_defines(self, name: str) -> bool:
        """Whether the user's own config defines this name."""
        if name in self.names():
            return False
        found, nobody = (resolve_target(one, self.given) for one in (name, NOBODY))
        return replace(found, name="", hostname="") != replace(nobody, name="", hostname="") or (
            found.hostname != name
        )

    def changes(self, alias: Alias, undo: Undo, made: tuple[str, ...]) -> list[NewFile]:
        """The files to write so that ssh knows the alias; none if it does.

        Raises InputError if ssh would read the alias differently.
        """
        own, user = self.text(), read_file(self.config) or b""
        new_own = texts.with_block(own, alias.name, alias.block(undo), made)
        new_user = texts.with_include(user.decode("utf-8", "surrogateescape"), self.include)
        self._require_understood(alias, new_own)
        found = (
            [NewFile(path=self.own, content=new_own.encode(), mode=0o600)] if new_own != own else []
        )
        content = new_user.encode("utf-8", "surrogateescape")
        if content != user:
            found.append(NewFile(path=self.config, content=content, mode=0o600, backup=bool(user)))
        return found

    def removals(self, name: str) -> list[NewFile]:
        """The files to write to remove the alias; empty ones are deleted."""
        own = texts.without_block(self.text(), name)
        found = [NewFile(path=self.own, content=own.encode(), mode=0o600)]
        if not own:
            user = (read_file(self.config) or b"").decode("utf-8", "surrogateescape")
            left = texts.without_include(user, self.include)
            found.append(
                NewFile(
                    path=self.config, content=left.encode("utf-8", "surrogateescape"), mode=0o600
                )
            )
        return found

    def write(self, alias: Alias, undo: Undo, made: tuple[str, ...]) -> list[Path]:
        """Write the files of `changes`; the folder is private. Returns the backups."""
        self.config.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with home_locked():
            # Another run for the same host may have recorded more meanwhile.
            undo = {**undo, **texts.undo_of(self.text(), alias.name)}
            return write_files(self.changes(alias, undo, made))

    def note(self, name: str, undo: Undo, made: tuple[str, ...]) -> None:
        """Record what `host remove` has to know, before it is done; ssh ignores the record.

        The caller holds the lock.
        """
        self.own.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = self.text()
        noted = texts.with_note(text, name, undo, made)
        if noted != text:
            write_files([NewFile(path=self.own, content=noted.encode(), mode=0o600)])

    def remove(self, name: str) -> None:
        """Remove an alias. What was made for the first one goes with the last one."""
        with home_locked():
            self._remove(name)

    def _remove(self, name: str) -> None:
        made = {Path(path).expanduser() for path in texts.made_of(self.text())}
        files = self.removals(name)
        gone = [file for file in files if not file.content and file.path in {self.own, *made}]
        write_files([file for file in files if file not in gone])
        for file in gone:
            Path(file.path).unlink(missing_ok=True)
        if gone:
            self._remove_backups()
            remove_empty(made)

    def _remove_backups(self) -> None:
        """Delete backups that are equal to the config."""
        present = read_file(self.config)
        for backup in self.config.parent.glob(f"{self.config.name}.bak*"):
            if present is not None and read_file(backup) == present:
                backup.unlink()

    def _require_understood(self, alias: Alias, text: str) -> None:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".conf") as file:
            file.write(text)
            file.flush()
            found = resolve_target(alias.name, Path(file.name))
        seen = (found.hostname, found.user, found.port)
        if seen != (alias.hostname, alias.user, alias.port):
            raise InputError(
                f"ssh would read this alias as {seen[1]}@{seen[0]} port {seen[2]}",
                hint="check the user and the host for unusual characters",
            )


def remove_empty(made: set[Path]) -> None:
    """Remove files and folders of ours that are empty, the deepest first."""
    for path in sorted(made, key=lambda one: len(one.parts), reverse=True):
        try:
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            elif path.is_file() and is_empty(path):
                path.unlink()
        except OSError:
            continue


def is_empty(path: Path) -> bool:
    """Whether a file has no content: no bytes, or JSON with empty values only."""
    try:
        document = read_json((read_file(path) or b"").strip() or b"{}")
    except (ValueError, InputError):
        return False
    return isinstance(document, dict) and not any(document.values())


def alias_of(name: str, target: SshTarget, key: Path | None) -> Alias:
    """The settings that worked, under the new name; OpenSSH's defaults are omitted."""
    defaults = {Path.home() / ".ssh" / key for key in DEFAULT_KEYS}
    files = [key, *target.identity_files] if key else [*target.identity_files]
    keys = [file for file in files if file and file.is_file() and file not in defaults]
    usual = {Path.home() / ".ssh" / "known_hosts", Path.home() / ".ssh" / "known_hosts2"}
    known = [path for path in target.known_hosts if not path.is_relative_to("/etc/ssh")]
    return Alias(
        name=name,
        hostname=target.hostname,
        user=target.user,
        port=target.port,
        identity_files=tuple(dict.fromkeys(map(str, keys))),
        known_hosts=() if set(known) <= usual else tuple(map(str, known)),
        host_key_alias=target.host_key_alias,
        proxy_jump=target.proxy_jump,
        proxy_command=target.proxy_command,
        share=len(os.fsencode(Path.home() / ".ssh" / "scaffold-")) + 40 + 17 <= SOCKET_BYTES,
    )
