"""Every way to be let in gives the same facts, and none is trusted unseen."""

from dataclasses import replace

import pytest

from scaffold.adapters.probe.local import ProbeOptions
from scaffold.adapters.probe.over_ssh import probe_remote
from scaffold.errors import InputError, TargetError
from scaffold.facts import HostFacts
from scaffold.parsing.host import read_host
from tests.lab.hosts.healthy import HEALTHY
from tests.lab.hosts.pieces_system import PASSWORD, sshd
from tests.lab.support.client import Client, Person
from tests.lab.support.host_view import Changes, Private
from tests.lab.support.sshd import Keys, running_host


def same_in_all(facts: HostFacts) -> HostFacts:
    """The facts without what depends on the moment and on how busy the machine is."""
    return replace(
        facts,
        system=replace(facts.system, clock_skew_s=None),
        login=replace(facts.login, shell_s=None),
    )


@pytest.fixture(scope="module")
def usual(keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> HostFacts:
    """The facts of the healthy host."""
    client = Client(tmp_path_factory.mktemp("usual"), keys)
    return same_in_all(look(HEALTHY, keys, client))


def look(view: Changes, keys: Keys, client: Client, person: Person | None = None) -> HostFacts:
    with running_host(view, keys) as host:
        client.reaches(host.port)
        client.trusts(host.port)
        facts = read_host(client.probe(person))
        assert host.left_behind() == []
    return facts


def test_password_is_asked_for_once(usual: HostFacts, keys: Keys, client: Client):
    person = Person(secrets=(PASSWORD,))
    view = HEALTHY | sshd("PubkeyAuthentication no", "PasswordAuthentication yes")
    assert same_in_all(look(view, keys, client, person)) == usual
    assert person.asked == ["Password of ada@127.0.0.1: "]


def test_wrong_password_is_not_tried_again(keys: Keys, client: Client):
    person = Person(secrets=("guess", PASSWORD))
    view = HEALTHY | sshd("PubkeyAuthentication no", "PasswordAuthentication yes")
    with pytest.raises(TargetError, match="does not accept that password"):
        look(view, keys, client, person)
    assert len(person.asked) == 1


def test_passphrase_of_a_key_is_asked_for_once(usual: HostFacts, keys: Keys, client: Client):
    locked = keys.path("locked", passphrase="opensesame")
    view = HEALTHY | {"/etc/ssh/authorized_keys": f"{keys.public('locked')} ada\n"}
    with running_host(view, keys) as host:
        client.reaches(host.port, f"IdentityFile {locked}", key=False)
        client.trusts(host.port)
        person = Person(secrets=("opensesame",))
        assert same_in_all(read_host(client.probe(person))) == usual
    assert len(person.asked) == 1


def test_certificates_let_in_and_vouch_for_the_host(usual: HostFacts, keys: Keys, client: Client):
    keys.certificate("user", "-n", "ada")
    host_certificate = keys.certificate("host", "-h", "-n", "127.0.0.1")
    view = HEALTHY | {
        "/etc/ssh/ca.pub": f"{keys.public('ca')}\n",
        "/etc/ssh/host_key-cert.pub": host_certificate.read_text(),
        "/etc/ssh/authorized_keys": "",
        **sshd("TrustedUserCAKeys /etc/ssh/ca.pub", "HostCertificate /etc/ssh/host_key-cert.pub"),
    }
    try:
        with running_host(view, keys) as host:
            client.reaches(host.port)
            client.knows(f"@cert-authority [127.0.0.1]:{host.port} {keys.public('ca')}")
            assert same_in_all(read_host(client.probe())) == usual
    finally:
        keys.path("user").with_name("user_ed25519-cert.pub").unlink()


def test_way_leads_through_a_jump_host(usual: HostFacts, keys: Keys, client: Client):
    with running_host(HEALTHY, keys) as jump, running_host(HEALTHY, keys) as host:
        client.reaches(jump.port, name="jump01")
        client.reaches(host.port, "ProxyJump jump01")
        client.trusts(jump.port)
        client.trusts(host.port)
        assert same_in_all(read_host(client.probe())) == usual
        assert "Accepted publickey" in jump.log.read_text()


def test_address_of_ipv6_is_reached(usual: HostFacts, keys: Keys, client: Client):
    with running_host(HEALTHY | sshd("ListenAddress ::1"), keys) as host:
        client.config.write_text(
            f"Host *\n  IdentityFile {keys.path('user')}\n"
            f"  UserKnownHostsFile {client.known_hosts}\n  GlobalKnownHostsFile none\n"
        )
        client.knows(f"[::1]:{host.port} {keys.public('host')}")
        name = f"ada@[::1]:{host.port}"
        facts = read_host(probe_remote(name, Person().asking(), ProbeOptions(), client.config))
    assert same_in_all(replace(facts, name=usual.name)) == usual


def test_jump_host_that_is_not_trusted_is_named(keys: Keys, client: Client):
    with running_host(HEALTHY, keys) as jump, running_host(HEALTHY, keys) as host:
        client.reaches(jump.port, name="jump01")
        client.reaches(host.port, "ProxyJump jump01")
        client.trusts(host.port)
        with pytest.raises(
            TargetError, match="the connection to the host is blocked: Host key"
        ) as raised:
            client.probe()
    assert "jump01" in (raised.value.hint or "")


POST_QUANTUM = sshd("KexAlgorithms sntrup761x25519-sha512@openssh.com")
"""OpenSSH's first post-quantum exchange, which paramiko does not speak."""


def test_server_that_only_openssh_understands_is_reached_by_it(
    usual: HostFacts, keys: Keys, client: Client
):
    facts = look(HEALTHY | POST_QUANTUM, keys, client)
    # OpenSSH opens no channel of its own to prove that sshd forwards.
    seen = replace(usual.sshd, software=facts.sshd.software, forwards=None)
    assert same_in_all(facts) == replace(usual, sshd=seen)


def test_server_that_only_openssh_understands_is_not_trusted_unseen(keys: Keys, client: Client):
    with running_host(HEALTHY | POST_QUANTUM, keys) as host:
        client.reaches(host.port)
        with pytest.raises(TargetError, match="only be reached by OpenSSH") as raised:
            client.probe()
    assert "ssh gpu01" in (raised.value.hint or "")
    assert client.known_hosts.read_text() == ""


@pytest.mark.parametrize(("answer", "lines"), [("no", 0), ("once", 0), ("remember", 1)])
def test_host_key_is_remembered_only_on_the_users_word(
    answer: str, lines: int, keys: Keys, client: Client
):
    person = Person(trust=answer)  # type: ignore[arg-type]
    with running_host(HEALTHY, keys) as host:
        client.reaches(host.port)
        if answer == "no":
            with pytest.raises(InputError, match=r"host key of .* is not known"):
                client.probe(person)
        else:
            client.probe(person)
        assert len(client.known_hosts.read_text().splitlines()) == lines
        assert (client.ssh().returncode == 0) == bool(lines)


def test_changed_host_key_is_refused(keys: Keys, client: Client):
    other = Private(keys.path("other").read_text())
    with running_host(HEALTHY | {"/etc/ssh/host_key": other}, keys) as host:
        client.reaches(host.port)
        client.trusts(host.port)
        before = client.known_hosts.read_text()
        with pytest.raises(TargetError, match="has changed"):
            client.probe(Person(trust="remember"))
        assert client.known_hosts.read_text() == before
