"""Whatever greets a login: the probe gives the same facts, and tells noise apart from them."""

import subprocess
from dataclasses import replace

import pytest

from scaffold.facts import HostFacts
from scaffold.parsing.host import read_host
from tests.lab.hosts.healthy import HEALTHY
from tests.lab.hosts.pieces_system import account, mounts
from tests.lab.support.client import Client
from tests.lab.support.host_view import REAL, TOOLS, Changes, Link, Program, View
from tests.lab.support.sshd import Keys, running_host

MEGABYTES = 20
GREETING = "echo Welcome to gpu01\n"

SHELLS = {
    "bash": ("bash", "/home/ada/.bashrc"),
    "zsh": ("zsh", "/home/ada/.zshenv"),
    "fish": ("fish", "/home/ada/.config/fish/config.fish"),
    "tcsh": ("tcsh", "/home/ada/.tcshrc"),
    # Nothing of theirs is read when a command is run, so that nothing can be said there.
    "dash": ("dash", ""),
    "ash": ("busybox", ""),
}
"""Login shell to the program behind it and the file that it reads for every command."""

MOUNTED = mounts(tmp="tmpfs", var_lib_docker="ext4")
"""busybox's df finds a file system in this list alone."""


def facts_of(view: View, keys: Keys, client: Client) -> HostFacts:
    """Facts of one probe of this host, without the times at which it ran."""
    with running_host(view, keys) as host:
        client.reaches(host.port)
        client.trusts(host.port)
        facts = read_host(client.probe())
    assert facts.probe.complete
    return replace(
        facts,
        system=replace(facts.system, clock_skew_s=0),
        login=replace(facts.login, shell_s=None),
    )


@pytest.fixture(scope="module")
def usual(keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> HostFacts:
    """The facts of the healthy host, whose login shell is a quiet bash."""
    return facts_of(HEALTHY, keys, Client(tmp_path_factory.mktemp("usual"), keys))


def logging_in_to(shell: str, greeting: str = "") -> Changes:
    program, file = SHELLS[shell]
    path = f"/usr/bin/{shell}"
    changes = account(path) | {path: Link(f"{REAL}/bin/{program}")}
    return changes | ({file: greeting} if file else {})


def with_login(facts: HostFacts, shell: str, noise: str = "") -> HostFacts:
    return replace(facts, login=replace(facts.login, shell=shell, noise=noise))


@pytest.mark.parametrize("shell", SHELLS)
def test_every_login_shell_gives_the_same_facts(shell, usual, keys, client):
    facts = facts_of(HEALTHY | logging_in_to(shell), keys, client)
    assert facts == with_login(usual, f"/usr/bin/{shell}")


@pytest.mark.parametrize("shell", [name for name, (_, file) in SHELLS.items() if file])
def test_greeting_of_every_login_shell_is_told_apart(shell, usual, keys, client):
    facts = facts_of(HEALTHY | logging_in_to(shell, GREETING), keys, client)
    assert facts == with_login(usual, f"/usr/bin/{shell}", "Welcome to gpu01")


@pytest.mark.parametrize("stream", ["1", "2"])
def test_megabytes_before_the_probe_lose_nothing_of_it(stream, usual, keys, client):
    flood = f"{REAL}/bin/head -c {MEGABYTES}000000 /dev/zero | {REAL}/bin/tr '\\0' x >&{stream}\n"
    facts = facts_of(HEALTHY | logging_in_to("bash", flood), keys, client)
    noise = facts.login.noise
    assert with_login(facts, "", "") == with_login(usual, "", "")
    assert set(noise) == ({"x"} if stream == "1" else set())
    assert len(noise) < 100_000


def test_megabytes_of_one_answer_lose_nothing_of_the_others(usual, keys, client):
    flood = Program(f"{REAL}/bin/yes more and more | {REAL}/bin/head -c {MEGABYTES}000000")
    facts = facts_of(HEALTHY | {"/usr/bin/lspci": flood}, keys, client)
    assert (facts.probe.cut, facts.pci) == (("pci",), None)
    assert replace(facts, probe=usual.probe, pci=usual.pci) == usual


def test_host_without_timeout_of_coreutils(usual, keys, client):
    assert facts_of(HEALTHY | {"/usr/bin/timeout": None}, keys, client) == usual


def test_host_that_has_only_busybox(keys, client, tmp_path):
    listed = subprocess.run(["busybox", "--list"], capture_output=True, text=True, check=True)
    applets = set(listed.stdout.split())
    links = {name: Link(f"{REAL}/bin/busybox") if name in applets else None for name in TOOLS}
    tools: Changes = {f"/usr/bin/{name}": link for name, link in links.items()}
    (tmp_path / "other").mkdir()
    other = Client(tmp_path / "other", keys)
    usual = facts_of(HEALTHY | MOUNTED, keys, other)
    facts = facts_of(HEALTHY | MOUNTED | tools | account("/bin/sh"), keys, client)
    # busybox rounds the free share of inodes up, and has no getconf.
    assert [disk.free_mib for disk in facts.system.disks] == [
        disk.free_mib for disk in usual.system.disks
    ]
    assert replace(facts, system=usual.system) == with_login(usual, "/bin/sh")
    assert facts.system.glibc is None
    assert replace(facts.system, disks=usual.system.disks, glibc=usual.system.glibc) == usual.system
