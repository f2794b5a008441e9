"""Secrets are found in texts of any size."""

import pytest

from scaffold.container.secret_search import holds_secret

TOKEN = b"hf_abcdefghijklmnopqrstuvwxyz"
LOG = b"2026-11-24 step=1 loss=0.5\n" * 20_000


@pytest.mark.parametrize(
    ("situation", "pieces", "found"),
    [
        ("nothing", [LOG], False),
        ("an empty file", [], False),
        ("at the end of a long file", [LOG, LOG, b"\n" + TOKEN], True),
        ("across two pieces", [LOG + b"x = " + TOKEN[:5], TOKEN[5:] + b"\n"], True),
        ("by name", [LOG + b"password = geheim1234\n"], True),
        ("in an address", [b"https://ada:geheim12@host.example/x\n"], True),
        ("on one long line", [b"a " * 50_000 + TOKEN + b" b" * 50_000], True),
        ("a private key", [b"-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n"], True),
        ("a binary file", [b"\0\1" + TOKEN], False),
        ("words of the rules without a secret", [b"the token passes the login key\n"], False),
    ],
)
def test_secret_in_a_text(situation, pieces, found):
    assert holds_secret(pieces) is found
