"""Pictures of all prompts, typed at a real terminal (tmux), for `tools/screens.py`."""

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tools.terminal_picture import picture

TALL = 150
"""Lines of the terminal: a whole interview fits."""
LONGEST_S = 20
NEXT, ENTER, CLEAR = "Down", "Enter", "C-u"


class Step(NamedTuple):
    """What is waited for, and the keys that are sent then."""

    text: str
    keys: tuple[str, ...]


class Dialogue(NamedTuple):
    """A command with its prompts: the last screen is drawn, with the last prompt still open."""

    name: str
    words: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    until: str = ""
    code: str = ""
    """Python of ours that is run instead, where the command would need a server."""


def enter(*texts: str) -> tuple[Step, ...]:
    """The suggestion is taken at each of these prompts."""
    return tuple(Step(text, (ENTER,)) for text in texts)


FIRST = enter("Where will the container run?", "Does it need a GPU?")
DATA = enter("Folders with data", "Ports")
ADVANCED = (
    *("System packages", "Python versions", "What installs the", "What installs packages"),
    *("Must something be compiled", "Shared memory", "User in the container", "User id"),
    *("Group id", "Features", "More services", "Mirrors", "VS Code"),
)
REMOTE = Step("Where will the container run?", (NEXT, ENTER))

DIALOGUES = (
    Dialogue("target", ("init",), (), "Where will the container run?"),
    Dialogue("gpu", ("init",), FIRST[:1], "Does it need a GPU?"),
    Dialogue(
        "gpu-explained", ("init",), (*FIRST[:1], Step("Does it", ("Up", ENTER))), "by mistake"
    ),
    Dialogue("stack", ("init",), FIRST, "Which base image?"),
    Dialogue(
        "summary",
        ("init",),
        (*FIRST, *enter("Which base image?"), *DATA, *enter("other settings")),
        "Write these",
    ),
    Dialogue(
        "advanced",
        ("init",),
        (
            *(*FIRST, *enter("Which base image?"), *DATA),
            *(Step("other settings", ("y",)), *enter(*ADVANCED)),
        ),
        "Write these",
    ),
    Dialogue(
        "change",
        ("init",),
        (
            *(*FIRST, *enter("Which base image?"), *DATA, *enter("other settings")),
            Step("Write these", (NEXT, ENTER)),
        ),
        "Which answer?",
    ),
    Dialogue("server", ("init",), (REMOTE,), "Which server?"),
    Dialogue(
        "server-described",
        ("init",),
        (
            REMOTE,
            Step("Which server?", (NEXT, NEXT, NEXT, ENTER)),
            Step("river", ("?", ENTER)),
            Step("nvidia-smi", (CLEAR, "535x", ENTER)),
        ),
        "is not a driver version",
    ),
    Dialogue(
        "mistakes",
        ("init",),
        (
            *(*FIRST, *enter("Which base image?")),
            Step("Folders with data", (CLEAR, "/nowhere:/data", ENTER)),
            Step("same answer again", (ENTER,)),
            Step("Ports", (CLEAR, "70000", ENTER)),
        ),
        "1 to 65535",
    ),
    Dialogue("plain", ("init", "../empty"), (), "plain container?"),
    Dialogue("several", ("init", "../several"), (), "Which folder"),
    Dialogue(
        "own-files",
        ("init", "--config", "", "../own"),
        (*FIRST, *enter("Which base image?"), *DATA, *enter("other settings")),
        "Replace your own",
    ),
    Dialogue("trust", ("up", "../asking"), (), "Do you trust"),
    Dialogue(
        "host-key",
        ("host", "setup", "ada@192.0.2.7", "--name", "gpu01"),
        until="once, no",
        code=(
            "from scaffold.cli.asking import make_asking\n"
            "from scaffold.adapters.ssh.asking import UnknownKey\n"
            "key = UnknownKey('192.0.2.7', 'ssh-ed25519', 'SHA256:' + 'N1kWbBqCPbvmYS0pO7oB' * 2)\n"
            "make_asking().confirm(key)"
        ),
    ),
    Dialogue(
        "host-fix",
        ("host", "setup", "gpu01"),
        until="Do it?",
        code=(
            "from scaffold.cli.host.attendant import HostTerminal\n"
            "from scaffold.commands.host.attendant import ProposedChange\n"
            "one = HostTerminal(yes=False, only=(), host_key=None, quiet=False)\n"
            "one.agree(ProposedChange(id='docker.not-in-group', text='ada may not use Docker',"
            " details=('sudo usermod -aG docker ada', 'members of the group docker are root on"
            " this server'), is_fix=True))"
        ),
    ),
    Dialogue(
        "secrets",
        ("sync",),
        until="Upload them",
        code=(
            "from scaffold.cli.sync.terminal import consent_to_secrets\n"
            "consent_to_secrets(include=False)({'.env': 'an access key of AWS',"
            " 'keys/id_ed25519': 'a private key'})"
        ),
    ),
    Dialogue(
        "overwrite-remote",
        ("sync",),
        until="?",
        code=(
            "from scaffold.cli.terminal import ask, say\n"
            "say('  notes.txt', err=True)\n"
            "ask('Delete these on the server?')"
        ),
    ),
    Dialogue(
        "anothers",
        ("down", "trainer"),
        until="?",
        code=(
            "from scaffold.cli.consent import agree_to_other\n"
            "agree_to_other(take_over=False, asks=True)('trainer belongs to grace')"
        ),
    ),
)


def prompt_screens(home: Path, columns: int) -> Iterator[tuple[str, str]]:
    """Name and picture of each dialogue; `home` holds a copy of the example project."""
    folder = home / "mnist-pytorch"
    _prepare(home)
    for one in DIALOGUES:
        shutil.rmtree(folder / ".devcontainer", ignore_errors=True)
        shown = typed(one, folder, columns).replace(str(home), "/home/ada")
        title = f"prompt-{one.name} {columns}"
        yield f"prompt-{one.name}", picture(shown, one.words, columns, title=title)


def _prepare(home: Path) -> None:
    ssh = home / ".ssh"
    ssh.mkdir(mode=0o700, exist_ok=True)
    (ssh / "config").write_text("Host gpu01\n  HostName 192.0.2.7\nHost gpu02\n  User ada\n")
    files = {
        "empty/package.json": "{}",
        "several/one/requirements.txt": "torch\n",
        "several/two/requirements.txt": "jax\n",
        "own/requirements.txt": "torch\n",
        "own/.devcontainer/Dockerfile": "FROM scratch\n",
        "asking/.devcontainer/devcontainer.json": (
            '{"image": "python:3.12", "initializeCommand": "make data",'
            ' "mounts": ["type=bind,source=/home/ada/.aws,target=/aws"]}'
        ),
    }
    for path, text in files.items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_text(text)


def typed(one: Dialogue, folder: Path, columns: int) -> str:
    """The screen, with colours, when the last prompt is open."""
    program = ["-c", one.code] if one.code else ["-m", "scaffold", *one.words]
    terminal = Terminal(f"screens-{os.getpid()}-{one.name}-{columns}")
    terminal.start(shlex.join([sys.executable, *program]), folder, columns)
    try:
        seen = 0
        for step in one.steps:
            seen = terminal.wait(step.text, seen)
            for key in step.keys:
                terminal.tmux("send-keys", key)
                time.sleep(0.05)
        terminal.wait(one.until, seen)
        return terminal.shown(colours=True) + "\x1b[0m"
    finally:
        terminal.tmux("kill-server")


class Terminal:
    """One program in a tmux server of its own."""

    def __init__(self, socket: str) -> None:
        self._socket = socket

    def start(self, command: str, folder: Path, columns: int) -> None:
        """Run a command line; its home is the folder above `folder`."""
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        own = {"HOME": str(folder.parent), "LANG": "C.UTF-8", "PYTHONPATH": str(Path.cwd())}
        size = ("-x", str(columns), "-y", str(TALL), "-c", str(folder))
        line = f"{command}; sleep {5 * LONGEST_S}"
        self.tmux("new-session", "-d", *size, line, env={**kept, **own, "TERM": "xterm-256color"})

    def wait(self, text: str, after: int) -> int:
        """The place behind the text, once the screen shows it below what was answered before."""
        deadline = time.monotonic() + LONGEST_S
        while (at := self.shown().find(text, after)) < 0:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{text!r} never came:\n{self.shown()}")
            time.sleep(0.1)
        # The text comes before the keys are read.
        time.sleep(0.3)
        return at + len(text)

    def shown(self, *, colours: bool = False) -> str:
        """What the screen shows."""
        return self.tmux("capture-pane", "-p", *(["-e"] if colours else ["-J"])).rstrip()

    def tmux(self, *words: str, env: dict[str, str] | None = None) -> str:
        """What tmux prints."""
        argv = ["tmux", "-L", self._socket, "-f", "/dev/null", *words]
        return subprocess.run(argv, env=env, capture_output=True, text=True, check=True).stdout
