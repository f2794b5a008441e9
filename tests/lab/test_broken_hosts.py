"""Of each broken host exactly its faults are said, of a healthy one nothing at all."""

from dataclasses import replace

import pytest

from scaffold.adapters.probe.local import ProbeOptions
from scaffold.checks.host import check_host
from scaffold.parsing.host import read_host
from scaffold.parsing.recording import Recording
from tests.lab.hosts.broken import BROKEN
from tests.lab.hosts.healthy import HEALTHY
from tests.lab.hosts.row import Broken
from tests.lab.support.client import Client
from tests.lab.support.sshd import Keys, running_host

DAY = "2026-11-24"
"""When the hosts are looked at: whether a driver's branch has ended depends on the day."""


def said_of(recording: Recording) -> list[str]:
    """The ids of all findings, as they were on that day."""
    facts = read_host(recording)
    facts = replace(facts, system=replace(facts.system, probed_on=DAY))
    return [found.id for outcome in check_host(facts) for found in outcome.findings]


def test_of_a_healthy_host_nothing_is_said(keys: Keys, client: Client):
    with running_host(HEALTHY, keys) as host:
        client.reaches(host.port)
        client.trusts(host.port)
        assert said_of(client.probe()) == []


@pytest.mark.parametrize("broken", BROKEN, ids=[broken.name for broken in BROKEN])
def test_of_a_broken_host_exactly_its_faults_are_said(broken: Broken, keys: Keys, client: Client):
    with running_host(HEALTHY | broken.changes, keys) as host:
        client.reaches(host.port)
        client.trusts(host.port)
        recording = client.probe(look=ProbeOptions(seconds=broken.seconds))
    assert said_of(recording) == broken.findings.split()
