"""What ssh, rsync and Docker print when a connection is lost, and what only looks like it."""

import pytest

from scaffold.parsing.lost_connection import is_lost_connection, without_our_own

LOST = (
    "client_loop: send disconnect: Broken pipe",
    "Connection to 10.0.0.5 closed by remote host.",
    "Connection to gpu01 port 22 timed out",
    "Timeout, server gpu01 not responding.",
    "Read from remote host gpu01: Connection reset by peer",
    "mux_client_request_session: read from master failed: Broken pipe",
    "rsync: connection unexpectedly closed (0 bytes received so far) [sender]",
    "error during connect: Post http://docker.example.com/v1.47/build: EOF",
)

OTHER = (
    "Permission denied (publickey).",
    "error during connect: ssh: Could not resolve hostname gpu01",
    "command [ssh -l ada -- gpu01 docker system dial-stdio] has exited with exit status 255",
    "ssh: Could not resolve hostname gpu01: Name or service not known",
    "ERROR: failed to solve: process did not complete successfully: exit code: 1",
    "client_loop: send disconnect: Broken pipe\n#1\n#2\n#3\nERROR: failed to solve",
    "",
)


@pytest.mark.parametrize("text", LOST)
def test_a_lost_connection_is_known_by_its_last_words(text):
    assert is_lost_connection(f"#12 copying\n{text}\n\n")


@pytest.mark.parametrize("text", OTHER)
def test_other_ends_are_not_taken_for_it(text):
    assert not is_lost_connection(text)


@pytest.mark.parametrize(
    ("output", "left"),
    [
        (b"732fcb96230e9c8f begin\n", b""),
        (b"Welcome\n732fcb96230e9c8f begin\n732fcb96230e9c8f owner 1\n", b""),
        (b"This account is not available.\n", b"This account is not available.\n"),
        (b"we begin\n", b"we begin\n"),
    ],
)
def test_lines_of_our_own_say_nothing_of_the_end(output, left):
    assert without_our_own(output) == left
