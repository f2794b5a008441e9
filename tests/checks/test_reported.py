"""Hosts from public reports are judged as the report ended: cause, level, and a fix that fits."""

from dataclasses import replace

import pytest

from scaffold.checks.host import check_host
from scaffold.findings import Consent, Finding, Interrupts
from scaffold.host.fixing import proposals
from scaffold.parsing.host import read_host
from tests.checks.reported import Reported, recorded
from tests.checks.reported_rows import ROWS
from tests.recordings import NONCE

NEW = ("opened", "details", "kind", "user_engine", "context", "quota")
"""Parts that recordings of earlier versions lack."""


def findings(row: Reported) -> list[Finding]:
    facts = read_host(recorded(row))
    return [finding for outcome in check_host(facts) for finding in outcome.findings]


def commands(found: list[Finding]) -> str:
    return "\n".join(" ".join((step.why, *step.argv)) for one in found for step in one.fix)


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_reported_host_is_judged_as_its_report_ended(row: Reported):
    found = findings(row)
    assert [f"{one.level.value} {one.id}" for one in found] == [
        text for text in row.finds.split(", ") if text
    ]
    assert row.fix in commands(found)
    assert not row.never or row.never not in commands(found)
    assert row.source


def test_each_row_has_a_name_of_its_own():
    assert len({row.name for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_routine_fix_deletes_nothing_and_can_be_undone(row: Reported):
    for finding in findings(row):
        if finding.consent is Consent.ROUTINE:
            for step in finding.fix:
                words = f" {' '.join(step.argv)} "
                assert not any(f" {verb} " in words for verb in ("rm", "prune", "purge", "reboot"))
                assert step.interrupts is not Interrupts.MACHINE


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_no_fix_runs_only_the_restart_that_follows_a_persons_work(row: Reported):
    for proposal in proposals(findings(row)):
        first = proposal.finding.fix[0]
        restarts = {Interrupts.CONTAINERS, Interrupts.MACHINE}
        only_restarts = all(step.interrupts in restarts for step in proposal.steps)
        assert first.argv or not only_restarts, proposal.finding.id


def by_old_probe(row: Reported, *lines: str) -> list[str]:
    """What is found on a host whose recording lacks later parts and lines."""
    made = recorded(row)
    old = made.output.decode().split("\n")
    left_out = (*(f"{NONCE} {one} " for one in NEW), *(f"{NONCE} {one}" for one in lines))
    kept = [line for line in old if not line.startswith(left_out)]
    facts = read_host(replace(made, output="\n".join(kept).encode(), forwarding={}))
    assert (facts.system.marks, facts.toolkit.cdi_missing, facts.sshd.forwards) == (None,) * 3
    found = [finding for out in check_host(facts) for finding in out.findings]
    return [f"{one.level.value} {one.id}" for one in found]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a Slurm job", ["info gpu.missing"]),
        ("a cluster's login node", ["error hardware.no-gpu", "error docker.missing"]),
        (
            "a login node with homes on NFS",
            ["error hardware.no-gpu", "error docker.cluster", "info disk.home-network"],
        ),
    ],
)
def test_recording_of_an_older_probe_is_still_judged(name: str, expected: list[str]):
    row = next(row for row in ROWS if row.name.startswith(name))
    assert by_old_probe(row, "system |hostname=", "system |program=") == expected
