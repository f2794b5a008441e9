"""The engine that a tunnel uses: local, or remote over one ssh connection that reconnects."""

import contextlib
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from scaffold.adapters.docker.address import engine_settings
from scaffold.adapters.docker.engine import DockerEngine, docker_engine, engine_at, engine_through
from scaffold.adapters.local.temporary import private_folder
from scaffold.adapters.ssh.shared_connection import Link, RefusedError
from scaffold.errors import TargetError

PATIENCE_S = 30
"""How long a new connection waits for a reconnect."""

FIRST_DELAY_S, LONGEST_DELAY_S = 1, 30
"""Delay between two attempts, doubled each time."""

SHORT = 60

Say = Callable[[str], None]


class LocalEngine:
    """The local engine, which needs no connection."""

    host = ""

    def __init__(self, engine: DockerEngine) -> None:
        self._engine = engine

    def engine(self) -> DockerEngine:
        """The engine."""
        return self._engine

    def keep(self) -> None:
        """Wait until an exception ends it."""
        threading.Event().wait()


class RemoteEngine:
    """The engine of `host` over one ssh connection, which reconnects when it breaks."""

    def __init__(self, host: str, config: Path | None, folder: Path, say: Say) -> None:
        self.host, self._config, self._folder, self._say = host, config, folder, say
        self._changed = threading.Condition()
        self._link: Link | None = None
        self._engine: DockerEngine | None = None

    def connect(self, *, ask: bool) -> None:
        """Connect. Raises TargetError, or RefusedError if a retry cannot help."""
        link = Link(self.host, self._config, self._folder, ask=ask)
        try:
            engine = self._open(link)
        except BaseException:
            link.close()
            raise
        with self._changed:
            self._link, self._engine = link, engine
            self._changed.notify_all()

    def _open(self, link: Link) -> DockerEngine:
        """Open through a forwarded socket, or the docker command if sshd forbids forwarding.

        The command needs a session per connection, of which sshd allows ten (MaxSessions of
        sshd_config). A forwarded socket needs none.
        """
        if link.engine_socket:
            here = self._folder / "engine"
            link.forward(here, link.engine_socket)
            with contextlib.suppress(TargetError):
                return engine_at(base_url=f"unix://{here}")
            self._say(
                "sshd does not forward sockets: only a few connections at a time are possible"
            )
        argv = link.argv("docker", "system", "dial-stdio")
        return engine_through(argv, f"ssh://{self.host}")

    def engine(self) -> DockerEngine:
        """The engine; waits for a reconnect, then raises TargetError."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._engine is not None, PATIENCE_S):
                raise TargetError(f"{self.host} cannot be reached")
            assert self._engine is not None  # noqa: S101 (what was waited for)
            return self._engine

    def keep(self) -> None:
        """Reconnect whenever the connection breaks. Raises RefusedError if that cannot work."""
        while True:
            link = self._link
            if link is not None and not link.ended(0.5):
                continue
            reason = link.complaint() if link else ""
            self.close()
            self._say(f"the connection to {self.host} was lost" + (f": {reason}" if reason else ""))
            self._again()

    def _again(self) -> None:
        for delay in _delays():
            self._say(f"connecting to {self.host} again in {delay} s")
            threading.Event().wait(delay)
            try:
                self.connect(ask=False)
            except RefusedError:
                raise
            except TargetError as error:
                self._say(error.message)
                continue
            self._say(f"connected to {self.host} again")
            return

    def close(self) -> None:
        """Disconnect."""
        with self._changed:
            link, engine, self._link, self._engine = self._link, self._engine, None, None
        if engine:
            engine.close()
        if link:
            link.close()


def _delays() -> Iterator[int]:
    delay = FIRST_DELAY_S
    while True:
        yield delay
        delay = min(2 * delay, LONGEST_DELAY_S)


EngineConnection = LocalEngine | RemoteEngine


def _short_folder() -> str:
    """A socket's path has 104 characters on some systems (unix(7)), and ssh adds 18 of its own."""
    usual = tempfile.gettempdir()
    return usual if len(usual) <= SHORT else "/tmp"  # noqa: S108 (what is made there is private)


@contextlib.contextmanager
def engine_connection(
    host: str | None, config: Path | None, say: Say, *, ask: bool
) -> Iterator[EngineConnection]:
    """Connect to the engine of a host, or to the one that the docker CLI would use."""
    settings = {} if host else engine_settings()
    address = f"ssh://{host}" if host else str(settings.get("base_url") or "")
    if not address.startswith("ssh://"):
        with docker_engine() as engine:
            yield LocalEngine(engine)
        return
    with private_folder(_short_folder()) as folder:
        far = RemoteEngine(address.removeprefix("ssh://"), config, folder, say)
        try:
            far.connect(ask=ask)
            yield far
        finally:
            far.close()
