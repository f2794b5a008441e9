"""What one run can know of another by its mark."""

import json
import subprocess

import pytest

from scaffold.adapters.docker import run_mark


def changed(**values) -> str:
    return json.dumps({**json.loads(run_mark.mark()), **values})


def ended_process() -> int:
    with subprocess.Popen(["true"]) as process:
        process.wait()
    return process.pid


SITUATIONS = {
    "this process lives": ({}, False),
    "its number is another's now": ({"started": "1"}, True),
    "the machine was started anew": ({"boot": "another"}, True),
    "another machine": ({"host": "ws7"}, None),
    "a copy of the machine": ({"machine": "another"}, None),
    "a container of this machine": ({"space": "pid:[1]"}, None),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_end_of_a_run(name):
    values, ended = SITUATIONS[name]
    assert run_mark.has_ended(changed(**values)) is ended


def test_process_that_is_no_more_has_ended():
    assert run_mark.has_ended(changed(pid=ended_process())) is True


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "{}"])
def test_mark_that_cannot_be_read_says_nothing(text):
    assert run_mark.has_ended(text) is None


def test_machine_without_proc_is_not_judged(monkeypatch):
    monkeypatch.setattr(run_mark, "_line", lambda path: "")
    assert run_mark.has_ended(run_mark.mark()) is None


def test_mark_names_user_machine_and_process():
    assert run_mark.who('{"user": "ada", "host": "ws7", "pid": 5}') == "ada@ws7, process 5"
