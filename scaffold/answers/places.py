"""Hosts, folders, volumes and ports as answers: each checked, with an error that names the flag."""

import re
import shlex

from scaffold.answers.model import Mount
from scaffold.errors import InputError
from scaffold.parsing.untrusted.numbers import whole

HOME = "${localEnv:HOME}"
PROJECT = "${localWorkspaceFolder}"
"""Variables of devcontainer.json for folders on the computer of the editor."""

_VOLUME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]+")  # moby volume/names
_ALIAS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")  # as `docker context create` wants it


def parse_host(text: str) -> str:
    """Check the alias of a host; empty is none.

    Docker's contexts, editors and rsync all find it by this one name, so user and port belong
    into the ssh config.
    """
    if not text or _ALIAS.fullmatch(text):
        return text
    hint = "an alias of your ssh config, such as gpu01"
    if "@" in text or ":" in text:
        hint += f"; make one: scaffold host setup {shlex.quote(text)} --name gpu01"
    raise InputError(f"--host: {text!r} is no alias", hint=hint)


SHARED_CACHE = "/opt/shared-cache"
"""Where a container has the volume of models that all users of the engine share."""


def parse_shared_cache(text: str) -> str:
    """Check the name of the volume for models of all users; empty for none."""
    if not text or _VOLUME.fullmatch(text):
        return text
    raise InputError(
        f"--shared-cache: {text!r} is not a volume name",
        hint="letters, digits, _ . - as in: --shared-cache models",
    )


def shared_mounts(volume: str) -> tuple[Mount, ...]:
    """The mount of the volume for models of all users."""
    return (Mount(volume, SHARED_CACHE, "volume"),) if volume else ()


def parse_workspace(text: str) -> str:
    """Check the project's place on a host: an absolute path, `~/…`, or a volume's name."""
    path = text.startswith(("/", "~/"))
    if not text or path or _VOLUME.fullmatch(text):
        return text
    raise InputError(
        f"--workspace: {text!r} is neither a path nor a volume name",
        hint="start a path with / or ~/; a volume name has letters, digits, _ . -",
    )


_DRIVE = re.compile(r"[A-Za-z]:[\\/]|[A-Za-z]$")
_DRIVE_HINT = "in WSL2 a folder of Windows is below /mnt, such as /mnt/c/Users/ada/data"
_SOURCE_HINT = "start a path with / or ~/ or ./; a volume name has letters, digits, _ . -"


def parse_mount(text: str) -> Mount:
    """Read `HOST:CONTAINER[:ro]`; a bare name as the source is a named volume."""
    head, options = (text[: -len(":ro")], True) if text.endswith(":ro") else (text, False)
    source, separator, target = head.removesuffix(":rw").rpartition(":")
    if not separator or not source or not target.startswith("/"):
        raise InputError(
            f"--mount: cannot read {text!r}",
            hint="write HOST:CONTAINER[:ro], the container path absolute: ~/data:/data:ro",
        )
    if any(ord(char) < ord(" ") for char in text) or "," in text:
        raise InputError(f"--mount: {text!r} holds a comma or control character, unlike a path")
    if source.startswith(("/", "~", ".", "$")):
        return Mount(_portable_home(source), target, "bind", options)
    if not _VOLUME.fullmatch(source):
        raise InputError(
            f"--mount: {source!r} is neither a path nor a volume name",
            hint=_DRIVE_HINT if _DRIVE.match(source) else _SOURCE_HINT,
        )
    return Mount(source, target, "volume", options)


def _portable_home(source: str) -> str:
    """`~/x` works for everyone who opens the folder, so it stays a variable."""
    if source == "~" or source.startswith("~/"):
        return HOME + source[1:]
    if source.startswith(("./", "../")):
        return f"{PROJECT}/" + source.removeprefix("./")
    return PROJECT if source == "." else source


def parse_port(text: str) -> int:
    """Read a TCP port, 1 to 65535."""
    port = whole(text) or 0
    if not 0 < port < 65536:
        hint = "a number from 1 to 65535"
        if re.fullmatch(r"\d+([\s,;]+\d+)+", text):
            hint += "; several: --port 8888 --port 6006"
        if ":" in text:
            hint += "; another one on your computer: scaffold tunnel 9000:8888"
        raise InputError(f"--port: {text!r} is not a port", hint=hint)
    return port
