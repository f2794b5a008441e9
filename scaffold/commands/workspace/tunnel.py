"""`scaffold tunnel`: local ports that lead into a container's network, until interrupted."""

import contextlib
import selectors
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.adapters.docker.exec import ContainerProgram
from scaffold.adapters.docker.reconnecting import EngineConnection, Say
from scaffold.adapters.tunnel.loopback import listen
from scaffold.adapters.tunnel.relay import ALIVE_S, Inside, PortClosedError, Relay
from scaffold.container.engine_json import name_of
from scaffold.errors import InputError, ScaffoldError, TargetError
from scaffold.records import dataclass
from scaffold.workspace.devcontainer import remote_environment, remote_user
from scaffold.workspace.forwarding import Forward, addresses_inside, local_ports
from scaffold.workspace.listening import JupyterServer, ListeningProbe

PROBE_S = 10
"""Seconds for the probe of open ports."""

END_S = 5

Find = Callable[[DockerEngine], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class OpenPort:
    """A local port that leads to a port of the container."""

    forward: Forward
    local: int
    server: JupyterServer | None = None


def probe_listening(engine: DockerEngine, inspect: Mapping[str, Any]) -> ListeningProbe:
    """Open ports and Jupyter servers of a container, as its user sees them.

    Empty if the container has no shell or no such user.
    """
    probe = ListeningProbe()
    user, env = remote_user(inspect), remote_environment(inspect)
    program = ContainerProgram(("sh", "-s"), probe.script(), user, env)
    with contextlib.suppress(TargetError):
        engine.run(str(inspect["Id"]), program, probe.feed, PROBE_S)
    return probe


class Tunnel:
    """Listens on local ports and forwards each connection into the container that `find` finds.

    `say` receives messages from any thread; `found` is called for a Jupyter server started later.
    """

    def __init__(
        self, way: EngineConnection, find: Find, say: Say, found: Callable[[OpenPort], None]
    ) -> None:
        self._way, self._find, self._say, self._found = way, find, say, found
        self._inspect = find(way.engine())
        self._probe = probe_listening(way.engine(), self._inspect)
        self._opened: dict[socket.socket, OpenPort] = {}
        self._relays: set[Relay] = set()
        self._threads: set[threading.Thread] = set()
        self._lock = threading.Lock()
        self._reported: dict[Forward, str] = {}
        self._wake, self._woken = socket.socketpair()
        self._ending = threading.Event()
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    @property
    def inspect(self) -> Mapping[str, Any]:
        """The container that the ports lead to."""
        return self._inspect

    @property
    def probe(self) -> ListeningProbe:
        """The probe of the container at the start."""
        return self._probe

    def open(self, forwards: Iterable[Forward]) -> list[OpenPort]:
        """Listen for each on the next free port. Raises InputError if there is none."""
        return [self._listen(forward) for forward in forwards]

    def _listen(self, forward: Forward) -> OpenPort:
        try:
            port, sockets = listen(local_ports(forward.local))
        except OSError as error:
            raise InputError(
                f"cannot listen on a local port for {forward}: {error.strerror}"
            ) from error
        opened = OpenPort(forward, port, self._server(forward, self._probe))
        self._opened |= dict.fromkeys(sockets, opened)
        return opened

    def _server(self, forward: Forward, probe: ListeningProbe) -> JupyterServer | None:
        if forward.host:
            return None
        return next((one for one in probe.servers if one.port == forward.port), None)

    def run(self) -> None:
        """Forward connections until an exception; keeps the engine connection alive."""
        self._accepting.start()
        threading.Thread(target=self._send_keepalives, daemon=True).start()
        self._way.keep()

    def close(self) -> None:
        """Stop listening and close every connection."""
        self._ending.set()
        self._wake.send(b"-")
        if self._accepting.ident:
            self._accepting.join(END_S)
        for listener in (*self._opened, self._wake, self._woken):
            listener.close()
        with self._lock:
            relays, threads = set(self._relays), set(self._threads)
        for relay in relays:
            relay.cut()
        for thread in threads:
            thread.join(END_S)

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            for listener in (*self._opened, self._woken):
                selector.register(listener, selectors.EVENT_READ)
            while not self._ending.is_set():
                for key, _ in selector.select():
                    if key.fileobj is not self._woken:
                        self._take(key.fileobj)

    def _take(self, listener: Any) -> None:
        try:
            client, _ = listener.accept()
        except OSError as error:
            # No file descriptor is left (ulimit -n), or we are closing: other connections continue.
            if not self._ending.wait(0.1):
                self._say(f"a connection could not be accepted: {error.strerror}")
            return
        thread = threading.Thread(target=self._serve, args=(client, self._opened[listener]))
        thread.daemon = True
        with self._lock:
            self._threads.add(thread)
        thread.start()

    def _serve(self, client: socket.socket, opened: OpenPort) -> None:
        with client:
            try:
                relay = self._connect(opened.forward)
            except ScaffoldError as error:
                hint = f" ({error.hint})" if error.hint else ""
                self._report(opened.forward, error.message + hint)
            else:
                self._forward(relay, client, opened)
        with self._lock:
            self._threads.discard(threading.current_thread())

    def _forward(self, relay: Relay, client: socket.socket, opened: OpenPort) -> None:
        with self._lock:
            self._relays.add(relay)
        try:
            if not self._ending.is_set():
                self._worked(opened)
                relay.join(client)
        finally:
            with self._lock:
                self._relays.discard(relay)
            relay.close()

    def _connect(self, forward: Forward) -> Relay:
        try:
            return self._relay(forward)
        except PortClosedError:
            raise
        except TargetError:
            # Stopped, recreated under another id, or the connection was lost just now.
            self._inspect = self._find(self._way.engine())
            return self._relay(forward)

    def _relay(self, forward: Forward) -> Relay:
        inspect = self._inspect
        inside = Inside(str(inspect["Id"]), name_of(inspect), remote_user(inspect))
        hosts = addresses_inside(inspect, forward)
        return Relay(self._way.engine(), inside, hosts, forward.port)

    def _report(self, forward: Forward, message: str) -> None:
        """Report an error once until it is fixed: browsers retry again and again."""
        with self._lock:
            known = self._reported.get(forward) == message
            self._reported[forward] = message
        if not (known or self._ending.is_set()):
            self._say(message)

    def _worked(self, opened: OpenPort) -> None:
        """Look for a Jupyter server that was started after the tunnel."""
        with self._lock:
            first = opened.forward not in self._reported or self._reported[opened.forward] != ""
            self._reported[opened.forward] = ""
        if first and opened.server is None:
            threading.Thread(target=self._probe_again, args=(opened,), daemon=True).start()

    def _probe_again(self, opened: OpenPort) -> None:
        with contextlib.suppress(ScaffoldError):
            server = self._server(
                opened.forward, probe_listening(self._way.engine(), self._inspect)
            )
            if server:
                self._found(OpenPort(opened.forward, opened.local, server))

    def _send_keepalives(self) -> None:
        while not self._ending.wait(ALIVE_S):
            with self._lock:
                relays = set(self._relays)
            for relay in relays:
                relay.send_keepalive()


def title(inspect: Mapping[str, Any], host: str) -> str:
    """The container and its host."""
    return name_of(inspect) + (f" on {host}" if host else "")
