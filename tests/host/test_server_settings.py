"""Settings that a user chooses: what is typed, what is run, and how it is seen to hold."""

import json
import os
import subprocess

import pytest

from scaffold.errors import InputError
from scaffold.facts import ClientFacts, DaemonFile, Gpu, HostFacts
from scaffold.findings import Consent, Interrupts
from scaffold.host.daemon_file import BY_TEXT, configured, rewritten
from scaffold.host.fixing import Proposal, shown
from scaffold.host.server_settings import as_finding, find_setting

FILE = "/etc/docker/daemon.json"


def host(text: str | None = None, error: str = "") -> HostFacts:
    files = (DaemonFile(FILE, text, error),) if text is not None or error else ()
    return HostFacts(client=ClientFacts(daemon_files=files))


def after(typed: str, facts: HostFacts) -> HostFacts:
    """The host when the steps have been run."""
    setting, value = find_setting(typed)
    (step,) = setting.steps(value, facts)
    assert step.argv[2] == BY_TEXT
    assert step.sudo
    assert step.interrupts is Interrupts.CONTAINERS
    return host(step.argv[6])


KEPT = '{"runtimes": {"nvidia": {"path": "x"}}}'

FILE_SETTINGS = {
    "logs as recommended": (
        "log-rotation",
        {"log-driver": "json-file", "log-opts": {"max-size": "10m", "max-file": "3"}},
    ),
    "logs of another size": (
        "log-rotation=1g,5",
        {"log-driver": "json-file", "log-opts": {"max-size": "1g", "max-file": "5"}},
    ),
    "a larger disk": ("data-root=/data/docker/", {"data-root": "/data/docker"}),
    "other addresses": (
        "address-pool=10.200.0.0/16",
        {"default-address-pools": [{"base": "10.200.0.0/16", "size": 24}]},
    ),
    "a public mirror by name": (
        "registry-mirror=daocloud",
        {"registry-mirrors": ["https://docker.m.daocloud.io"]},
    ),
    "mirrors of one's own": (
        "registry-mirror=http://10.0.0.5:5000/,hub.example.org",
        {"registry-mirrors": ["http://10.0.0.5:5000", "https://hub.example.org"]},
    ),
    "a small pool": (
        "address-pool=10.200.0.0/26",
        {"default-address-pools": [{"base": "10.200.0.0/26", "size": 26}]},
    ),
}


@pytest.mark.parametrize(("typed", "wanted"), FILE_SETTINGS.values(), ids=FILE_SETTINGS)
@pytest.mark.parametrize("text", [None, "", KEPT])
def test_a_setting_joins_the_others_in_the_file(typed, wanted, text):
    setting, value = find_setting(typed)
    before = host(text)
    assert not setting.holds(value, before)
    now = after(typed, before)
    assert setting.holds(value, now)
    document = json.loads(now.client.daemon_files[0].text or "")
    assert document == {**json.loads(text or "{}"), **wanted}


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "log-rotation=big",
        "log-rotation=10m,many",
        "registry-mirror=tuna",
        "registry-mirror=https://user:pass@example.org",
        "registry-mirror=a b",
        "registry-mirror=daocloud,,",
        "data-root",
        "data-root=data",
        "data-root=/",
        "data-root=/data/../etc",
        "address-pool=10.200.0.1/16",
        "address-pool=docker",
        "mig=3g;id",
        "other=1",
    ],
)
def test_other_values_are_refused_with_an_example(typed):
    with pytest.raises(InputError) as raised:
        setting, value = find_setting(typed)
        setting.steps(value, HostFacts())
    assert raised.value.hint


@pytest.mark.parametrize("facts", [host(error="line 1: missing comma"), host("{", "odd")])
def test_a_file_that_cannot_be_read_is_not_replaced(facts):
    setting, value = find_setting("log-rotation")
    with pytest.raises(InputError, match="cannot be read"):
        setting.steps(value, facts)


def card(*devices: str, enabled: bool = True) -> Gpu:
    return Gpu(name="NVIDIA H100", mig_enabled=enabled, mig_devices=devices)


@pytest.mark.parametrize(
    ("gpus", "holds"),
    [
        ((card("MIG-1", "MIG-2"),), True),
        ((card("MIG-1"),), False),
        ((card(enabled=False),), False),
        ((), False),
    ],
)
def test_mig_holds_where_the_instances_are_there(gpus, holds):
    setting, value = find_setting("mig=3g.40gb,3g.40gb")
    assert setting.holds(value, HostFacts(gpus=gpus)) == holds
    first, second = setting.steps(value, HostFacts())
    assert first.undo == ("nvidia-smi", "-mig", "0")
    assert second.argv == ("nvidia-smi", "mig", "-cgi", "3g.40gb,3g.40gb", "-C")
    assert "-dci" in second.undo[2]


def test_a_wish_is_a_choice_of_the_users_own():
    setting, value = find_setting("data-root=/data")
    finding = as_finding(setting, value, host())
    assert finding.consent is Consent.OWN_CHOICE
    assert "(data-root=/data)" in finding.message
    lines = shown(Proposal(finding).steps[0], root=False, whole=False)
    assert any('"data-root": "/data"' in line for line in lines)
    assert "    sudo systemctl restart docker" in lines


class Docker:
    """Stand-ins of Docker's programs, below a folder of the test."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "docker").mkdir()
        self.file = folder / "docker/daemon.json"
        self.log = folder / "log"
        self.program("docker", f"[ ! -e {folder}/broken ]")
        self.program(
            "dockerd", 'case $1 in --help) echo --validate ;; *) ! grep -q BAD "${2#*=}" ;; esac'
        )
        self.program("systemctl", f'echo "$*" >>{self.log}')
        self.program(
            "nvidia-ctk", 'for w; do case $w in --config=*) echo "{}" >"${w#*=}" ;; esac; done'
        )

    def program(self, name, body):
        path = self.folder / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def run(self, step):
        argv = list(step.argv)
        argv[2] = argv[2].replace("/etc/docker", str(self.file.parent))
        env = os.environ | {"PATH": f"{self.folder}/bin:/usr/bin:/bin"}
        return subprocess.run(argv, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def docker(tmp_path):
    return Docker(tmp_path)


OLD, NEW = '{"a": 1}', '{"a": 2}'


@pytest.mark.parametrize("old", ["", OLD])
def test_the_new_text_replaces_the_old_and_docker_restarts(docker, old):
    if old:
        docker.file.write_text(f"{old}\n")
        docker.file.chmod(0o640)
    done = docker.run(rewritten("x", old, NEW))
    assert done.returncode == 0, done.stderr
    assert docker.file.read_text() == f"{NEW}\n"
    assert docker.log.read_text() == "restart docker\n"
    if old:
        assert docker.file.stat().st_mode & 0o777 == 0o640
        assert docker.file.with_name("daemon.json.before-scaffold").read_text() == f"{old}\n"


@pytest.mark.parametrize(
    ("fault", "told"),
    [("changed", "was changed after the check"), ("invalid", ""), ("broken", "did not come back")],
)
def test_the_file_stays_where_anything_is_wrong(docker, fault, told):
    docker.file.write_text(f"{OLD}\n")
    new = '{"BAD": 1}' if fault == "invalid" else NEW
    if fault == "broken":
        (docker.folder / "broken").write_text("")
    done = docker.run(rewritten("x", "{}" if fault == "changed" else OLD, new))
    assert done.returncode == 1
    assert told in done.stderr
    assert docker.file.read_text() == f"{OLD}\n"
    assert [path.name for path in docker.file.parent.iterdir()] == ["daemon.json"]


def test_nvidias_tool_works_on_a_copy_and_docker_restarts_as_its_system_does(docker):
    done = docker.run(configured(("--cdi.enabled",), ("systemctl", "try-restart", "docker")))
    assert done.returncode == 0, done.stderr
    assert docker.file.read_text() == "{}\n"
    assert docker.log.read_text() == "try-restart docker\n"
