"""Programs that never end their answer, say nothing, or take nothing."""

import io
import os
import subprocess
import sys
import tempfile

import pytest

from scaffold.adapters.local.pipes import BoundedPipe, read_all, write_all
from scaffold.errors import TargetError


@pytest.fixture
def pipe():
    reading, writing = os.pipe()
    yield reading, writing
    for handle in (reading, writing):
        try:
            os.close(handle)
        except OSError:
            continue


def test_an_answer_within_the_limit_is_read_whole(pipe):
    reading, writing = pipe
    os.write(writing, b"x" * 1000)
    os.close(writing)
    assert read_all(io.BufferedReader(BoundedPipe(reading, "gpu01", limit=1000))) == b"x" * 1000


def test_an_answer_without_an_end_stops_at_the_limit():
    program = subprocess.Popen(
        [sys.executable, "-c", "import os\nwhile True: os.write(1, b'x' * 65536)"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        stream = io.BufferedReader(BoundedPipe(program.stdout.fileno(), "gpu01", limit=1 << 20))
        with pytest.raises(TargetError, match="gpu01 sends more than"):
            read_all(stream)
    finally:
        program.kill()
        program.wait()
        program.stdout.close()


def test_a_reader_can_allow_more(pipe):
    reading, writing = pipe
    bounded = BoundedPipe(reading, "gpu01", limit=4)
    bounded.allow(4)
    os.write(writing, b"x" * 8)
    os.close(writing)
    assert read_all(io.BufferedReader(bounded)) == b"x" * 8


def test_silence_has_an_end(pipe):
    reading, _ = pipe
    with pytest.raises(TargetError, match="silent for 0 seconds"):
        io.BufferedReader(BoundedPipe(reading, "gpu01", silence=0.01)).read1(1)


def test_a_program_that_takes_nothing_is_given_up(pipe):
    _, writing = pipe
    with pytest.raises(TargetError, match="silent"):
        write_all(writing, [b"x" * (1 << 20)], "gpu01", silence=0.01)


def test_error_messages_have_a_limit_too(pipe, monkeypatch):
    reading, writing = pipe
    monkeypatch.setattr("scaffold.adapters.local.pipes.COMPLAINT_LIMIT", 10)
    with tempfile.TemporaryFile() as errors:
        errors.write(b"x" * 11)
        errors.flush()
        os.write(writing, b"x")
        stream = io.BufferedReader(BoundedPipe(reading, "gpu01", errors=errors))
        with pytest.raises(TargetError, match="error messages"):
            stream.read1(1)


def test_everything_is_written_even_if_the_pipe_is_small(pipe):
    reading, writing = pipe
    reader = subprocess.Popen(
        [sys.executable, "-c", "import sys; print(len(sys.stdin.buffer.read()))"],
        stdin=reading,
        stdout=subprocess.PIPE,
    )
    os.close(reading)
    write_all(writing, [b"x" * 300_000, b"y"], "gpu01")
    os.close(writing)
    assert reader.communicate()[0].strip() == b"300001"
