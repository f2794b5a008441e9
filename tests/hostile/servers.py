"""Hostile inputs on the lab's sshd: logins that make noise, programs that lie, trees that lead out.

Each function makes one input from dice; `KINDS` says how many of each there are.
"""

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tests.hostile.inputs import CANARY, ESCAPES, LONG, REMOTE, Input, Kinds, project, write

if TYPE_CHECKING:
    from tests.hostile.on_lab import Lab

PLACE = "/home/ada/ws"
CONFIG = "@CONFIG@"
"""Stands for the path of the user's ssh configuration, which the lab has."""

SYNCS = (
    ["sync", "--trust"],
    ["sync", "--trust", "--delete", "--yes"],
    ["sync", "--trust", "--take-over", "--overwrite", "--json"],
    ["pull", "--trust", "--all"],
    ["pull", "--trust", "--all", "--overwrite", "--verbose"],
    ["pull", "--trust", "--all", "--dry-run", "--json"],
    ["pull", "--trust", "."],
    ["pull", "--trust", ".git"],
)
CHECKS = (
    ["host", "check", "gpu01"],
    ["host", "check", "gpu01", "--verbose"],
    ["host", "check", "gpu01", "--json", "--for", "."],
    ["host", "setup", "gpu01", "--dry-run", "--verbose"],
    ["host", "setup", "gpu01", "--admin-script", "fixes.sh", "--yes", "--dry-run"],
    ["init", "--yes", "--host", "gpu01", "--dry-run"],
)
SAID = (
    *ESCAPES,
    LONG,
    "[" * 50_000,
    "x" * 70_000,
    f"https://u:{CANARY}@h/x",
    "=" * 3000,
    "\n" * 99,
)


def octal(text: str) -> str:
    """A text as a format of printf(1)."""
    return "".join(f"\\{byte:03o}" for byte in text.encode("utf-8", "surrogatepass"))


LOGINS = (
    "printf '{}'",
    "printf '{}' >&2",
    "while :; do printf '{}%5000s' x || exit; done",
    "while :; do printf '{}%5000s' x >&2 || exit; done",
    "exec cat /dev/zero",
    "sleep 20",
    "printf '{}'; exit 3",
    "kill -9 $$",
    "exec >&-",
    "exec 2>&-",
    "exec </dev/null",
    "cd /; set -eu; set -f; IFS=abc; export IFS",
    "umask 777",
    "ulimit -f 0",
    "ulimit -n 6",
    "ulimit -u 1",
    "PATH=/nonexistent; export PATH",
    "trap '' HUP TERM PIPE",
    "TMPDIR=/nonexistent HOME=/proc; export TMPDIR HOME",
    "LC_ALL=$(printf '{}'); LANG=$LC_ALL; export LC_ALL LANG",
)


def noisy_logins(dice: random.Random) -> Input:
    line = dice.choice(LOGINS).replace("{}", octal(dice.choice(SAID)[:3000]))
    argv = list(dice.choice((*SYNCS, *CHECKS)))

    def arrange(lab: "Lab", _base: Path) -> None:
        lab.put("home/ada/.bashrc", f"{line}\n".encode())

    return _input(5, f"{argv[:2]} with a login that runs {line[:50]}", argv, arrange)


PROGRAMS = (
    *("uname", "nvidia-smi", "docker", "id", "df", "dpkg-query", "systemctl", "getent", "date"),
    *("find", "stat", "sha256sum", "tar", "gzip", "mkdir", "mv", "cat", "head", "readlink", "ls"),
)
BODIES = (
    "printf '{}'",
    "printf '{}' >&2; exit 1",
    "while :; do printf '{}%5000s' x || exit; done",
    "sleep 20",
    "exit 0",
    "kill -9 $PPID",
    'printf \'{}\'; exec /.real/bin/$(basename "$0") "$@"',
)


def lying_programs(dice: random.Random) -> Input:
    names = dice.sample(PROGRAMS, dice.choice((1, 1, 3)))
    body = dice.choice(BODIES).replace("{}", octal(dice.choice(SAID)[:3000]))
    argv = list(dice.choice((*CHECKS, *SYNCS)))

    def arrange(lab: "Lab", _base: Path) -> None:
        lab.put("home/ada/.bashrc", b"PATH=/home/ada/bin:$PATH; export PATH\n")
        for name in names:
            lab.put(f"home/ada/bin/{name}", f"#!/.real/bin/sh\n{body}\n".encode(), 0o755)

    return _input(4, f"{argv[:2]} with a {names[0]} that runs {body[:40]}", argv, arrange)


FACTS = (
    *("etc/os-release", "proc/meminfo", "proc/mounts", "etc/docker/daemon.json", "etc/group"),
    *("proc/driver/nvidia/version", "home/ada/.docker/config.json", "etc/cdi/nvidia.yaml"),
    *("home/ada/.ssh/environment", "home/ada/.config/Code/User/settings.json"),
)


def lying_files(dice: random.Random) -> Input:
    name, said = dice.choice(FACTS), dice.choice(SAID)
    around = dice.choice(("{}", 'ID={}\nPRETTY_NAME="{}"\n', '{"a": "{}", "runtimes": {"{}": {}}}'))
    content = around.replace("{}", said).encode("utf-8", "surrogatepass")
    argv = list(dice.choice(CHECKS))

    def arrange(lab: "Lab", _base: Path) -> None:
        lab.put(name, content)

    return _input(4, f"{argv[:2]} with {name}: {content[:30]!r}", argv, arrange)


def outward(place: Path) -> None:
    (place / "a").mkdir()
    (place / "a" / "up").symlink_to("..")
    (place / "out").symlink_to("a/up/../../../outside")
    (place / "etc").symlink_to("/etc")


def runnable(place: Path) -> None:
    for name in (".GIT/hooks", ".git\u200c/hooks", "git~1/hooks", "bare/refs", "bare/objects"):
        (place / name).mkdir(parents=True)
        (place / name / "post-checkout").write_text("touch ~/pwned\n")
    (place / "bare" / "HEAD").write_text("ref: refs/heads/main\n")
    (place / "bare" / "config").write_text("[core]\n\tfsmonitor = touch ~/pwned\n")
    (place / ".envrc").write_text("touch ~/pwned\n")
    (place / ".gitmodules").write_text('[submodule "a"]\n\tpath = a\n\turl = ext::sh -c x\n')


def specials(place: Path) -> None:
    os.mkfifo(place / "pipe")
    os.mknod(place / "zero", 0o20666, os.makedev(1, 5))
    with (place / "sparse").open("wb") as file:
        file.truncate(8 << 40)


def poisoned_names(place: Path) -> None:
    for number, escape in enumerate(ESCAPES):
        name = escape.replace("\0", "").replace("/", "")
        (place / f"{number}{name}.txt").write_text("x")
    (place / ("x" * 255)).write_text("x")
    (place / "-rf").write_text("x")
    (place / "$(touch pwned)").write_text("x")


def own_folder(kind: str) -> Callable[[Path], None]:
    def arrange(place: Path) -> None:
        own = place / ".scaffold-sync"
        if kind == "link":
            own.symlink_to("../private")
        elif kind == "file":
            own.write_text("x")
        else:
            own.mkdir()
        if kind == "pipe":
            os.mkfifo(own / "holder")
        elif kind == "endless":
            (own / "holder").symlink_to("/dev/zero")
        elif kind == "words":
            (own / "holder").write_text('{"id": "x", "who": "\x1b[2J\u202eada", "since": "' + LONG)
        elif kind == "big":
            with (own / "holder").open("wb") as file:
                file.truncate(5 << 30)

    return arrange


def folded_names(place: Path) -> None:
    for name in (
        "train.py",
        "TRAIN.PY",
        "Train.py",
        "stra\u00dfe",
        "STRASSE",
        "cafe\u0301",
        "caf\u00e9",
    ):
        (place / name).write_text(name)


TREES: dict[str, Callable[[Path], None]] = {
    "links that lead out": outward,
    "files that can run here": runnable,
    "devices and sparse files": specials,
    "poisoned names": poisoned_names,
    "names that some disks fold": folded_names,
    **{
        f".scaffold-sync: {kind}": own_folder(kind)
        for kind in ("link", "file", "pipe", "endless", "words", "big")
    },
}


def remote_trees(dice: random.Random) -> Input:
    title = dice.choice(list(TREES))
    argv = list(dice.choice(SYNCS))

    def arrange(lab: "Lab", _base: Path) -> None:
        lab.put("home/ada/private/thesis", b"mine\n")
        lab.put("home/ada/ws/old.txt", b"old\n")
        TREES[title](lab.home / "ws")
        lab.give()

    return _input(3, f"{' '.join(argv)}: {title}", argv, arrange)


def another_logins(dice: random.Random) -> Input:
    argv = list(dice.choice(SYNCS))
    name = dice.choice(("ws", "ws/.scaffold-sync", "ws/old.txt"))

    def arrange(lab: "Lab", _base: Path) -> None:
        lab.put("home/ada/ws/old.txt", b"old\n")
        lab.put("home/ada/ws/.scaffold-sync/holder", b"")
        os.chown(lab.home / name, 4242, 4242)
        (lab.home / name).chmod(0o700)

    return _input(8, f"{' '.join(argv)}: {name} is another login's", argv, arrange)


def _input(rule: int, title: str, argv: list[str], arrange: Callable[["Lab", Path], None]) -> Input:
    def prepare(root: Path) -> None:
        project(root)
        write(root, ".devcontainer/scaffold.toml", REMOTE.format(PLACE))

    return Input(
        rule=rule,
        title=title,
        argv=[*argv, "--ssh-config", CONFIG],
        prepare=prepare,
        lab="sshd",
        arrange=arrange,
        after=_came,
    )


def _came(root: Path) -> Iterator[str]:
    """What must not have come from the server, whatever was agreed to."""
    for path in root.rglob("*"):
        name = path.relative_to(root).parts[0].lower()
        if name in {".git\u200c", "git~1", "bare"} or (name == ".git" and "hooks" in path.parts):
            yield f"{name!r} came from the server"
        if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(root.resolve()):
            yield f"the link {path.name!r} leads out of the project"


KINDS: Kinds = (
    (noisy_logins, 60),
    (lying_programs, 60),
    (lying_files, 40),
    (remote_trees, 60),
    (another_logins, 15),
)
