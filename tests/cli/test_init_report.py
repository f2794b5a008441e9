"""What `scaffold init` prints of the evidence: each fact once, however many files say it."""

from scaffold.cli.init.report import NOT_USED, evidence_rows, shortened
from scaffold.project.facts import Evidence

IMPORTS = [Evidence("framework", f"part{at}.py:1", "import torch", False) for at in range(12)]
APT = "apt-get install -y libegl1 ffmpeg"
LINKS = "opencv-python: the wheel links to it"


def test_files_that_say_the_same_are_counted():
    rows = evidence_rows([Evidence("framework", "requirements.txt:1", "torch>=2"), *IMPORTS])
    assert rows == [
        ("framework", "torch>=2", "requirements.txt:1"),
        ("framework", "import torch", "part0.py:1 and 11 more  (not used)"),
    ]


def test_packages_of_one_command_share_a_row():
    named = [Evidence("system package", "Dockerfile:3", f"{one}: {APT}") for one in ("a", "b")]
    assert evidence_rows(named) == [("system package", "a, b", "Dockerfile:3")]


def test_reason_for_a_package_stays_beside_it():
    named = [Evidence("system package", "setup.py:4", f"{one}: {LINKS}") for one in ("a", "b")]
    assert evidence_rows(named) == [("system package", f"a, b: {LINKS}", "setup.py:4")]


def test_of_many_rows_that_were_not_followed_the_first_are_shown_and_the_others_counted():
    rows = [
        ("framework", "torch", "a:1"),
        *(("framework", f"t{n}", f"b:{n}{NOT_USED}") for n in range(11)),
    ]
    kept = shortened([*rows, ("python", "3.9", f"c:1{NOT_USED}")])
    assert kept[:9] == rows[:9]
    assert kept[9:] == [
        ("python", "3.9", f"c:1{NOT_USED}"),
        ("framework", "and 3 more, not used", "--json"),
    ]
