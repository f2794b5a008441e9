"""Hosts that are awkward to log in to, and one with several faults."""

from tests.lab.hosts.healthy import HEALTHY
from tests.lab.hosts.pieces_docker import toolkit
from tests.lab.hosts.pieces_gpu import card, smi
from tests.lab.hosts.pieces_system import USER_ID, account, memory, sshd
from tests.lab.hosts.row import TABLE, Broken
from tests.lab.support.host_view import REAL, Folder, Link

LOGIN = (
    Broken(
        "a login that says hello",
        {"/home/ada/.bashrc": 'echo "Welcome to gpu01!"; echo "Be kind."\n'},
        "ssh.noisy-login",
    ),
    Broken(
        "fish",
        {**account("/usr/bin/fish"), "/usr/bin/fish": Link(f"{REAL}/bin/fish")},
        "ssh.foreign-shell",
    ),
    Broken(
        "docker as a snap, which the PATH of a command lacks",
        {
            "/usr/bin/docker": None,
            "/snap/bin/docker": Link("/snap/docker/2932/bin/docker"),
            "/snap/docker/2932/bin/docker": HEALTHY["/usr/bin/docker"],
        },
        "docker.snap-confined ssh.docker-not-on-path",
    ),
    Broken("no home folder", account(home="/home/gone"), "ssh.no-home"),
    Broken("no port forwarding", sshd("AllowTcpForwarding no"), "ssh.no-tcp-forwarding"),
    Broken(
        "no socket forwarding",
        sshd("AllowStreamLocalForwarding no"),
        "ssh.no-stream-forwarding",
    ),
    Broken("two sessions a connection", sshd("MaxSessions 2"), "ssh.max-sessions"),
    Broken(
        "several faults at once, each said once",
        {
            **memory(2),
            **smi(TABLE, card(memory__free="103")),
            **toolkit("1.17.7"),
            **sshd("MaxSessions 2"),
            "/home/ada": Folder(USER_ID),
            "/home/ada/.bashrc": "echo hello\n",
        },
        "machine.memory gpu.busy toolkit.cve ssh.noisy-login ssh.max-sessions",
    ),
)
