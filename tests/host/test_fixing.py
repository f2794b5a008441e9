"""Which fixes are offered, how they are sent, and what a failure means."""

import base64
import subprocess

import pytest

from scaffold.checks.host.docker.fixes import install_docker
from scaffold.errors import InputError, TargetError
from scaffold.facts import DockerFacts, Gpu, HostFacts, Platform, SystemFacts, ToolkitFacts
from scaffold.findings import Consent, Finding, Interrupts, Level, by_hand, root, run, see
from scaffold.host.fixing import proposals
from scaffold.host.gpu_proof import request_for, uuids
from scaffold.host.key_scripts import install_script, read_look, read_reply
from scaffold.host.remote_steps import remote_command, why_sudo_refused

CONFIGURE = root("x", "nvidia-ctk", "runtime", "configure", "--runtime=docker", "--cdi.enabled")
RESTART = root("Restart.", "systemctl", "restart", "docker", interrupts=Interrupts.CONTAINERS)


def finding(name: str, *steps, consent=Consent.ROUTINE) -> Finding:
    topic = name.partition(".")[0]
    return Finding(
        id=name, level=Level.ERROR, topic=topic, message="broken", fix=steps, consent=consent
    )


def test_only_what_can_be_run_is_offered():
    found = proposals(
        (
            finding("toolkit.missing", see("Look.", "x"), by_hand("Think.")),
            finding(
                "disk.docker-full",
                root("Prune.", "docker", "system", "prune"),
                consent=Consent.BY_HAND,
            ),
            finding(
                "docker.permission",
                root("Join.", "usermod", "-aG", "docker", "ada", interrupts=Interrupts.LOGIN),
            ),
            finding(
                "driver.nouveau",
                root("Reboot.", "reboot", interrupts=Interrupts.MACHINE),
                consent=Consent.OWN_CHOICE,
            ),
        )
    )
    assert [one.finding.id for one in found] == ["docker.permission", "driver.nouveau"]
    assert [one.own_choice for one in found] == [False, True]
    assert [one.needs_new_login for one in found] == [True, False]
    assert [one.interruption for one in found] == [
        "nothing; it takes effect at the next login",
        "everything, because the machine reboots",
    ]


def test_configuring_and_restarting_become_one_step_that_can_go_back():
    (one,) = proposals((finding("toolkit.cdi-unread", CONFIGURE, RESTART),))
    (step,) = one.steps
    assert step.argv[-1] == "--cdi.enabled"
    assert one.restarts_docker


@pytest.mark.parametrize("odd", ["it's", "$(id)", "a\nb", "`id`", '"', "\\", "ä"])
def test_arguments_reach_the_far_program_as_they_are(odd):
    command = remote_command(run("x", "printf", "%s", odd), root=False, password=False)
    for shell in ("sh", "bash"):
        done = subprocess.run([shell, "-c", command], capture_output=True, check=True)
        assert done.stdout.decode() == odd


@pytest.mark.parametrize(
    ("is_root", "password", "part"),
    [(True, False, "exec env"), (False, False, "sudo -n"), (False, True, "sudo -S")],
)
def test_sudo_is_used_where_it_is_needed(is_root, password, part):
    command = remote_command(root("x", "true"), root=is_root, password=password)
    sent = base64.b64decode(command.split("echo ")[1].split(" ")[0]).decode()
    assert part in sent


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("sudo: sorry, you must have a tty to run sudo", "wants a terminal"),
        ("Sorry, try again.\nsudo: 1 incorrect password attempt", "that password"),
        ("ada is not in the sudoers file.", "may not use sudo"),
        ("sh: sudo: not found", "not installed"),
        ("E: some other complaint", ""),
    ],
)
def test_complaints_are_understood(said, why):
    refused = why_sudo_refused(said)
    told = refused.why if refused else ""
    assert why in told
    assert bool(why) == bool(told)


def host(*, runtimes=("nvidia",), cdi=(), platform=Platform.LINUX, hook=None, gpus=None):
    docker = DockerFacts(runtimes=runtimes, cdi_devices=cdi)
    tools = ToolkitFacts(hook=hook)
    return HostFacts(platform=platform, docker=docker, gpus=gpus, toolkit=tools)


@pytest.mark.parametrize(
    ("facts", "flags"),
    [
        (HostFacts(), None),
        (host(gpus=()), None),
        (host(gpus=(Gpu(name="T4"),)), ("--gpus=all",)),
        (host(platform=Platform.JETSON), ("--runtime=nvidia",)),
        (host(runtimes=(), cdi=("nvidia.com/gpu=all",)), ("--device=nvidia.com/gpu=all",)),
        (host(runtimes=(), cdi=("nvidia.com/gpu=all",), hook="/usr/bin/x"), ("--gpus=all",)),
    ],
)
def test_the_gpu_is_asked_for_as_the_host_supports_it(facts, flags):
    request = request_for(facts)
    assert (request.flags if request else None) == flags
    assert request is None or request.container()["HostConfig"]["NetworkMode"] == "none"


def test_gpus_and_slices_are_told_apart_by_uuid():
    listing = "GPU 0: X (UUID: GPU-5e1b5c0a-1111)\n  MIG 1g (UUID: MIG-aaaaaaaa-2222)\n"
    assert uuids(listing) == {"GPU-5e1b5c0a-1111", "MIG-aaaaaaaa-2222"}


@pytest.mark.parametrize("bad", ["", "ssh-ed25519", "ssh-ed25519 AAAA'; id", "-x y z w v"])
def test_what_is_no_public_key_is_never_sent(bad):
    with pytest.raises(InputError):
        install_script(bad)


@pytest.mark.parametrize(
    ("output", "there"),
    [
        ("motd\nscaffold-there key\nscaffold-there file\nscaffold-done look\n", (True, False, ())),
        ("scaffold-open 777 /.ssh\nscaffold-done look\n", (False, False, (("/.ssh", "777"),))),
        ("scaffold-open 777\nscaffold-done look\n", (False, False, (("", "777"),))),
        ("scaffold-open 7;id /etc\nscaffold-open\nscaffold-done look", (False, False, ())),
    ],
)
def test_what_the_script_did_is_read_among_noise(output, there):
    look = read_look(output)
    assert (look.key, look.folder, look.open_paths) == there


@pytest.mark.parametrize("output", ["", "menu\n", "scaffold-failed the disk is full\n"])
def test_a_script_that_did_not_end_is_a_failure(output):
    with pytest.raises(TargetError):
        read_reply(output)


@pytest.mark.parametrize(
    ("distribution", "manager", "part"),
    [
        ("ubuntu", "apt-get", "linux/ubuntu"),
        ("debian", "apt-get", "linux/debian"),
        ("amzn", "dnf", "dnf install -y docker"),
        ("rocky", "dnf", "linux/centos"),
        ("fedora", "dnf", "linux/fedora"),
        ("sles", "zypper", "docker"),
        ("raspbian", "apt-get", "get.docker.com"),
        ("linuxmint", "apt-get", "linux/ubuntu"),
        ("arch", "pacman", "pacman -S --noconfirm docker docker-buildx"),
        ("ol", "dnf", "linux/centos"),
        ("nixos", None, "virtualisation.docker.enable"),
        (None, None, "docs.docker.com/engine/install"),
    ],
)
def test_docker_is_installed_as_its_distribution_does(distribution, manager, part):
    system = SystemFacts(distribution=distribution, package_manager=manager)
    steps = install_docker(HostFacts(system=system))
    assert any(part in " ".join((step.why, *step.argv)) for step in steps)
