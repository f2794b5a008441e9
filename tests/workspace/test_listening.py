"""What a look into a container tells a tunnel: its ports, and Jupyter servers with their tokens."""

import json

import pytest

from scaffold.facts.inside import Listening
from scaffold.workspace.listening import JupyterServer, ListeningProbe

LAB = {"port": 8888, "base_url": "/", "token": "s3cret", "secure": False, "pid": 7}


def look(*lines: str, begun: bool = True) -> ListeningProbe:
    """A look that came to its end; `N` stands for the nonce."""
    found = ListeningProbe("N")
    head = ("noise", *(("N begin",) if begun else ()))
    assert found.feed("\n".join([*head, *lines, "N done", ""]).encode(), b"")
    return found


def test_ports_and_servers_are_read_and_noise_is_passed_over():
    found = look("N port 0100007F:22B8", "port 0100007F:0001", f"N server {json.dumps(LAB)}")
    assert found.listening == (Listening(8888, loopback=True),)
    assert found.servers == (JupyterServer(8888, "/", "s3cret"),)
    assert b"nonce=N" in found.script()


def test_look_that_did_not_come_about_knows_nothing():
    assert look(begun=False).listening is None
    assert ListeningProbe().listening is None
    assert ListeningProbe().servers == ()


ODD = {
    "no JSON": "{",
    "no object": "[]",
    "no port": '{"token": "x"}',
    "port is a word": '{"port": "x"}',
    "base leads elsewhere": json.dumps(LAB | {"base_url": "@evil.example/"}),
    "token drives the terminal": json.dumps(LAB | {"token": "\x1b[2J"}),
    "token has spaces": json.dumps(LAB | {"token": "a b"}),
}


@pytest.mark.parametrize("name", ODD)
def test_file_that_is_not_jupyters_is_none_of_ours(name):
    assert look(f"N server {ODD[name]}").servers == ()


def test_token_stands_in_the_address_only_where_it_is_asked_for():
    server = JupyterServer(8888, "/hub/", "s3cret", secure=True)
    assert server.url(9000, token=True) == "https://127.0.0.1:9000/hub/?token=s3cret"
    assert server.url(9000, token=False) == "https://127.0.0.1:9000/hub/"
    assert JupyterServer(8888).url(8888, token=True) == "http://127.0.0.1:8888/"
    assert "s3cret" not in repr(server)
