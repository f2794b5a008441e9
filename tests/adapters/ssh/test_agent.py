"""Keys of a real ssh-agent, in the order that ssh shows them."""

import shutil
import subprocess
import time
from dataclasses import replace

import pytest

from scaffold.adapters.ssh.auth import _keys
from scaffold.adapters.ssh.config import SshTarget
from tests.adapters.ssh.sshd import new_key

pytestmark = pytest.mark.skipif(not shutil.which("ssh-agent"), reason="ssh-agent is not installed")


@pytest.fixture
def agent(tmp_path):
    """An agent that holds the keys `first` and `second`, whose files lie in the folder."""
    socket = tmp_path / "agent"
    program = subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.DEVNULL)
    while not socket.exists():
        time.sleep(0.01)
    for name in ("first", "second"):
        key = new_key(tmp_path / name)
        (tmp_path / name).chmod(0o600)
        (tmp_path / f"{name}.pub").write_text(f"{key.get_name()} {key.get_base64()}\n")
        environment = {"SSH_AUTH_SOCK": str(socket), "PATH": "/usr/bin:/bin"}
        subprocess.run(["ssh-add", "-q", tmp_path / name], env=environment, check=True)
    yield SshTarget(name="gpu01", hostname="gpu01", user="ada", identity_agent=str(socket))
    program.terminate()
    program.wait()


def names(target, folder):
    """Which keys would be shown, by file name."""
    known = {(folder / f"{n}.pub").read_text().split()[1]: n for n in ("first", "second")}
    return [known[key.get_base64()] for key in _keys(target, lambda _prompt: None)]


def test_agents_keys_come_once_those_that_are_configured_first(agent, tmp_path, monkeypatch):
    monkeypatch.setenv("SSH_AUTH_SOCK", "/run/another")
    assert names(agent, tmp_path) == ["first", "second"]
    wanted = replace(agent, identity_files=(tmp_path / "second",))
    assert names(wanted, tmp_path) == ["second", "first"]


def test_identities_only_leaves_the_agents_other_keys(agent, tmp_path):
    only = replace(agent, identities_only=True, identity_files=(tmp_path / "second",))
    assert names(only, tmp_path) == ["second"]


def test_file_of_a_key_that_the_agent_lacks_is_read(agent, tmp_path):
    gone = replace(agent, identity_agent=None, identity_files=(tmp_path / "first",))
    assert names(gone, tmp_path) == ["first"]
