"""What is said of a host: exactly its faults, the root cause alone; of a healthy one nothing."""

import pytest

from scaffold.answers.choices import GpuNeed
from scaffold.checks.host import TOPICS, check_host, network
from scaffold.checks.host.fit import CONFLICT, DOUBT, fit_topic
from scaffold.checks.topics import TopicOutcome
from scaffold.facts import HostFacts, PciDevice
from scaffold.findings import Level
from scaffold.project.framework import Framework
from scaffold.resolver.resolution import Wishes
from tests.checks.hosts import HEALTHY, findings, host, ids
from tests.checks.reported_rows import ROWS
from tests.checks.situations import DENIED, SITUATIONS, UNTOLD
from tools.findings_page import PAGE, with_table

ALL_TOPICS = (*TOPICS, network.TOPIC, fit_topic(Wishes()))
RULES = {rule.id: rule for topic in ALL_TOPICS for rule in topic.rules}
TORCH = Wishes(framework=Framework.PYTORCH, gpu=GpuNeed.REQUIRED)


def test_healthy_host_has_no_finding():
    assert ids(HEALTHY) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [situation[1:] for situation in SITUATIONS],
    ids=[situation[0] for situation in SITUATIONS],
)
def test_broken_host_gives_exactly_its_findings(changes, expected):
    assert ids(host(**changes)) == expected.split()


def test_every_rule_has_a_situation():
    seen = {name for _, _, expected in SITUATIONS for name in expected.split()}
    seen |= {word for row in ROWS for word in row.finds.replace(",", "").split() if "." in word}
    assert set(RULES) - seen == {CONFLICT.id, DOUBT.id}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_rule_has_an_id_of_its_topic_a_reason_and_a_source(rule):
    names = {topic.name for topic in ALL_TOPICS}
    assert rule.topic in names
    assert rule.title
    assert rule.why.endswith((".", "]]."))
    assert rule.source


@pytest.mark.parametrize(
    "changes", [situation[1] for situation in SITUATIONS], ids=[s[0] for s in SITUATIONS]
)
def test_error_comes_with_a_way_to_mend_it(changes):
    for finding in findings(host(**changes)):
        if finding.level in {Level.ERROR, Level.WARN}:
            assert finding.fix, finding.id
        assert all(step.why for step in finding.fix)


def test_page_of_findings_is_up_to_date():
    page = PAGE.read_text(encoding="utf-8")
    assert with_table(page) == page, "run: make docs"


def outcome(facts: HostFacts, name: str, wishes: Wishes | None = None) -> TopicOutcome:
    return next(found for found in check_host(facts, wishes) if found.topic.name == name)


def test_echoes_of_a_dead_driver_are_left_out():
    broken = host(pci=(), gpus=(), driver__smi=None)
    assert outcome(broken, "driver").echo_of == "Hardware"
    assert outcome(broken, "gpu").summary == "skipped (fix Hardware first)"
    assert outcome(broken, "gpu").level is Level.OK


def test_level_of_a_topic_is_its_worst():
    worst = host(sshd__max_sessions=1, login__shell="/bin/tcsh")
    assert outcome(worst, "ssh").level is Level.WARN
    assert outcome(HEALTHY, "ssh").level is Level.OK


def test_login_is_not_looked_at_on_this_machine():
    assert ids(host(name="local", login__noise="x")) == []


NO_CHIPS = (
    PciDevice(address="a", device="ffff", device_class="0300"),
    PciDevice(address="b", device="zz", device_class="0300"),
)


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("probe", {}, "OpenSSH_9.6"),
        ("probe", {"sshd__software": None}, "reached"),
        ("machine", {}, "Ubuntu 24.04.1 LTS, kernel 6.8.0-45-generic, x86_64, 64 CPUs, 128 GiB"),
        ("hardware", {}, "1 NVIDIA GPU (Ada)"),
        ("hardware", {"pci": NO_CHIPS}, "2 NVIDIA GPUs (unknown chip)"),
        ("hardware", {"pci": None}, "1 shown by the driver"),
        ("driver", {}, "580.95.05 (open module), CUDA 13.0"),
        ("driver", {"driver_version": None, "driver__open_module": None}, "version unknown"),
        ("gpu", {}, "1 x NVIDIA L40S 44 GiB"),
        ("gpu", {"gpus": ()}, "none shown"),
        ("daemon", {}, "none, Docker runs on its defaults"),
        ("docker", {}, "29.2.1, overlay2"),
        ("docker", {"docker__rootless": True}, "29.2.1, overlay2, rootless"),
        ("toolkit", {}, "1.20.0, CDI, nvidia runtime"),
        ("disk", {}, "488.3 GiB free at /var/lib/docker (xfs)"),
        ("disk", {"system__disks": ()}, "unknown"),
        ("ssh", {}, "ada, bash"),
    ],
)  # fmt: skip
def test_topic_says_in_a_line_what_it_saw(name, changes, words):
    assert words in outcome(host(**changes), name).summary


def test_daemon_file_that_is_hidden_is_not_called_sound():
    (situation,) = (s for s in SITUATIONS if s[0] == "a daemon.json that nobody may read")
    assert "may not be read" in outcome(host(**situation[1]), "daemon").summary


def test_group_fix_names_the_user_and_its_undoing():
    (finding,) = findings(host(**DENIED))
    assert finding.fix[0].argv == ("usermod", "-aG", "docker", "ada")
    assert finding.fix[0].undo == ("gpasswd", "-d", "ada", "docker")


@pytest.mark.parametrize(
    ("manager", "words"),
    [
        ("apt-get", "apt-get install -y nvidia-container-toolkit"),
        ("dnf", "dnf install -y nvidia-container-toolkit"),
        ("zypper", "zypper --non-interactive install nvidia-container-toolkit"),
        ("pacman", "pacman -S --noconfirm nvidia-container-toolkit"),
    ],
)
def test_toolkit_is_installed_by_the_hosts_own_package_manager(manager, words):
    facts = host(
        **UNTOLD, toolkit__version=None, toolkit__hook=None, system__package_manager=manager
    )
    (finding,) = findings(facts)
    steps = [" ".join(step.argv) for step in finding.fix]
    assert words in steps
    assert "nvidia-ctk runtime configure --runtime=docker" in steps
    assert all(step.sudo for step in finding.fix if step.argv)


def test_nothing_runs_before_a_person_has_installed_the_toolkit():
    facts = host(**UNTOLD, toolkit__version=None, toolkit__hook=None, system__package_manager=None)
    (finding,) = findings(facts)
    assert not any(step.argv for step in finding.fix)
    words = "\n".join(step.why for step in finding.fix)
    assert "install-guide" in words
    assert "sudo nvidia-ctk runtime configure --runtime=docker" in words


def test_rootless_engine_is_configured_without_sudo():
    facts = host(**UNTOLD, docker__rootless=True, toolkit__no_cgroups=True)
    finding = findings(facts)[-1]
    assert finding.id == "toolkit.not-configured"
    assert not any(step.sudo for step in finding.fix)


def test_project_that_fits_is_said_to():
    found = outcome(HEALTHY, "fit", TORCH)
    assert found.level is Level.OK
    assert found.summary.startswith("pytorch")


def test_project_without_framework_fits_with_an_image():
    assert "python:3" in outcome(HEALTHY, "fit", Wishes()).summary


def test_project_that_cannot_run_names_the_ways_out():
    found = outcome(
        HEALTHY,
        "fit",
        Wishes(framework=Framework.PYTORCH, framework_spec="<1.5", gpu=GpuNeed.REQUIRED),
    )
    (finding,) = found.findings
    assert (finding.id, finding.level) == ("fit.conflict", Level.ERROR)
    assert finding.fix
    assert "ruled out" in found.summary


def test_doubts_of_the_resolver_are_passed_on():
    facts = host(gpus=(), pci=None, driver_version="580.95.05")
    found = outcome(facts, "fit", TORCH)
    assert {finding.id for finding in found.findings} == {"fit.doubt"}
