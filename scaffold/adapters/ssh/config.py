"""Which host a name means: the effective configuration, as `ssh -G` prints it."""

import contextlib
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path

from scaffold.adapters.local.files import read_file
from scaffold.adapters.ssh.command import Destination, parse_destination, program
from scaffold.errors import InputError
from scaffold.host.alias import SHARED
from scaffold.parsing.known_hosts import DEFAULT_PORT
from scaffold.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SshTarget:
    """A host as ssh would reach it; `name` is what the user typed, without user and port.

    `control` is the socket of a shared connection, if an alias of ours made its place;
    `control_path` is the place that the configuration names.
    """

    name: str
    hostname: str
    user: str
    port: int = DEFAULT_PORT
    config: Path | None = None
    identity_files: tuple[Path, ...] = ()
    certificate_files: tuple[Path, ...] = ()
    identities_only: bool = False
    identity_agent: str | None = None
    known_hosts: tuple[Path, ...] = ()
    host_key_alias: str | None = None
    hash_known_hosts: bool = False
    proxy_jump: str | None = None
    proxy_command: str | None = None
    shares_connection: bool = False
    control: Path | None = None
    control_path: Path | None = None


def resolve_target(text: str, config: Path | None = None) -> SshTarget:
    """The effective configuration of what the user typed."""
    wanted = parse_destination(text)
    values = _from_ssh(wanted, config) if shutil.which("ssh") else _from_paramiko(wanted, config)
    return _target(wanted, values, config)


def _from_ssh(wanted: Destination, config: Path | None) -> dict[str, list[str]]:
    argv = [*program(config), "-G"]
    argv += ["-l", wanted.user] if wanted.user else []
    argv += ["-p", str(wanted.port)] if wanted.port else []
    try:
        done = subprocess.run(
            [*argv, "--", wanted.host],
            capture_output=True,
            timeout=20,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (subprocess.TimeoutExpired, OSError) as error:
        raise InputError(
            "ssh -G gave no answer", hint="check your ssh config for a slow `Match exec`"
        ) from error
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
        raise InputError(
            f"ssh does not accept its configuration: {lines[0]}", hint=f"try: ssh -G {wanted.host}"
        )
    found: dict[str, list[str]] = {}
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        key, _, value = line.partition(" ")
        found.setdefault(key, []).append(value)
    return found


def _from_paramiko(wanted: Destination, config: Path | None) -> dict[str, list[str]]:
    """Without an ssh program: paramiko's parser, after Include, which it lacks, is expanded."""
    from scaffold.adapters.ssh.paramiko_import import paramiko

    file = config or Path("~/.ssh/config").expanduser()
    parsed = paramiko.SSHConfig.from_text("\n".join(_included(file)))
    try:
        found = parsed.lookup(wanted.host)
    except ImportError as error:
        raise InputError(
            f"{file} has a `Match exec`, which only the ssh program can run",
            hint="install openssh-client",
        ) from error
    values: dict[str, list[str]] = {
        key: value if isinstance(value, list) else [value] for key, value in found.items()
    }
    if wanted.user:
        values["user"] = [wanted.user]
    if wanted.port:
        values["port"] = [str(wanted.port)]
    return values


def _included(file: Path, depth: int = 0) -> list[str]:
    """A config's lines with included files in place; ssh stops at 16 levels too."""
    if depth > 16 or not file.is_file():
        return []
    import glob

    lines: list[str] = []
    for line in (read_file(file) or b"").decode("utf-8", "replace").splitlines():
        words = line.strip().split()
        if words and words[0].lower() == "include":
            for pattern in words[1:]:
                path = file.parent / Path(pattern).expanduser()
                for name in sorted(glob.glob(str(path))):  # noqa: PTH207 (absolute patterns)
                    lines += _included(Path(name), depth + 1)
        else:
            lines.append(line)
    return lines


def _target(wanted: Destination, values: Mapping[str, list[str]], config: Path | None) -> SshTarget:
    def first(key: str) -> str | None:
        value = values.get(key, [""])[0].strip()
        return value if value and value.lower() != "none" else None

    def words(key: str, default: str = "") -> list[str]:
        return " ".join(values.get(key, [default])).split()

    hostname = first("hostname") or wanted.host
    user = first("user") or os.environ.get("USER") or "root"
    port = int(first("port") or DEFAULT_PORT)
    tokens = {"%h": hostname, "%p": str(port), "%r": user, "%n": wanted.host, "%%": "%"}
    tokens |= {"%d": str(Path.home()), "%u": os.environ.get("USER", user)}

    def paths(names: list[str]) -> tuple[Path, ...]:
        expanded = (Path(expand(name, tokens)).expanduser() for name in names)
        return tuple(path for path in expanded if path.name.lower() != "none")

    files = words("userknownhostsfile", "~/.ssh/known_hosts ~/.ssh/known_hosts2")
    files += words("globalknownhostsfile", "/etc/ssh/ssh_known_hosts")
    proxy, control = first("proxycommand"), Path(first("controlpath") or "").expanduser()
    return SshTarget(
        name=wanted.host,
        hostname=hostname,
        user=user,
        port=port,
        config=config,
        identity_files=paths(values.get("identityfile", [])),
        certificate_files=paths(values.get("certificatefile", [])),
        identities_only=first("identitiesonly") == "yes",
        identity_agent=_agent(first("identityagent"), values),
        known_hosts=paths(files),
        host_key_alias=first("hostkeyalias"),
        hash_known_hosts=first("hashknownhosts") == "yes",
        proxy_jump=first("proxyjump"),
        proxy_command=expand(proxy, tokens) if proxy else None,
        shares_connection=bool(first("controlpath"))
        and first("controlmaster") not in {None, "no", "false"},
        control=control if control.name.startswith(Path(SHARED).name) else None,
        control_path=control if first("controlpath") else None,
    )


def is_open(control: Path) -> bool:
    """Whether an ssh program of this user answers at the socket of a shared connection."""
    with contextlib.suppress(OSError):
        found = control.stat()
        if stat.S_ISSOCK(found.st_mode) and found.st_uid == os.getuid():
            import socket

            with socket.socket(socket.AF_UNIX) as tried:
                tried.settimeout(1)
                tried.connect(str(control))
                return True
    return False


def _agent(value: str | None, values: Mapping[str, list[str]]) -> str | None:
    """The agent's socket: IdentityAgent, which may name a variable, before SSH_AUTH_SOCK."""
    if value is None and values.get("identityagent", [""])[0].lower() == "none":
        return None
    if value is None or value == "SSH_AUTH_SOCK":
        return os.environ.get("SSH_AUTH_SOCK")
    return os.environ.get(value[1:]) if value.startswith("$") else str(Path(value).expanduser())


def expand(text: str, tokens: Mapping[str, str]) -> str:
    """Expand ssh_config's tokens (%h, %p …); unknown ones stay."""
    return re.sub(r"%.", lambda match: tokens.get(match[0], match[0]), text)
