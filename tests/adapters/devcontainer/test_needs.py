"""The script that looks at a server's needs, in a shell of this machine."""

import os
import subprocess

import pytest

from scaffold.adapters.devcontainer import needs
from scaffold.adapters.ssh.transport import Done
from scaffold.workspace.needs import ServerNeeds
from scaffold.workspace.sides import HostPath

DENIED = "echo 'permission denied while trying to connect' >&2; exit 1"
PROGRAMS = {
    "all is there": ({"devcontainer": "", "docker": "echo 26"}, "devcontainer", "ok"),
    "npx, and no right": ({"npx": "", "docker": DENIED}, "npx", "denied"),
    "a dead engine": ({"docker": "exit 1"}, "none", "down"),
    "nothing": ({}, "none", "missing"),
}
QUOTA = 'echo "Disk quotas for user ada (uid 1000):"; echo "   900  1000  2000  0  1  0  0 0"'


@pytest.fixture
def server(tmp_path, monkeypatch):
    """This machine as the server, with only the programs that a test puts there."""
    bins = tmp_path / "bin"
    bins.mkdir()
    for name in ("df", "timeout", "sh"):
        (bins / name).symlink_to(f"/usr/bin/{name}")

    def run_script(_transport, text, _seconds):
        script = text.decode().replace("PATH=$PATH:/usr/local/bin:/usr/bin:/bin:", "PATH=$PATH:")
        done = subprocess.run(
            ["/bin/sh", "-s"],
            input=script,
            env={"PATH": str(bins), "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    monkeypatch.setattr(needs, "run_script", run_script)

    def have(**programs):
        for name, body in programs.items():
            path = bins / name
            path.write_text(f"#!/bin/sh\n{body}\n")
            path.chmod(0o755)

    return have


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_and_rights(server, name):
    programs, cli, docker = PROGRAMS[name]
    server(**programs)
    assert needs.probe_needs("gpu01", None) == ServerNeeds(cli=cli, docker=docker)


def test_folder_and_quota(server, tmp_path):
    folder = HostPath(str(tmp_path / "it's not" / "there yet"))
    found = needs.probe_needs("gpu01", folder)
    disk = os.statvfs(tmp_path)
    assert found.writable is True
    assert abs(found.free - disk.f_bavail * disk.f_frsize) < 1 << 30
    server(quota=QUOTA)
    assert needs.probe_needs("gpu01", folder).free == 1100 << 10
    server(quota=QUOTA.replace("900  1000  2000", "2900*  1000  0"))
    assert needs.probe_needs("gpu01", folder).free == 0


NETWORK = {
    "a private home on NFS": ("nfs4", "drwx------", True),
    "a home on NFS that others may enter": ("nfs", "drwxr-xr-x", False),
    "a private home on a local disk": ("ext2/ext3", "drwx------", False),
    "a private folder on a FUSE file system": ("fuseblk", "drwx-----T", True),
}


@pytest.mark.parametrize(("kind", "mode", "squashed"), NETWORK.values(), ids=NETWORK)
def test_network_home_that_root_may_not_enter(server, tmp_path, kind, mode, squashed):
    server(stat=f"case $2 in -c) echo {kind} ;; *) echo {mode} ;; esac")
    found = needs.probe_needs("gpu01", HostPath(str(tmp_path)))
    assert found.squash == (str(tmp_path) if squashed else "")
