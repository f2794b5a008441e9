"""known_hosts as ssh reads it, with ssh-keygen itself as the judge where it is there."""

import base64
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.parsing.known_hosts import (
    KeyVerdict,
    authorities,
    fingerprint,
    judge,
    known_types,
    lookup_name,
    new_line,
    parse_known_hosts,
)


def key(number: int = 1, kind: str = "ssh-ed25519") -> bytes:
    """A key in the wire format: its type and 32 bytes."""
    return len(kind).to_bytes(4) + kind.encode() + (32).to_bytes(4) + bytes([number]) * 32


def line(patterns: str, number: int = 1, kind: str = "ssh-ed25519", marker: str = "") -> str:
    """One line of the file."""
    text = base64.b64encode(key(number, kind)).decode()
    return f"{marker}{' ' if marker else ''}{patterns} {kind} {text} a comment\n"


BROKEN = (
    "",
    "#gpu01 ssh-ed25519 AAAA",
    "gpu01",
    "gpu01 ssh-ed25519",
    "gpu01 ssh-ed25519 not-base64!",
    f"gpu01 ssh-rsa {base64.b64encode(key()).decode()}",
    "@nonsense gpu01 ssh-ed25519 AAAA",
    "|1|cut gpu01",
)


@pytest.mark.parametrize(
    ("patterns", "name", "found"),
    [
        ("gpu01", "gpu01", True),
        ("GPU01,other", "gpu01", True),
        ("gpu02", "gpu01", False),
        ("gpu*", "gpu01", True),
        ("gpu0?", "gpu01", True),
        ("*,!gpu01", "gpu01", False),
        ("[gpu01]:2222", "[gpu01]:2222", True),
        ("[gpu01]:2222", "gpu01", False),
        ("[abc]", "a", False),
        ("|1|not-base64|x", "gpu01", False),
        ("|1|AAAA", "gpu01", False),
    ],
)
def test_patterns_mean_the_hosts_that_ssh_means(patterns, name, found):
    (entry,) = parse_known_hosts(line(patterns))
    assert entry.is_for(name) is found


def test_lines_that_cannot_be_read_are_passed_over():
    text = "\n".join(BROKEN) + "\n" + line("gpu01")
    (entry,) = parse_known_hosts(text, "known_hosts")
    assert entry.place == f"known_hosts:{len(BROKEN) + 1}"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (line("gpu01"), KeyVerdict.KNOWN),
        (line("gpu01", 2) + line("gpu01"), KeyVerdict.KNOWN),
        (line("gpu01", 2), KeyVerdict.CHANGED),
        (line("gpu01", 2, "ssh-rsa"), KeyVerdict.UNKNOWN),
        (line("gpu02"), KeyVerdict.UNKNOWN),
        (line("gpu01") + line("*", 1, marker="@revoked"), KeyVerdict.REVOKED),
        (line("gpu01", marker="@cert-authority"), KeyVerdict.UNKNOWN),
    ],
)
def test_verdict_of_a_shown_key(text, verdict):
    assert judge(parse_known_hosts(text), "gpu01", "ssh-ed25519", key()) is verdict


def test_revoked_authority_signs_nothing():
    entries = parse_known_hosts(
        line("*", 1, marker="@cert-authority")
        + line("*", 2, marker="@cert-authority")
        + line("*", 2, marker="@revoked")
    )
    assert authorities(entries, "gpu01") == (key(1),)


def test_known_types_are_asked_for_in_their_order():
    text = line("gpu01", 1, "ssh-rsa") + line("gpu01") + line("gpu01", 3)
    assert known_types(parse_known_hosts(text), "gpu01") == ("ssh-rsa", "ssh-ed25519")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("GPU01", 22), "gpu01"),
        (("gpu01", 2222), "[gpu01]:2222"),
        (("gpu01", 2222, "Alias"), "alias"),
        (("::1", 22), "::1"),
    ],
)
def test_name_in_the_files(arguments, name):
    assert lookup_name(*arguments) == name


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed")
@pytest.mark.parametrize("hashed", [True, False])
@pytest.mark.parametrize("name", ["gpu01", "[gpu01]:2222", "::1"])
def test_ssh_keygen_finds_a_new_line(tmp_path, name, hashed):
    file = tmp_path / "known_hosts"
    file.write_text(new_line(name, "ssh-ed25519", key(), hashed=hashed))
    found = subprocess.run(
        ["ssh-keygen", "-l", "-F", name, "-f", file], capture_output=True, text=True, check=True
    )
    assert fingerprint(key()) in found.stdout
    assert (name in file.read_text()) is not hashed


@given(st.text(alphabet=st.characters(categories=["L", "N", "P"]), min_size=1), st.booleans())
def test_new_line_is_known_afterwards(name, hashed):
    name = name.lower().replace(",", "").replace("*", "").lstrip("!#@|") or "x"
    entries = parse_known_hosts(new_line(name, "ssh-ed25519", key(), hashed=hashed))
    expected = KeyVerdict.KNOWN if hashed or name == name.lower() else KeyVerdict.UNKNOWN
    assert judge(entries, name, "ssh-ed25519", key()) is expected


@given(st.lists(st.sampled_from([line("gpu01"), *BROKEN, "|1|", "@revoked ", " "]) | st.text()))
def test_any_file_is_read(pieces):
    entries = parse_known_hosts("\n".join(pieces))
    assert judge(entries, "gpu01", "ssh-ed25519", key()) in KeyVerdict
