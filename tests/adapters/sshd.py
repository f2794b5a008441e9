"""An SSH server in this process, at the other end of a socket pair: it asks what a test wants."""

import contextlib
import socket
import threading
from collections.abc import Iterator

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
