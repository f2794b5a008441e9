"""Pieces of a view: kernel, memory, mounts, the user's account and sshd's configuration."""

from tests.lab.support.host_view import Changes, Private, Program

KERNEL = "6.8.0-45-generic"
USER = "ada"
USER_ID = 1000
PASSWORD = "opensesame"
_HASH = (
    "$6$labhosts$NNJvBiIUOCXFNAlyq9LfiLBJQbJQiTXcKMcQj4O4AiP7qT3vaFhDYRJYGgzEncbn3KLItDEW"
    "XUNYicfgbZ98w1"
)
"""openssl passwd -6 -salt labhosts opensesame"""


def sshd(*lines: str) -> Changes:
    """sshd's configuration: these lines before OpenSSH's defaults."""
    usual = (
        *("ListenAddress 127.0.0.1", "HostKey /etc/ssh/host_key", "PidFile none"),
        *("AuthorizedKeysFile /etc/ssh/authorized_keys", "UsePAM no", "X11Forwarding yes"),
        "PermitUserEnvironment yes",
    )
    return {"/etc/ssh/sshd_config": "\n".join([*lines, *usual, "Port @PORT@"]) + "\n"}


def account(
    shell: str = "/bin/bash", *, home: str = "/home/ada", groups: tuple[str, ...] = ("docker",)
) -> Changes:
    """The user, their login shell, home folder and groups."""
    members = {"docker": 998, "render": 997}
    rows = [
        f"{name}:x:{number}:{USER if name in groups else ''}" for name, number in members.items()
    ]
    return {
        "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\n"
        "sshd:x:105:65534::/run/sshd:/usr/sbin/nologin\n"
        f"{USER}:x:{USER_ID}:{USER_ID}:Ada:{home}:{shell}\n",
        "/etc/group": "\n".join(["root:x:0:", f"{USER}:x:{USER_ID}:", *rows, "nogroup:x:65534:"])
        + "\n",
        "/etc/shadow": Private(f"root:*:20000::::::\n{USER}:{_HASH}:20000::::::\n"),
        "/etc/shells": "/bin/sh\n/bin/bash\n",
    }


def uname(kernel: str = KERNEL, machine: str = "x86_64", name: str = "Linux") -> Changes:
    """The kernel's name, release and architecture; a namespace has no kernel of its own."""
    text = f'[ "$1" != -r ] || {{ echo {kernel}; exit; }}\necho {name} {kernel} {machine}'
    return {"/usr/bin/uname": Program(text)}


def memory(gib: int) -> Changes:
    """RAM, as /proc/meminfo tells it."""
    return {"/proc/meminfo": f"MemTotal: {gib * 1024**2} kB\nMemAvailable: {gib * 900_000} kB\n"}


def mounts(**kinds: str) -> Changes:
    """/proc/mounts: `home_ada="nfs4"` says that /home/ada is a mount of this type."""
    rows = [f"/dev/x /{path.replace('_', '/')} {kind} rw 0 0" for path, kind in kinds.items()]
    usual = ["/dev/nvme0n1p2 / ext4 rw,relatime 0 0", "tmpfs /dev/shm tmpfs rw 0 0"]
    return {"/proc/mounts": "\n".join([*usual, *rows]) + "\n"}
