"""Host certificates that ssh-keygen made, whole, cut, and of the wrong kind."""

import base64
import shutil
import subprocess
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.parsing.host_certificate import read_certificate

pytestmark = pytest.mark.skipif(
    not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed"
)


@pytest.fixture(scope="module")
def certify(tmp_path_factory):
    """Make a key of a kind, let an authority sign it, and return blob and public keys."""
    folder = tmp_path_factory.mktemp("keys")
    numbers = iter(range(100))

    def run(*argv: object) -> None:
        subprocess.run(["ssh-keygen", "-q", *map(str, argv)], check=True, capture_output=True)

    def public(file) -> bytes:
        return base64.b64decode(file.read_text().split()[1])

    run("-t", "ed25519", "-N", "", "-f", folder / "authority")

    def make(kind: str, *options: object) -> tuple[bytes, bytes, bytes]:
        name = folder / f"{kind}-{next(numbers)}"
        run("-t", kind, "-N", "", "-f", name)
        run("-s", folder / "authority", "-I", "id", *options, f"{name}.pub")
        authority = public(folder / "authority.pub")
        plain = public(name.with_name(f"{name.name}.pub"))
        return public(name.with_name(f"{name.name}-cert.pub")), plain, authority

    return make


@pytest.mark.parametrize("kind", ["ed25519", "rsa", "ecdsa"])
def test_certificate_holds_the_key_and_who_signed_it(certify, kind):
    blob, plain, authority = certify(kind, "-h", "-n", "gpu01,GPU02")
    certificate = read_certificate(blob)
    assert (certificate.key, certificate.authority) == (plain, authority)
    assert certificate.principals == ("gpu01", "gpu02")
    assert (
        certificate.signed + len(certificate.signature).to_bytes(4) + certificate.signature == blob
    )


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        (("-h", "-n", "gpu01"), ""),
        (("-h",), ""),
        (("-h", "-n", "*.example.org"), "it is for *.example.org"),
        (("-n", "gpu01"), "it is a user's certificate"),
        (("-h", "-V", "20200101:20200102"), "it is not valid at this time"),
        (("-h", "-V", "20990101:20990102"), "it is not valid at this time"),
        (("-h", "-O", "critical:x=y"), "it has critical options"),
    ],
)
def test_certificate_speaks_for_its_host_only(certify, options, fault):
    certificate = read_certificate(certify("ed25519", *options)[0])
    found = certificate.fault("GPU01", time.time())
    assert found.startswith(fault)
    assert bool(found) is bool(fault)


def test_plain_key_is_no_certificate(certify):
    with pytest.raises(ValueError, match="not a certificate"):
        read_certificate(certify("ed25519", "-h")[1])


def test_certificate_cut_anywhere_is_refused(certify):
    blob = certify("ed25519", "-h", "-n", "a,b")[0]
    for size in range(len(blob)):
        with pytest.raises(ValueError, match=r"cut certificate|not a certificate"):
            read_certificate(blob[:size])


@given(st.binary())
def test_any_bytes_are_read_or_refused(tail):
    name = b"ssh-ed25519-cert-v01@openssh.com"
    with pytest.raises(ValueError, match="cut"):
        read_certificate(len(name).to_bytes(4) + name + tail[:60])
