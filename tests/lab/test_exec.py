"""Programs in a real container: what they print comes whole; one that stays is not waited for."""

import time

import pytest

from scaffold.adapters.docker.engine import docker_engine
from scaffold.adapters.docker.exec import ContainerProgram
from scaffold.errors import TargetError
from tests.lab.support.container_options import IMAGE
from tests.lab.support.recreating import remove

NAME = "executed"


@pytest.fixture
def run(engine, monkeypatch):
    """Run a shell's text in a container; its output and errors."""
    monkeypatch.setenv("DOCKER_HOST", engine.socket)
    engine.docker("run", "--detach", "--init", f"--name={NAME}", IMAGE, "sleep", "1000")

    def start(text: str, *, user: str = "", seconds: float = 20, **env: str) -> tuple[bytes, bytes]:
        output, errors = bytearray(), bytearray()

        def feed(data: bytes, said: bytes) -> bool:
            output.extend(data)
            errors.extend(said)
            return b"enough" in output

        program = ContainerProgram(("sh", "-s"), f"{text}\nexit\n".encode(), user, env)
        with docker_engine() as client:
            client.run(NAME, program, feed, seconds)
        return bytes(output), bytes(errors)

    yield start
    remove(engine, NAME)


def test_output_and_errors_come_whole_and_apart(run):
    output, errors = run("head -c 3000000 /dev/zero | tr '\\0' a; echo no >&2")
    assert (len(output), set(output), errors) == (3_000_000, {ord("a")}, b"no\n")


def test_user_and_variables_are_those_that_were_asked_for(run):
    output, _ = run('echo "$(id -u) $WORD"', user="1234", WORD="a ü")
    assert output.decode() == "1234 a ü\n"


def test_program_that_stays_is_not_waited_for(run):
    began = time.monotonic()
    output, _ = run("echo here; sleep 100", seconds=2)
    assert output == b"here\n"
    assert time.monotonic() - began < 60


def test_reader_that_has_enough_stops(run):
    output, _ = run("echo enough; sleep 100")
    assert output == b"enough\n"


def test_container_that_is_gone_is_told(run, engine):
    engine.docker("rm", "--force", NAME)
    with pytest.raises(TargetError, match=r"running a program in executed"):
        run("true")
