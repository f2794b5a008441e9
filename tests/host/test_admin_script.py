"""The script for an administrator: clean, complete, run twice, and taken back."""

import os
import re
import shutil
import subprocess
import sys
from itertools import zip_longest
from pathlib import Path

import pytest

from scaffold.checks.host import check_host
from scaffold.findings import Consent, Finding, Interrupts, Level, Step, root, run
from scaffold.host.admin_script import AdminRequest, admin_script, admin_text
from scaffold.host.fixing import proposals
from scaffold.parsing.host import read_host
from tests.checks.reported import recorded
from tests.checks.reported_rows import ROWS

SHELLCHECK = Path(sys.executable).with_name("shellcheck")

ROUTINE, OWN = Consent.ROUTINE, Consent.OWN_CHOICE
STOPS = Interrupts.CONTAINERS


def finding(name: str, *steps: Step, consent: Consent = ROUTINE, message: str = "broken"):
    return Finding(
        id=name,
        level=Level.ERROR,
        topic=name.partition(".")[0],
        message=message,
        why='It says: "could not select $driver".',
        fix=steps,
        consent=consent,
    )


def request(*findings: Finding, by_hand: tuple[str, ...] = ()) -> AdminRequest:
    return AdminRequest(
        host="gpu01",
        user="ada",
        stamp="20261129T100000000000",
        fixes=proposals(findings),
        by_hand=by_hand,
    )


CONFIGURE = root("Tell Docker.", "nvidia-ctk", "runtime", "configure", "--runtime=docker")
RESTART = root("Restart Docker.", "systemctl", "restart", "docker", interrupts=STOPS)
REBOOT = root("Restart the machine.", "reboot", interrupts=Interrupts.MACHINE)
SHELL = root("Add a line.", "sh", "-c", 'x="$(id -u)"; echo "$x" >/etc/x.list; echo SCRIPT\n')
JOIN = root(
    *("Join.", "usermod", "-aG", "docker", "ada"),
    undo=("gpasswd", "-d", "ada", "docker"),
    interrupts=Interrupts.LOGIN,
)

SITUATIONS = {
    "nothing at all": request(),
    "a group": request(finding("docker.permission", JOIN)),
    "Docker's settings": request(finding("toolkit.not-configured", CONFIGURE, RESTART)),
    "a script of several lines": request(finding("toolkit.missing", SHELL)),
    "a driver and a reboot": request(finding("driver.missing", SHELL, REBOOT, consent=OWN)),
    "words only": request(by_hand=("By hand: driver.old: update it", "   as NixOS does")),
    "odd texts of a host": request(
        finding("docker.x", root("It's\n`id` $(id)", "printf", "%s", 'a\'b $x `y` \\ "z"'))
    ),
    "a step of the account itself": request(
        finding("docker.y", run("Yours.", "docker", "context", "use", "default"), JOIN)
    ),
}


@pytest.fixture(params=SITUATIONS.values(), ids=SITUATIONS)
def situation(request):
    return request.param


def test_the_script_is_clean_for_shellcheck(situation):
    argv = [str(SHELLCHECK), "--shell=sh", "-"]
    done = subprocess.run(
        argv, input=admin_script(situation), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_no_line_of_a_host_becomes_a_line_of_its_own(situation):
    script = admin_script(situation)
    assert not re.search(r"^`id`", script, re.MULTILINE)
    assert script.startswith("#!/bin/sh\n")


def test_script_and_text_name_reason_commands_interruption_and_undo():
    found = request(
        finding("toolkit.not-configured", CONFIGURE, RESTART), finding("docker.permission", JOIN)
    )
    for text in (admin_script(found), "\n".join(admin_text(found))):
        assert 'Reason: It says: "could not select $driver".' in text
        assert "Interrupts: running containers, because Docker restarts" in text
        assert "Interrupts: nothing; it takes effect at the next login" in text
        assert "Undo: gpasswd -d ada docker" in text
        assert "usermod -aG docker ada" in text
        assert "toolkit.not-configured: broken" in text
    assert "sudo usermod -aG docker ada" in admin_text(found)[-1]


PROGRAMS = {
    "usermod": "echo member >>$ETC/group",
    "gpasswd": "sed -i /member/d $ETC/group",
    "systemctl": 'echo "systemctl $*" >>$LOG',
    "docker": "[ ! -e $LOG.containers ] || echo web",
    "dockerd": "",
    "id": "echo 0",
    "reboot": "echo rebooted >>$LOG",
}


class Machine:
    """Stand-ins of root's programs, which write below a folder of the test."""

    def __init__(self, folder: Path) -> None:
        self.etc, self.log = folder / "etc", folder / "log"
        self.state = folder / "state"
        self.etc.mkdir()
        (self.etc / "group").write_text("docker:x:999:\n")
        self.log.write_text("")
        programs = folder / "bin"
        programs.mkdir()
        for name, body in PROGRAMS.items():
            (programs / name).write_text(f"#!/bin/sh\n{body}\n")
            (programs / name).chmod(0o755)
        self.env = os.environ | {
            "PATH": f"{programs}:/usr/bin:/bin",
            "ETC": str(self.etc),
            "LOG": str(self.log),
        }

    def run(self, text: str, *words: str, shell: str = "dash") -> subprocess.CompletedProcess[str]:
        text = text.replace("/var/lib/gpu-scaffold/undo", f"{self.state}/gpu-scaffold/undo")
        text = text.replace("/etc/", f"{self.etc}/")
        return subprocess.run(
            [shutil.which(shell) or shell, "-s", "--", *words],
            input=text,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


OPEN = request(
    finding("docker.permission", JOIN),
    finding("toolkit.list", root("Add a list.", "sh", "-c", "echo deb >/etc/x.list"), RESTART),
    finding("driver.missing", SHELL, REBOOT, consent=OWN),
)


@pytest.mark.parametrize("shell", ["dash", "bash"])
def test_root_runs_it_twice_and_takes_it_back(machine, shell):
    script = admin_script(OPEN)
    first = machine.run(script, shell=shell)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "+ docker.permission: done" in first.stdout
    assert "Your decision, not run by itself: driver.missing" in first.stdout
    assert (machine.etc / "x.list").read_text() == "deb\n"
    assert "member" in (machine.etc / "group").read_text()
    assert machine.log.read_text() == "systemctl restart docker\n"
    again = machine.run(script, shell=shell)
    assert again.returncode == 0
    assert "= docker.permission: done before" in again.stdout
    assert machine.log.read_text() == "systemctl restart docker\n"
    back = machine.run(script, "--undo", shell=shell)
    assert back.returncode == 0, back.stdout + back.stderr
    assert sorted(path.name for path in machine.etc.iterdir()) == ["group"]
    assert (machine.etc / "group").read_text() == "docker:x:999:\n"
    assert not machine.state.exists() or not list(machine.state.rglob("*"))


def test_a_decision_of_the_administrator_runs_if_named_and_never_reboots(machine):
    done = machine.run(admin_script(OPEN), "driver.missing")
    assert done.returncode == 0, done.stderr
    assert "Reboot this machine when it suits" in done.stdout
    assert (machine.etc / "x.list").exists()
    assert machine.log.read_text() == ""
    assert "member" not in (machine.etc / "group").read_text()


def test_containers_that_run_are_named_and_docker_is_not_restarted(machine):
    machine.log.with_name("log.containers").write_text("")
    done = machine.run(admin_script(OPEN))
    assert done.returncode == 1
    assert "it ends these containers: web" in done.stdout
    assert machine.log.read_text() == ""
    done = machine.run(admin_script(OPEN), "--stop-containers")
    assert done.returncode == 0
    assert machine.log.read_text() == "systemctl restart docker\n"


def test_a_step_that_fails_is_told_and_tried_again_next_time(machine):
    failing = request(finding("docker.x", root("Fail.", "sh", "-c", "test -e /etc/ready")))
    assert machine.run(admin_script(failing)).returncode == 1
    (machine.etc / "ready").write_text("")
    done = machine.run(admin_script(failing))
    assert (done.returncode, "+ docker.x: done" in done.stdout) == (0, True)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--list",), 0, "driver.missing (your decision): broken"),
        (("--wrong",), 2, "no such option: --wrong"),
        (("no.such",), 2, "no such fix: no.such"),
    ],
)
def test_other_ways_to_call_it(machine, words, code, told):
    done = machine.run(admin_script(OPEN), *words)
    assert done.returncode == code
    assert told in done.stdout + done.stderr


def test_without_root_it_changes_nothing(machine):
    (Path(machine.env["PATH"].partition(":")[0]) / "id").write_text("#!/bin/sh\necho 1000\n")
    done = machine.run(admin_script(OPEN))
    assert done.returncode == 2
    assert "Run this as root" in done.stderr
    assert not (machine.etc / "x.list").exists()


def test_every_fix_of_the_reported_hosts_makes_a_clean_script(tmp_path):
    outcomes = (out for row in ROWS for out in check_host(read_host(recorded(row))))
    variants: dict[str, dict[tuple[Step, ...], Finding]] = {}
    for fix in proposals(one for out in outcomes for one in out.findings):
        if fix.needs_root:
            variants.setdefault(fix.finding.id, {})[fix.steps] = fix.finding
    rounds = zip_longest(*(found.values() for found in variants.values()))
    for number, together in enumerate(rounds):
        script = tmp_path / f"{number}.sh"
        script.write_text(admin_script(request(*filter(None, together))))
    done = subprocess.run(
        [str(SHELLCHECK), *map(str, tmp_path.glob("*.sh"))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_one_fix_for_several_gpus_is_offered_once():
    prohibited = root("Allow it again.", "nvidia-smi", "-c", "0")
    found = [finding("gpu.compute-prohibited", prohibited, message=f"GPU {n}") for n in range(8)]
    assert len(proposals(found)) == 1
