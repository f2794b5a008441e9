"""The engine of another host, through the ssh program and a real sshd."""

import json
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from scaffold.adapters.docker.engine import docker_engine
from scaffold.errors import TargetError
from tests.lab.support.container_options import IMAGE
from tests.lab.support.recreating import finished, names, remove, scaffold
from tests.lab.support.relay import relaying
from tests.lab.support.sshd import Keys, free_port

SSHD = "/usr/sbin/sshd"


@contextmanager
def far_engine(engine, keys: Keys, folder):
    """An sshd whose sessions speak to the engine; the path of an ssh config with `gpu01`."""
    port = free_port("127.0.0.1")
    authorized = folder / "authorized"
    authorized.write_text(f"{keys.public('user')} user\n")
    server = folder / "sshd_config"
    server.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {keys.path('host')}\n"
        f"AuthorizedKeysFile {authorized}\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n"
        f"PidFile none\nSetEnv DOCKER_HOST={engine.socket} PATH=/usr/bin:/bin\n"
    )
    known = folder / "known_hosts"
    known.write_text(f"[127.0.0.1]:{port} {keys.public('host')}\n")
    config = folder / "config"
    config.write_text(
        f"Host gpu01\n  HostName 127.0.0.1\n  Port {port}\n  User root\n"
        f"  IdentityFile {keys.path('user')}\n  IdentitiesOnly yes\n"
        f"  UserKnownHostsFile {known}\n  StrictHostKeyChecking yes\n"
    )
    # A machine whose own sshd never ran lacks it.
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([SSHD, "-D", "-e", "-f", str(server)], stderr=log)
    try:
        _wait_for(folder / "log", process)
        yield config
    finally:
        process.terminate()
        process.wait(timeout=300)


def _wait_for(log, process) -> None:
    deadline = time.monotonic() + 300
    while "Server listening" not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)


@pytest.fixture
def config(engine, keys, tmp_path):
    with far_engine(engine, keys, tmp_path) as path:
        yield path
    remove(engine, "far")


def test_containers_of_a_far_host_are_listed_and_recreated(engine, config):
    engine.docker("run", "--detach", "--init", "--name=far", IMAGE, "sleep", "1000")
    engine.docker("exec", "far", "touch", "/root/file")
    reach = ("--host", "gpu01", "--ssh-config", str(config))
    code, out, err = finished(engine, "list", *reach, "--json")
    assert code == 0, err
    shown = {one["name"]: one for one in json.loads(out)["containers"]}
    assert shown["far"]["way_in"] == "docker -H ssh://gpu01 exec -it far bash"
    code, _, err = finished(engine, "recreate", "far", "--env=A=1", "--yes", *reach)
    assert code == 0, err
    assert engine.docker("exec", "far", "ls", "/root/file").stdout == "/root/file\n"


def test_connection_that_is_cut_while_saving_loses_nothing(engine, config):
    engine.docker("run", "--detach", "--init", "--name=far", IMAGE, "sleep", "1000")
    script = "dd if=/dev/zero of=/root/file bs=1M count=250 2>/dev/null"
    engine.docker("exec", "far", "sh", "-c", script)
    text = config.read_text()
    port = re.search(r"Port (\d+)", text)[1]
    with relaying(int(port)) as relay:
        wire = config.with_name("wire")
        wire.write_text(
            text.replace(f"Port {port}", f"Port {relay.port}\n  HostKeyAlias [127.0.0.1]:{port}")
        )
        words = ("recreate", "far", "--env=A=1", "--yes", "--host=gpu01", f"--ssh-config={wire}")
        process = scaffold(engine, *words)
        while "saving the changed files" not in (line := process.stderr.readline()):
            assert line, process.wait()
        relay.end()
    _, err = process.communicate(timeout=300)
    assert (process.returncode, "the engine does not answer" in err) == (1, True), err
    assert "to restore far, run: scaffold container recreate far" in err
    reach = ("--host=gpu01", f"--ssh-config={config}")
    code, _, err = finished(engine, "recreate", "far", "--env=A=1", "--yes", *reach)
    assert (code, "started far again" in err) == (0, True), err
    size = engine.docker("exec", "far", "stat", "-c", "%s", "/root/file").stdout
    assert int(size) == 250 << 20
    assert len(names(engine, "far")) == 2


def test_one_ssh_program_serves_many_requests_and_ends_with_them(engine, config, tmp_path):
    with docker_engine("gpu01", config) as far:
        for _ in range(10):
            assert far.inspect("no-such") is None
    logins = (tmp_path / "log").read_text().count("Accepted publickey")
    assert logins <= 2


def test_what_ssh_says_reaches_the_user(engine, config):
    config.write_text(config.read_text().replace("User root", "User nobody-here"))
    with pytest.raises(TargetError, match=r"Permission denied"), docker_engine("gpu01", config):
        pass


def test_look_from_inside_a_container_of_a_far_host(engine, config, tmp_path):
    engine.docker("run", "--detach", "--init", "--name=far", IMAGE, "sleep", "1000")
    words = ("--container=far", "--host=gpu01", f"--ssh-config={config}", "--json")
    done = subprocess.run(
        [sys.executable, "-m", "scaffold", "verify", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    document = json.loads(done.stdout)
    assert (done.returncode, document["container"]) == (0, "far"), done
    assert document["facts"]["probe"]["complete"]
    assert document["facts"]["python"] == "/usr/local/bin/python"
