import pytest

from scaffold.answers.choices import GpuNeed
from scaffold.checks.container import TOPICS, check_container
from scaffold.checks.container.seen import covers
from scaffold.findings import Finding, Level
from tests.checks.container_situations import (
    HEALTHY,
    SITUATIONS,
    blind,
    mount,
    need,
    seen,
    several,
    torch,
)
from tools.findings_page import VERIFY_PAGE, with_verify_table

RULES = {rule.id: rule for topic in TOPICS for rule in topic.rules}


def findings(**changes: object) -> list[Finding]:
    return [found for outcome in check_container(seen(**changes)) for found in outcome.findings]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [situation[1:] for situation in SITUATIONS],
    ids=[situation[0] for situation in SITUATIONS],
)
def test_container_gives_exactly_its_findings(changes, expected):
    assert [found.id for found in findings(**changes)] == expected.split()


def test_every_rule_has_a_situation():
    expected = {name for _, _, ids in SITUATIONS for name in ids.split()}
    assert set(RULES) == expected - {"probe.no-answer"}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_rule_has_an_id_of_its_topic_a_reason_and_a_source(rule):
    assert rule.topic in {topic.name for topic in TOPICS}
    assert rule.title
    assert rule.why.endswith(".")
    assert rule.source


@pytest.mark.parametrize("changes", [s[1] for s in SITUATIONS], ids=[s[0] for s in SITUATIONS])
def test_what_is_wrong_comes_with_a_way_to_mend_it(changes):
    for found in findings(**changes):
        if found.level is not Level.INFO:
            assert found.fix, found.id
        assert all(step.why for step in found.fix)


def test_page_of_findings_is_up_to_date():
    page = VERIFY_PAGE.read_text(encoding="utf-8")
    assert with_verify_table(page) == page, "run: make docs"


# Capabilities on which a build's code runs: the rules of the CUDA C++ Programming Guide.
RUNS_ON = [
    ("sm_86", "8.6", True),
    ("sm_80", "8.9", True),
    ("sm_86", "8.0", False),
    ("sm_90", "12.0", False),
    ("sm_120", "12.1", True),
    ("sm_100", "12.0", False),
    ("compute_90", "12.0", True),
    ("compute_90", "8.9", False),
    ("sm_90a", "9.0", True),
    ("sm_100a", "10.3", False),
    ("sm_100f", "10.3", True),
    ("gfx90a", "9.0", False),
]


@pytest.mark.parametrize(("architecture", "capability", "runs"), RUNS_ON)
def test_code_runs_on_its_major_and_ptx_on_anything_newer(architecture, capability, runs):
    assert covers(architecture, capability) is runs


def step_words(found: Finding) -> str:
    return " / ".join(" ".join(step.argv) or step.why for step in found.fix)


def test_fix_names_the_card_the_driver_and_the_framework():
    (found,) = findings(**blind())
    wanted = "scaffold resolve --framework torch --gpu NVIDIA L40S --driver 580.95.05"
    assert wanted in step_words(found)
    (found,) = findings(**blind(), gpus=None, smi=None, driver_version=None)[1:]
    assert step_words(found).startswith("scaffold resolve --framework torch /")


def test_volume_is_given_away_and_a_folder_of_the_host_is_not():
    (volume,) = findings(**mount(present=True, writable=False, owner=0))
    assert "docker exec -u 0 trainer chown -R 1000 /data" in step_words(volume)
    assert "somebody else" not in step_words(volume)
    (used,) = findings(**mount(present=True, writable=False, owner=1001))
    assert step_words(used).startswith("If somebody else uses the volume data, leave it to them")
    assert step_words(used).endswith("chown -R 1000 /data")
    (folder,) = findings(**mount("bind", present=True, writable=False, owner=5))
    assert "let uid 1000 write to /srv/data" in step_words(folder)


def test_host_of_the_engine_is_the_one_to_check():
    broken = seen(smi=None, gpus=(), **need(GpuNeed.REQUIRED, "--gpu"))
    assert check_container(broken, "gpu01")
    outcome = check_container(seen(**torch(unfinished="import", code=142)), "gpu01")[3]
    assert "scaffold host check gpu01" in step_words(outcome.findings[0])


def test_root_cause_silences_its_echoes():
    by_name = {found.topic.name: found for found in check_container(seen(gpus=None, smi=None))}
    assert by_name["framework"].echo_of == ""
    broken = check_container(seen(uid=0, gpus=(), libcuda=(), nodes=()))
    assert {found.topic.name: found.echo_of for found in broken}["nccl"] == "GPU in the container"


SUMMARIES = [
    ("user", {}, "uid 1000, project in /workspaces/p, 1 mounts"),
    ("gpu", {}, "1 x NVIDIA L40S, driver 580.95.05, CUDA 13.0, required (runArgs)"),
    ("framework", {}, "PyTorch 2.8.0+cu126 (CUDA 12.6), 1 of 1 GPUs compute, Python 3.12.3"),
    ("framework", {"frameworks": (), "python_version": None}, "none"),
    ("nccl", {}, "not tried"),
    ("nccl", several(True), "all-reduce over 2 GPUs"),
    ("nccl", several(False), "is not right"),
    ("memory", {"asked__own_memory": False}, "8192 MiB, the host's"),
    ("port", {}, "8888 listening; asked for: 8888"),
]


@pytest.mark.parametrize(("name", "changes", "words"), SUMMARIES)
def test_topic_says_in_a_line_what_it_saw(name, changes, words):
    outcomes = {found.topic.name: found for found in check_container(seen(**changes))}
    assert words in outcomes[name].summary


def test_healthy_container_is_as_it_is_described():
    assert HEALTHY.gpu_present
