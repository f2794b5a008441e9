"""The quick tenth of the hostile inputs; `make hostile` runs them all."""

from collections.abc import Iterator

import pytest

from tests.hostile import on_lab
from tests.hostile.harness import every, judge, report
from tests.hostile.on_lab import Lab
from tests.lab.support.engine import is_required


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr("scaffold.adapters.local.pipes.SILENCE_S", 5.0)


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """The lab's sshd and engine, as far as this machine can run them."""
    with on_lab.engine_of_the_lab() as engine, on_lab.lab(engine) as started:
        yield started


QUICK = every(seed=1, share=0.1)


@pytest.mark.parametrize(
    "one", QUICK, ids=[f"{n} {type_.title[:40]!r}" for n, type_ in enumerate(QUICK)]
)
def test_a_hostile_input_ends_in_order(one, request):
    lab = request.getfixturevalue("lab") if one.lab else Lab()
    if not lab.has(one):
        reason = f"the lab cannot run here: {on_lab.why_not_here()}"
        (pytest.fail if is_required() else pytest.skip)(reason)
    verdict = judge(one, lab)
    assert not verdict.faults, report(verdict)
