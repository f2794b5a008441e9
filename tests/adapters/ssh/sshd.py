"""An SSH server in this process: it asks for what a test wants, and runs commands."""

import contextlib
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator

import paramiko
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def new_key(file=None, passphrase: str = "") -> paramiko.PKey:
    """A new key, in a file where one is given; paramiko itself makes no Ed25519 keys."""
    lock = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else None
    content = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        lock or serialization.NoEncryption(),
    )
    file.write_bytes(content)
    return paramiko.Ed25519Key.from_private_key_file(str(file), passphrase or None)


class Door(paramiko.ServerInterface):
    """Lets in by the methods it is made with, and counts what it was shown."""

    def __init__(self, methods: str, keys=(), password: str = "", code: str = "") -> None:
        self.methods, self.keys, self.password, self.code = methods, keys, password, code
        self.shown: list[str] = []
        self.partly = ""
        self.shell = ["/bin/sh", "-c"]
        self.gone = threading.Event()
        self.gone.set()

    def get_allowed_auths(self, username):
        return self.methods

    def check_auth_none(self, username):
        self.shown.append("none")
        return paramiko.AUTH_SUCCESSFUL if self.methods == "none" else paramiko.AUTH_FAILED

    def check_auth_publickey(self, username, key):
        self.shown.append("key")
        if key.asbytes() not in {known.asbytes() for known in self.keys}:
            return paramiko.AUTH_FAILED
        if self.partly:
            self.methods = self.partly
            return paramiko.AUTH_PARTIALLY_SUCCESSFUL
        return paramiko.AUTH_SUCCESSFUL

    def check_auth_password(self, username, password):
        self.shown.append(f"password {password}")
        if password != self.password:
            return paramiko.AUTH_FAILED
        if self.partly:
            return paramiko.AUTH_PARTIALLY_SUCCESSFUL
        return paramiko.AUTH_SUCCESSFUL

    def check_auth_interactive(self, username, submethods):
        return paramiko.InteractiveQuery("", "", ("Password: ", False), ("Code: ", False))

    def check_auth_interactive_response(self, responses):
        self.shown.append(" ".join(responses))
        right = list(responses) == [self.password, self.code]
        return paramiko.AUTH_SUCCESSFUL if right else paramiko.AUTH_FAILED

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel, command):
        if not self.shell:
            return False
        self.gone.wait()
        argv = [*self.shell, command.decode()]
        threading.Thread(target=_serve, args=(channel, argv), daemon=True).start()
        return True


def _serve(channel: paramiko.Channel, argv: list[str]) -> None:
    """Run a command for a client: all of its input first, then all of its output."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(argv, start_new_session=True, **pipes) as program:
        with contextlib.suppress(BrokenPipeError):
            while data := channel.recv(65536):
                program.stdin.write(data)
            program.stdin.close()
        # The client may have gone by now.
        with contextlib.suppress(OSError, EOFError):
            while data := program.stdout.read1(65536):
                channel.sendall(data)
            channel.send_exit_status(0)
            channel.close()
        program.kill()


@contextlib.contextmanager
def served(door: Door, host_key: paramiko.PKey) -> Iterator[socket.socket]:
    """The client's end of a connection to a server with this door and key."""
    ours, theirs = socket.socketpair()
    server = paramiko.Transport(theirs)
    server.add_server_key(host_key)
    with ours:
        # With an event it does not wait for the client, who is in this thread.
        server.start_server(event=threading.Event(), server=door)
        try:
            yield ours
        finally:
            server.close()


@contextlib.contextmanager
def listening(door: Door, host_key: paramiko.PKey) -> Iterator[int]:
    """The port of a server on this machine's loopback."""
    servers: list[paramiko.Transport] = []

    def accept(sock: socket.socket) -> None:
        server = paramiko.Transport(sock)
        server.add_server_key(host_key)
        servers.append(server)
        # A client that goes away must not end the listening.
        with contextlib.suppress(paramiko.SSHException, EOFError, OSError):
            server.start_server(server=door)

    with answering(accept) as port:
        yield port
        for server in servers:
            server.close()


@contextlib.contextmanager
def answering(accept: Callable[[socket.socket], None]) -> Iterator[int]:
    """The port of a listener that hands each connection to `accept`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def loop() -> None:
            with contextlib.suppress(OSError):
                while True:
                    accept(listener.accept()[0])

        thread = threading.Thread(target=loop, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
