"""`scaffold tunnel`: ports here that lead into a container's own network, until it is ended."""

import contextlib
import selectors
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.adapters.docker.exec import Program
from scaffold.adapters.docker.reconnecting import Say, Way
from scaffold.adapters.tunnel.loopback import listen
from scaffold.adapters.tunnel.relay import ALIVE_S, Inside, NobodyListensError, Relay
from scaffold.container.raw import name_of
from scaffold.errors import InputError, ScaffoldError, TargetError
from scaffold.workspace.devcontainer import remote_environment, remote_user
from scaffold.workspace.forwarding import Forward, addresses_inside, local_ports
from scaffold.workspace.tunnel_look import JupyterServer, Look

LOOK_S = 10
"""For the look at what listens inside."""

END_S = 5

Find = Callable[[DockerEngine], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Opened:
    """A port here that leads to one of the container."""

    forward: Forward
    local: int
    server: JupyterServer | None = None


def look_inside(engine: DockerEngine, inspect: Mapping[str, Any]) -> Look:
    """What listens in a container, and its Jupyter servers, as its user sees them.

    The look is empty where the container has no shell or no such user.
    """
    look = Look()
    user, env = remote_user(inspect), remote_environment(inspect)
    program = Program(("sh", "-s"), look.script(), user, env)
    with contextlib.suppress(TargetError):
        engine.run(str(inspect["Id"]), program, look.feed, LOOK_S)
    return look


class Tunnel:
    """Listens here, and carries each connection into the container that `find` finds.

    `say` is told what happens, from any thread; `found` of a Jupyter server that started later.
    """

    def __init__(self, way: Way, find: Find, say: Say, found: Callable[[Opened], None]) -> None:
        self._way, self._find, self._say, self._found = way, find, say, found
        self._inspect = find(way.engine())
        self._look = look_inside(way.engine(), self._inspect)
        self._opened: dict[socket.socket, Opened] = {}
        self._relays: set[Relay] = set()
        self._threads: set[threading.Thread] = set()
        self._lock = threading.Lock()
        self._said: dict[Forward, str] = {}
        self._wake, self._woken = socket.socketpair()
        self._ending = threading.Event()
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    @property
    def inspect(self) -> Mapping[str, Any]:
        """The container that it leads to."""
        return self._inspect

    @property
    def look(self) -> Look:
        """What was seen in the container at the start."""
        return self._look

    def open(self, forwards: Iterable[Forward]) -> list[Opened]:
        """Listen for each, on the next port that is free. Raises InputError where none is."""
        return [self._listen(forward) for forward in forwards]

    def _listen(self, forward: Forward) -> Opened:
        try:
            port, sockets = listen(local_ports(forward.local))
        except OSError as error:
            raise InputError(f"cannot listen for {forward} here: {error.strerror}") from error
        opened = Opened(forward, port, self._server(forward, self._look))
        self._opened |= dict.fromkeys(sockets, opened)
        return opened

    def _server(self, forward: Forward, look: Look) -> JupyterServer | None:
        if forward.host:
            return None
        return next((one for one in look.servers if one.port == forward.port), None)

    def run(self) -> None:
        """Carry connections until an exception ends it; the way is kept up meanwhile."""
        self._accepting.start()
        threading.Thread(target=self._signs_of_life, daemon=True).start()
        self._way.keep()

    def close(self) -> None:
        """Listen no more and end every connection."""
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
            # No file is left to open (ulimit -n), or we are ending: the others go on.
            if not self._ending.wait(0.1):
                self._say(f"a connection could not be taken: {error.strerror}")
            return
        thread = threading.Thread(target=self._serve, args=(client, self._opened[listener]))
        thread.daemon = True
        with self._lock:
            self._threads.add(thread)
        thread.start()

    def _serve(self, client: socket.socket, opened: Opened) -> None:
        with client:
            try:
                relay = self._connect(opened.forward)
            except ScaffoldError as error:
                hint = f" ({error.hint})" if error.hint else ""
                self._complain(opened.forward, error.message + hint)
            else:
                self._carry(relay, client, opened)
        with self._lock:
            self._threads.discard(threading.current_thread())

    def _carry(self, relay: Relay, client: socket.socket, opened: Opened) -> None:
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
        except NobodyListensError:
            raise
        except TargetError:
            # Stopped, made again under another id, or the way broke in this moment.
            self._inspect = self._find(self._way.engine())
            return self._relay(forward)

    def _relay(self, forward: Forward) -> Relay:
        inspect = self._inspect
        inside = Inside(str(inspect["Id"]), name_of(inspect), remote_user(inspect))
        hosts = addresses_inside(inspect, forward)
        return Relay(self._way.engine(), inside, hosts, forward.port)

    def _complain(self, forward: Forward, message: str) -> None:
        """Say what is wrong, once until it is mended: browsers try again and again."""
        with self._lock:
            known = self._said.get(forward) == message
            self._said[forward] = message
        if not (known or self._ending.is_set()):
            self._say(message)

    def _worked(self, opened: Opened) -> None:
        """Look for a Jupyter server that was started after the tunnel."""
        with self._lock:
            first = opened.forward not in self._said or self._said[opened.forward] != ""
            self._said[opened.forward] = ""
        if first and opened.server is None:
            threading.Thread(target=self._look_again, args=(opened,), daemon=True).start()

    def _look_again(self, opened: Opened) -> None:
        with contextlib.suppress(ScaffoldError):
            server = self._server(opened.forward, look_inside(self._way.engine(), self._inspect))
            if server:
                self._found(Opened(opened.forward, opened.local, server))

    def _signs_of_life(self) -> None:
        while not self._ending.wait(ALIVE_S):
            with self._lock:
                relays = set(self._relays)
            for relay in relays:
                relay.alive()


def title(inspect: Mapping[str, Any], host: str) -> str:
    """The container, and where it is."""
    return name_of(inspect) + (f" on {host}" if host else "")
