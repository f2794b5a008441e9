"""Hosts from public reports are judged as the report ended: cause, level, and a fix that fits."""

import pytest

from scaffold.checks.host import check_host
from scaffold.findings import Finding
from scaffold.parsing.host import read_host
from tests.checks.reported import Reported, recorded
from tests.checks.reported_engines import ENGINE_ROWS
from tests.checks.reported_handed import HANDED
from tests.checks.reported_kernel import KERNEL

ROWS = (*HANDED, *KERNEL, *ENGINE_ROWS)


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
