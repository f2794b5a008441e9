"""Runs the Dev Containers CLI locally or on a host, and ends it together with this program.

It runs in its own session, so that it and all programs that it started can be ended at once, and
so that no ssh started by it prompts at the terminal.
"""

import contextlib
import os
import selectors
import shlex
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, cast

from scaffold.adapters.local.paths import open_private, private
from scaffold.adapters.ssh.command import ssh_argv
from scaffold.errors import InputError, TargetError
from scaffold.host.remote_steps import wrapped
from scaffold.parsing.untrusted.documents import read_json
from scaffold.parsing.untrusted.secret_forms import redacted
from scaffold.workspace.sides import HostPath

RESULT_LIMIT = 1 << 20
"""Bytes of the end of its output that are kept; the result is its last line."""

LOG_LIMIT = 64 << 20
"""Bytes of its log that are kept."""

PACKAGE = "@devcontainers/cli"
INSTALL = f"npm install -g {PACKAGE}"
PATIENCE_S = 5
"""Seconds that it may take to end after a signal, before the next stronger one."""

MISSING = 97
"""Exit code of the remote script if the host has no such program."""

# When ssh ends, this script's input closes, which ends the program and what it started: without a
# terminal it would otherwise stay behind. setsid makes a process group that can be ended.
_REMOTE = """\
cd -- "$1" || exit 1
shift
PATH=$PATH:/usr/local/bin:/usr/bin:/bin:$HOME/.local/bin
if command -v devcontainer >/dev/null; then set -- devcontainer "$@"
elif command -v npx >/dev/null; then set -- npx --yes @PACKAGE@ "$@"
else exit @MISSING@; fi
if ! docker buildx version >/dev/null 2>&1; then
  export DOCKER_BUILDKIT=1
  set -- "$@" --docker-path "$(command -v docker)"
fi
exec 3<&0
setsid "$@" </dev/null 3<&- &
child=$!
{
  cat <&3
  kill -TERM "-$child"
  sleep @PATIENCE@
  kill -KILL "-$child"
} >/dev/null 2>&1 &
watcher=$!
wait "$child"
code=$?
kill "$watcher"
exit "$code"
"""

Environment = Mapping[str, str]


def local_argv(environment: Environment) -> list[str]:
    """The local program. Raises InputError with how to install it if it is missing."""
    path = environment.get("PATH")
    if program := shutil.which("devcontainer", path=path):
        return [program]
    if npx := shutil.which("npx", path=path):
        return [npx, "--yes", PACKAGE]
    raise InputError(
        "the Dev Containers CLI is not installed: neither devcontainer nor npx is on PATH",
        hint=f"install Node.js, then run: {INSTALL}; or use scaffold open, which does not need it",
    )


def local_up(
    folder: Path, environment: Environment, *options: str, verb: str = "up"
) -> tuple[list[str], Environment]:
    """The command line for the container of a local folder, and its environment.

    Raises InputError if the CLI or the docker command is missing.
    """
    docker = shutil.which("docker", path=environment.get("PATH"))
    if docker is None:
        raise InputError("the docker command is not on PATH", hint="scaffold doctor says how")
    argv = [*local_argv(environment), verb, "--workspace-folder", str(folder), *options]
    if not _has_buildx(docker, environment):
        # Without the plugin the CLI uses the legacy builder, which has no cache mounts.
        return [*argv, "--docker-path", docker], {**environment, "DOCKER_BUILDKIT": "1"}
    return argv, environment


def _has_buildx(docker: str, environment: Environment) -> bool:
    done = subprocess.run(
        [docker, "buildx", "version"], env=dict(environment), capture_output=True, check=False
    )
    return done.returncode == 0


def remote_up(
    host: str,
    folder: HostPath,
    *options: str,
    config: Path | None = None,
    verb: str = "up",
    project: str = "",
) -> list[str]:
    """The command line that starts the container of a folder on a host, or builds its image.

    `project` is the name of its Compose project, empty for the default one.
    """
    script = _REMOTE.replace("@PACKAGE@", PACKAGE).replace("@MISSING@", str(MISSING))
    script = script.replace("@PATIENCE@", str(PATIENCE_S))
    words = [folder.text, verb, "--workspace-folder", folder.text, *options]
    own = f"export COMPOSE_PROJECT_NAME={shlex.quote(project)}\n" if project else ""
    text = f"{own}set -- {shlex.join(words)}\n{script}"
    return ssh_argv(host, wrapped(text), config=config)


def run_up(
    argv: list[str], environment: Environment, log: Path, show: Callable[[str], None]
) -> dict[str, Any]:
    """Run the CLI to its end and return its JSON result (`containerId`, `remoteUser` …).

    Each line of its log goes to `show` and to the file `log`. An interrupt or an error in this
    program ends it and what it started. Raises TargetError with its message.
    """
    private(log.parent)
    out = bytearray()
    with os.fdopen(open_private(log), "wb") as kept, _running(argv, environment) as program:
        for data, errors in _streams(program):
            out += data
            del out[:-RESULT_LIMIT]
            text = redacted(errors.decode("utf-8", "replace"))
            if kept.tell() < LOG_LIMIT:
                kept.write(text.encode())
            for line in text.splitlines():
                show(line)
        code = program.wait()
    outcome = _outcome(bytes(out))
    if code == MISSING and not outcome:
        raise TargetError("neither devcontainer nor npx is on the host's PATH")
    if code or outcome.get("outcome") != "success":
        raise TargetError(str(outcome.get("description") or outcome.get("message") or ""))
    return outcome


def _outcome(out: bytes) -> dict[str, Any]:
    """The last line that is a JSON object; a noisy login shell may print other lines."""
    for line in reversed(out.decode("utf-8", "replace").splitlines()):
        with contextlib.suppress(ValueError):
            found = read_json(line)
            if isinstance(found, dict):
                return found
    return {}


@contextlib.contextmanager
def _running(argv: list[str], environment: Environment) -> Iterator["subprocess.Popen[bytes]"]:
    with _Interrupts() as interrupts:
        # Its input stays open: on a host, the end of input is the signal to stop.
        program = subprocess.Popen(
            argv,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            interrupts.begin()
            yield program
        except BaseException:
            interrupts.end()
            _end(program)
            raise
        finally:
            for stream in (program.stdin, program.stdout, program.stderr):
                cast("IO[bytes]", stream).close()


def _end(program: "subprocess.Popen[bytes]") -> None:
    cast("IO[bytes]", program.stdin).close()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(program.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            program.wait(PATIENCE_S)


class _Interrupts:
    """Makes SIGHUP and SIGTERM end this program as Ctrl+C does, so that nothing stays behind.

    Exceptions are raised only between `begin` and `end`: an interrupt while the program starts
    would lose it, and a second one while it is being ended would leave it running.
    """

    def __init__(self) -> None:
        self._came = self._raises = False

    def __enter__(self) -> "_Interrupts":
        numbers = (signal.SIGINT, signal.SIGHUP, signal.SIGTERM)
        self._before = {number: signal.signal(number, self._take) for number in numbers}
        return self

    def __exit__(self, *_exception: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _take(self, _number: int, _frame: object) -> None:
        self._came = True
        if self._raises:
            raise KeyboardInterrupt

    def begin(self) -> None:
        """Raise interrupts from now on; one that came before is raised now."""
        self._raises = True
        if self._came:
            raise KeyboardInterrupt

    def end(self) -> None:
        """Stop raising interrupts."""
        self._raises = False


def _streams(program: "subprocess.Popen[bytes]") -> Iterator[tuple[bytes, bytes]]:
    with selectors.DefaultSelector() as selector:
        for stream in (program.stdout, program.stderr):
            selector.register(cast("IO[bytes]", stream), selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select():
                data = os.read(key.fd, 65536)
                if not data:
                    selector.unregister(key.fileobj)
                yield (data, b"") if key.fileobj is program.stdout else (b"", data)
