"""Runs hostile inputs through the command line and judges what it did.

`python -m tests.hostile.harness [SEED] [SHARE]` runs them all; `make hostile` calls it. For each
input: no exit code 3, an end within a minute, no control character in the output, no planted
secret in it, no byte changed outside the project, and nothing temporary left in it. Two
processes share the inputs; what the time did not suffice for is counted.
"""

import contextlib
import hashlib
import io
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from jinja2 import Environment

from scaffold.adapters.local import pipes
from scaffold.adapters.local.temporary import PREFIX
from scaffold.cli import main, terminal
from tests.hostile.inputs import CANARY, Input, inputs

HANG_S = 90
SILENCE_S = 3.0
"""The product's own deadline, made shorter so that a silent server costs the run little."""

BUDGET_S = 15 * 60 - 30
PROCESSES = 2
FAR_SIDE = Path(__file__).with_name("far_side.py")


class HangError(BaseException):
    """The command did not end."""


@dataclass(kw_only=True)
class Verdict:
    """What went wrong with an input; nothing if `faults` is empty."""

    input: Input
    code: int
    output: str
    faults: list[str]


@contextlib.contextmanager
def world() -> Iterator[Path]:
    """A home folder with private files in it, an ssh program that lies, and no real one."""
    base = Path(tempfile.mkdtemp(prefix="hostile-"))
    home = base / "home"
    (home / ".ssh").mkdir(parents=True)
    (home / ".bashrc").write_text("# mine\n")
    (home / ".ssh" / "id_ed25519").write_text(f"{CANARY}\n")
    (home / "project").mkdir()
    tools = base / "bin"
    tools.mkdir()
    (tools / "ssh").write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "{FAR_SIDE}" "$@"\n')
    (tools / "ssh").chmod(0o755)
    before, at = dict(os.environ), Path.cwd()
    os.environ.update(
        HOME=str(home),
        PATH=f"{tools}:/usr/bin:/bin",
        FAR_SIDE=str(base / "far.json"),
        XDG_STATE_HOME=str(base / "state"),
        XDG_CACHE_HOME=str(base / "cache"),
        TMPDIR=str(base),
    )
    os.environ.pop("DOCKER_HOST", None)
    os.chdir(home / "project")
    try:
        yield base
    finally:
        os.chdir(at)
        os.environ.clear()
        os.environ.update(before)
        shutil.rmtree(base, ignore_errors=True)


def prints(folder: Path) -> dict[str, str]:
    """Every path outside the project, with its content."""
    found = {}
    for path in folder.rglob("*"):
        if not path.is_relative_to(folder / "project"):
            regular = path.is_file() and not path.is_symlink()
            found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest() if regular else ""
    return found


def judge(one: Input) -> Verdict:
    """Run one input in a world of its own."""
    with world() as base:
        one.prepare(base / "home" / "project")
        (base / "far.json").write_text(json.dumps(one.far or {"answer": "junk", "text": ""}))
        before = prints(base / "home")
        code, output = run(one.argv)
        faults = list(_faults(one, code, output))
        if prints(base / "home") != before:
            faults.append("something outside the project changed")
        left = [path.name for path in base.rglob(f"{PREFIX}*")]
        if left:
            faults.append(f"left behind: {left}")
    return Verdict(input=one, code=code, output=output, faults=faults)


def _faults(one: Input, code: int, output: str) -> Iterator[str]:
    if code == main.EXIT_BUG:
        yield "exit code 3"
    if code == -1:
        yield "it did not end"
    if bad := sorted({char for char in output if not char.isprintable() and char not in "\n\t"}):
        yield f"control characters: {bad}"
    if CANARY in output:
        yield "a planted secret in the output"


def run(argv: list[str]) -> tuple[int, str]:
    """Call the command line in this process; its exit code and all its output."""
    out, before = io.StringIO(), (sys.argv, sys.stdin, sys.stdout, sys.stderr)
    sys.argv, sys.stdin = ["scaffold", *argv], io.StringIO()
    sys.stdout = sys.stderr = out
    previous = signal.signal(signal.SIGALRM, _hang)
    signal.alarm(HANG_S)
    try:
        main.main()
        code: object = 0
    except SystemExit as ended:
        code = ended.code or 0
    except HangError:
        code = -1
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
        sys.argv, sys.stdin, sys.stdout, sys.stderr = before
        terminal.console.cache_clear()
    return (code if isinstance(code, int) else 1), out.getvalue()


def _hang(_number: int, _frame: object) -> None:
    raise HangError


@contextlib.contextmanager
def templates_compiled_once() -> Iterator[None]:
    """Keep the code of each template text: half of the time of every `init` was compiling it."""
    compiled, known = Environment.compile, {}

    def once(self: Environment, source: str, *args: object, **settings: object) -> object:
        key = (source, args, *sorted(settings.items()))
        if key not in known:
            known[key] = compiled(self, source, *args, **settings)  # type: ignore[call-overload]
        return known[key]

    Environment.compile = once  # type: ignore[method-assign]
    try:
        yield
    finally:
        Environment.compile = compiled  # type: ignore[method-assign]


def run_part(seed: int, share: float, part: int) -> tuple[int, int, list[str]]:
    """Run one process's inputs within the time budget: tried, left out, and reports of faults."""
    pipes.SILENCE_S = SILENCE_S
    own = list(inputs(seed, share))[part::PROCESSES]
    # So that a budget that does not suffice cuts all kinds alike.
    random.Random(seed).shuffle(own)
    end, tried, bad = time.monotonic() + BUDGET_S, 0, []
    with templates_compiled_once():
        for one in own:
            if time.monotonic() > end:
                break
            verdict = judge(one)
            tried += 1
            if verdict.faults:
                bad.append(report(verdict))
    return tried, len(own) - tried, bad


def run_all(seed: int, share: float) -> tuple[int, int, list[str]]:
    """Run a share of the inputs: how many were tried and left out, and reports of faults."""
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("fork")) as pool:
        parts = [pool.submit(run_part, seed, share, part) for part in range(PROCESSES)]
        done = [part.result() for part in parts]
    return (
        sum(one[0] for one in done),
        sum(one[1] for one in done),
        [text for one in done for text in one[2]],
    )


def report(verdict: Verdict) -> str:
    """One verdict for people."""
    lines = [line for line in verdict.output.splitlines() if line][-3:]
    shown = "".join(f"\n    {line[:160]!r}" for line in lines)
    one = verdict.input
    return f"rule {one.rule}: {one.title}\n  {', '.join(verdict.faults)}{shown}"


if __name__ == "__main__":
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    share = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    tried, left_out, bad = run_all(seed, share)
    for text in bad:
        sys.stdout.write(f"{text}\n")
    counts = f"{tried} inputs (seed {seed}), {len(bad)} with faults"
    sys.stdout.write(f"{counts}; {left_out} left out for lack of time\n")
    sys.exit(1 if bad else 0)
