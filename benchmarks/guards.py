"""What the checks of foreign input cost, as a share of `init`, `sync` and `host check`.

    python -m benchmarks.guards

The guards are the safe writer and reader, what this computer remembers, the list of what a
project asks for, the search for secrets, the escapes, the limits of documents and of answers, and
the judgement of paths. CPU time of their outermost calls and of reading their rules, divided by
that of the command and the programs that it runs; the median of alternating runs. Writing itself
is not counted: any writer does it. Prints a table, and ends with 1 if a share is above 3 %.
"""

import functools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from tests.hostile.shell_server import ANSWERS, SSH

RUNS = 7
LIMIT = 0.03
FILES = 300
SAFE = "scaffold.parsing.untrusted"
GUARDS = {
    f"{SAFE}.printable": ("printable", "printable_lines", "encodable"),
    f"{SAFE}.secret_forms": ("redacted",),
    f"{SAFE}.secrets": ("find_secrets", "redacted_settings"),
    f"{SAFE}.secret_files": ("secret_file",),
    f"{SAFE}.documents": ("_check", "_checked", "_count_nodes"),
    "scaffold.adapters.local.files": ("write_files",),
    "scaffold.adapters.local.folders": ("folder_below", "check_target", "read_open"),
    "scaffold.adapters.local.placing": ("complete",),
    "scaffold.adapters.local.remembered": ("Remembered.knows", "Remembered.add"),
    "scaffold.commands.workspace.agreement": ("proposal_of",),
    "scaffold.sync.runs_here": ("folded", "holds_git", "is_git_folder", "runs_here"),
    "scaffold.sync.linear_patterns": ("linear",),
    "scaffold.container.engine_shapes": ("fault",),
}
SHARED = ("json", "tomllib", "scaffold.records", "scaffold.errors")
"""What the guards import and every command needs anyway."""

NOT_IN = {
    "host": ("scaffold.commands.workspace.agreement", f"{SAFE}.secret_files", f"{SAFE}.secrets"),
    "init": (f"{SAFE}.secret_files", f"{SAFE}.secrets"),
    "sync": (f"{SAFE}.secret_forms", f"{SAFE}.secrets"),
}
COMMANDS = {
    "init": ("init", "--yes"),
    "sync": ("sync", "--trust"),
    "host check": ("host", "check", "local"),
}


class Meter:
    """CPU time of the outermost calls of some functions."""

    def __init__(self) -> None:
        self.spent, self._inside = 0, False

    def watched(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with its time added up."""

        @functools.wraps(function)
        def call(*args: Any, **options: Any) -> Any:
            if self._inside:
                return function(*args, **options)
            self._inside, started = True, time.thread_time_ns()
            try:
                return function(*args, **options)
            finally:
                self.spent += time.thread_time_ns() - started
                self._inside = False

        return call

    def deducted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, whose time is not counted: any writer writes, and waits for the disk."""

        @functools.wraps(function)
        def call(*args: Any, **options: Any) -> Any:
            started = time.thread_time_ns()
            try:
                return function(*args, **options)
            finally:
                self.spent -= (time.thread_time_ns() - started) * self._inside

        return call


def measured(words: list[str]) -> None:
    """Run one command in this process; its CPU time and that of the guards go to fd 3."""
    meter = Meter()
    for name in SHARED:
        import_module(name)
    for name, functions in GUARDS.items():
        # What a command does not import, it does not pay for.
        if name in NOT_IN.get(words[0], ()):
            continue
        load = meter.watched(import_module) if name.startswith(SAFE) else import_module
        module = load(name)
        for path in functions:
            *above, last = path.split(".")
            owner = functools.reduce(getattr, above, module)
            setattr(owner, last, meter.watched(getattr(owner, last)))
    from scaffold.adapters.local import placing
    from scaffold.cli import main

    placing.fill = meter.deducted(placing.fill)
    sys.argv = ["scaffold", *words]
    try:
        main.main()
    finally:
        paid = set(NOT_IN.get(words[0], ())) & set(sys.modules)
        assert not paid, f"{words[0]} imports {paid}, which is not counted"
        used = os.times()
        whole = sum((used.user, used.system, used.children_user, used.children_system))
        os.write(3, f"{meter.spent} {whole}\n".encode())


def share(words: tuple[str, ...], base: Path) -> tuple[float, float]:
    """The guards' share of one run, and the CPU seconds of the whole."""
    read, write = os.pipe()
    env = {
        **os.environ,
        **{name: str(base / name) for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")},
        "PATH": f"{base}/bin:{os.environ['PATH']}",
        "PYTHONPATH": str(Path(__file__).parent.parent),
    }
    # The shell gives the pipe the number 3.
    line = f'exec "$0" -m benchmarks.guards "$@" 3>&{write}'
    argv = ["sh", "-c", line, sys.executable, *words]
    done = subprocess.run(
        argv, env=env, cwd=base / "project", check=False, capture_output=True, pass_fds=[write]
    )
    os.close(write)
    # A check of a computer without a GPU ends with 1.
    assert done.returncode in {0, 1}, done.stderr.decode()
    with open(read) as pipe:  # noqa: PTH123 (a handle, not a path)
        spent, whole = map(float, pipe.read().split())
    return spent / 1e9 / whole, whole


def prepare(command: str, base: Path) -> None:
    """A project, and for `sync` a server, which is a shell on this computer."""
    for name in ("project", "far", "bin", "HOME"):
        (base / name).mkdir()
    (base / "bin" / "ssh").write_text(SSH)
    (base / "bin" / "ssh").chmod(0o755)
    root = base / "project"
    (root / "requirements.txt").write_text("torch>=2.8\nnumpy\ntransformers\nopencv-python\n")
    (root / "README.md").write_text("# X\n\n```\npip install -r requirements.txt\n```\n")
    for number in range(FILES):
        (root / f"part{number % 20}").mkdir(exist_ok=True)
        (root / f"part{number % 20}" / f"m{number}.py").write_text("import torch\n" * 20)
    if command == "sync":
        (root / ".devcontainer").mkdir()
        (root / ".devcontainer" / "scaffold.toml").write_text(ANSWERS.format(far=base / "far"))


def run_once(command: str) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as name:
        prepare(command, Path(name))
        return share(COMMANDS[command], Path(name))


def main() -> int:
    print(machine())
    runs: dict[str, list[tuple[float, float]]] = {command: [] for command in COMMANDS}
    for _ in range(RUNS):
        for command, found in runs.items():
            found.append(run_once(command))
    print(f"{'command':<12} {'checks':>7} {'CPU s':>7}")
    worst = 0.0
    for command, found in runs.items():
        part, whole = (statistics.median(column) for column in zip(*found, strict=True))
        worst = max(worst, part)
        print(f"{command:<12} {part:>7.1%} {whole:>7.2f}")
    return int(worst > LIMIT)


if __name__ == "__main__":
    if sys.argv[1:]:
        measured(sys.argv[1:])
    else:
        sys.exit(main())
