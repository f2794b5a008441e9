"""The trial of the resolver's answers: what is kept, what is asked again, and each build's host."""

from dataclasses import replace

import pytest

from scaffold.project.framework import Framework
from scaffold.resolver.resolution import Resolution
from tools.installable import page
from tools.installable.__main__ import OUT_OF_REACH, STOPPED, question
from tools.installable.answers import KNOWN, answer_for
from tools.installable.record import RESOLVES, Answer, Record, load, save, tried

TORCH = Answer(framework="pytorch", release="2.9.1", variant="cu128", arch="x86_64")


def build(framework, version, variant, arch="x86_64"):
    rows = KNOWN.builds[Framework(framework)]
    return next(
        row for row in rows if (row.version, row.variant, row.arch) == (version, variant, arch)
    )


def test_record_comes_back_as_it_was_written(tmp_path):
    path = tmp_path / "record.json"
    assert load(path) == Record(uv="", recorded="", answers=())
    record = Record(
        uv="0.13.9", recorded="2026-11-29", answers=(replace(TORCH, requirements=("torch",)),)
    )
    save(record, path)
    assert load(path) == record


def test_only_what_resolved_is_not_asked_again():
    resolved = replace(TORCH, outcome=RESOLVES)
    failed = replace(TORCH, python="3.12", outcome="error: the connection broke")
    assert tried([resolved, failed]) == {TORCH.question: RESOLVES}


@pytest.mark.parametrize(
    ("framework", "version", "variant", "arch", "first", "outcome"),
    [
        ("pytorch", "2.9.1", "cu128", "x86_64", "torch==2.9.1", STOPPED),
        ("pytorch", "2.9.1", "cu126", "x86_64", "torch==2.9.1", OUT_OF_REACH),
        ("pytorch", "1.7.1", "cu110", "x86_64", "torch==1.7.1+cu110", OUT_OF_REACH),
        ("jax", "0.9.1", "cuda12", "aarch64", "jax[cuda12]==0.9.1", STOPPED),
        ("tensorflow", "2.21.0", "cpu", "x86_64", "tensorflow-cpu==2.21.0", STOPPED),
    ],
)
def test_build_is_asked_for_a_host_that_gets_it(framework, version, variant, arch, first, outcome):
    chosen = build(framework, version, variant, arch)
    found = answer_for(chosen)
    assert isinstance(found, Resolution)
    row = question(chosen, found, ())
    assert (row.requirements[0], row.outcome) == (first, outcome)


def test_build_that_no_host_gets_says_why():
    chosen = build("tensorflow", "2.1.0", "cuda")
    row = question(chosen, answer_for(chosen), ())
    assert row.outcome == "not offered: no nvidia/cuda image of CUDA 10.1 runs here"


def test_page_counts_and_lists_every_outcome(monkeypatch):
    outcomes = (RESOLVES, "error: no wheel", OUT_OF_REACH, "not offered: no image", STOPPED)
    answers = tuple(replace(TORCH, requirements=("torch",), outcome=text) for text in outcomes)
    record = Record(uv="1", recorded="2026-11-29", answers=answers)
    monkeypatch.setattr(page, "load", lambda: record)
    text = page.page()
    assert "| pytorch | cu128 | x86_64 | 1 | 1 | 1 | 1 | 1 |" in text
    assert "error: no wheel" in text
    assert "| no image | pytorch 2.9.1 cu128 (x86_64) |" in text
    assert "| pytorch cu128 x86_64 | 2.9.1 |" in text
