"""The quick tenth of the hostile inputs; `make hostile` runs them all."""

import pytest

from tests.hostile.harness import judge, report
from tests.hostile.inputs import inputs


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr("scaffold.adapters.local.pipes.SILENCE_S", 5.0)


QUICK = list(inputs(seed=1, share=0.1))


@pytest.mark.parametrize(
    "one", QUICK, ids=[f"{n} {type_.title[:40]!r}" for n, type_ in enumerate(QUICK)]
)
def test_a_hostile_input_ends_in_order(one):
    verdict = judge(one)
    assert not verdict.faults, report(verdict)
