"""Programs that print without end, never end, or do not read, are ended within their limits."""

import subprocess
import sys

import pytest

from scaffold.adapters.ssh import program
from scaffold.adapters.ssh.program import run_bounded
from scaffold.errors import TargetError


def sh(script, text=b"", seconds=60):
    return run_bounded(["sh", "-c", script], text, seconds, "gpu01")


def test_input_reaches_the_program_and_output_and_code_come_back():
    text = b"x" * (1 << 20)
    assert sh("cat; echo no >&2; exit 3", text) == (3, text, b"no\n")
    assert sh("exec <&-; echo yes", text)[:2] == (0, b"yes\n")


ENDLESS = {
    "output": ("cat /dev/zero", "sends more than it was asked for"),
    "error messages": ("cat /dev/zero >&2", "error messages without end"),
}


@pytest.mark.parametrize(("script", "words"), ENDLESS.values(), ids=ENDLESS)
def test_endless(script, words, monkeypatch):
    monkeypatch.setattr(program, "ANSWER_LIMIT", 1 << 20)
    monkeypatch.setattr(program, "COMPLAINT_LIMIT", 1 << 20)
    with pytest.raises(TargetError, match=words):
        sh(script)


@pytest.mark.parametrize("script", ["exec sleep 60", "exec >&- 2>&- <&-; exec sleep 60"])
def test_a_program_that_does_not_end_is_killed(script):
    with pytest.raises(subprocess.TimeoutExpired) as raised:
        sh(script, seconds=0.3)
    assert raised.value.timeout == 0.3


def test_a_missing_program_is_the_callers_to_explain():
    with pytest.raises(FileNotFoundError):
        run_bounded([f"{sys.prefix}/none"], b"", 1, "")
