"""Docker for one account: what a host has to allow, and what is run."""

import subprocess
import sys
from pathlib import Path

import pytest

from scaffold.facts import HostFacts, LoginFacts, ToolkitFacts
from scaffold.host.record import record_of
from scaffold.host.rootless import CHECK, read_check, rootless_steps

SHELLCHECK = Path(sys.executable).with_name("shellcheck")

FACTS = HostFacts(login=LoginFacts(user="ada", home="/home/ada"))
ALLOWED = {
    "etc/subuid": "ada:100000:65536\n",
    "etc/subgid": "1001:100000:65536\n",
    "proc/sys/user/max_user_namespaces": "1000\n",
    "proc/sys/kernel/unprivileged_userns_clone": "1\n",
    "proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n",
    "etc/apparmor.d/usr.bin.rootlesskit": "profile rootlesskit {}\n",
    "bin/newuidmap": "",
    "bin/systemctl": "",
    "bin/dockerd-rootless-setuptool.sh": "",
}

HOSTS = {
    "everything is there": ({}, ""),
    "no newuidmap": ({"bin/newuidmap": None}, "newuidmap is not installed"),
    "no range of user ids": ({"etc/subuid": "kim:1:2\n"}, "/etc/subuid has no range"),
    "no file of group ids": ({"etc/subgid": None}, "/etc/subgid has no range"),
    "a kernel without user namespaces": (
        {"proc/sys/user/max_user_namespaces": "0\n"},
        "user.max_user_namespaces",
    ),
    "Debian's switch is off": (
        {"proc/sys/kernel/unprivileged_userns_clone": "0\n"},
        "unprivileged_userns_clone",
    ),
    "AppArmor without a profile": (
        {"etc/apparmor.d/usr.bin.rootlesskit": None},
        "docker-ce-rootless-extras",
    ),
    "no systemd session": ({"bin/systemctl": "exit 1"}, "systemd has no session"),
}


def checked(tmp_path, changes):
    """What the script prints on a host of these files."""
    for name, text in (ALLOWED | changes).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            continue
        path.write_text(f"#!/bin/sh\n{text}\n" if name.startswith("bin/") else text)
        path.chmod(0o755)
    (tmp_path / "bin/id").write_text('#!/bin/sh\n[ "$1" = -un ] && echo ada || echo 1001\n')
    (tmp_path / "bin/id").chmod(0o755)
    script = CHECK.replace("/etc/", f"{tmp_path}/etc/").replace("/proc/", f"{tmp_path}/proc/")
    env = {"PATH": f"{tmp_path}/bin:/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(
        ["sh", "-s"], input=script, env=env, capture_output=True, text=True, check=True
    )
    return read_check(f"Welcome!\n{done.stdout}")


@pytest.mark.parametrize(("changes", "missing"), HOSTS.values(), ids=HOSTS)
def test_what_is_missing_is_named(changes, missing, tmp_path):
    found = checked(tmp_path, changes)
    assert found is not None
    has_tool, reasons = found
    assert has_tool
    assert bool(reasons) == bool(missing)
    assert all(missing in reason.replace(str(tmp_path), "") for reason in reasons)


def test_a_host_that_does_not_answer_is_unknown():
    assert read_check("Welcome!\n") is None


def test_the_script_is_clean():
    argv = [str(SHELLCHECK), "-s", "sh", "-"]
    text = f"#!/bin/sh\n{CHECK}"
    done = subprocess.run(argv, input=text, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("facts", "has_tool", "parts"),
    [
        (FACTS, True, ("dockerd-rootless-setuptool.sh install", "restart docker", "linger")),
        (FACTS, False, ("https://get.docker.com/rootless", "restart docker", "linger")),
        (
            HostFacts(login=FACTS.login, toolkit=ToolkitFacts(version="1.18.0")),
            True,
            ("setuptool.sh install", "--cdi.enabled", "restart docker", "linger"),
        ),
    ],
)
def test_steps_need_no_root_and_can_be_undone(facts, has_tool, parts):
    steps = rootless_steps(facts, has_tool=has_tool)
    for step, part in zip(steps, parts, strict=True):
        assert part in " ".join(step.argv)
        assert not step.sudo
    assert steps[0].undo
    assert steps[-1].undo == ("loginctl", "disable-linger")


def test_the_settings_that_are_written_are_on_record():
    facts = HostFacts(login=FACTS.login, toolkit=ToolkitFacts(version="1.18.0"))
    gpu = rootless_steps(facts, has_tool=True)[1]
    record = record_of(gpu, "1", "rootless", "ada", stops=False)
    assert record.files == (
        "/home/ada/.config/cdi/nvidia.yaml",
        "/home/ada/.config/docker/daemon.json",
    )
