"""Runs hostile inputs through the command line and judges what it did.

`python -m tests.hostile.harness [SEED] [SHARE]` runs them all; `make hostile` calls it. For each
input: no exit code 3, an end within a minute, no control character in the output, no planted
secret in it, no byte changed outside the project, here or on the server, nothing temporary left,
and less than 300 MB of memory. Two processes share the inputs; what the time did not suffice
for, or what the lab cannot run on this machine, is counted.
"""

import contextlib
import gzip
import io
import json
import os
import pickle
import random
import select
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import NoReturn

from jinja2 import Environment

from scaffold.adapters.local import pipes
from scaffold.adapters.local.temporary import PREFIX
from scaffold.cli import main, terminal, verbosity
from tests.hostile import engines, on_lab, servers
from tests.hostile.inputs import CANARY, Input, inputs, of_kinds, project
from tests.hostile.on_lab import Lab, prints
from tests.hostile.servers import CONFIG
from tests.lab.support.engine import Engine

HANG_S = 90
SILENCE_S = 3.0
"""The product's own deadline, made shorter so that a silent server costs the run little."""

LIMIT_KIB = 300 << 10
PEAKS: list[int] = []
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


def judge(one: Input, lab: Lab | None = None) -> Verdict:
    """Run one input in a world of its own; with a lab, on a server and an engine that exist."""
    lab = lab or Lab()
    with world() as base:
        root = base / "home" / "project"
        one.prepare(root)
        (base / "far.json").write_text(json.dumps(one.far or {"answer": "junk", "text": ""}))
        with on(lab, one, base) as argv:
            before = prints(base / "home", "project"), lab.seen(one)
            code, output = run(argv)
            faults = [*_faults(code, output), *one.after(root)]
            if (prints(base / "home", "project"), lab.seen(one)) != before:
                faults.append("something outside the project changed")
            if one.secret:
                faults += copied(root, lab)
        left = [path.name for path in base.rglob(f"{PREFIX}*")]
        if left:
            faults.append(f"left behind: {left}")
    return Verdict(input=one, code=code, output=output, faults=faults)


@contextlib.contextmanager
def on(lab: Lab, one: Input, base: Path) -> Iterator[list[str]]:
    """Prepare the lab for an input that needs it, clean it afterwards; the words of the command."""
    if not one.lab:
        yield one.argv
        return
    lab.clean(one)
    (base / "bin" / "ssh").unlink()
    one.arrange(lab, base)
    if one.lab == "engine":
        os.environ.update({key: lab.docker.env[key] for key in ("DOCKER_HOST", "DOCKER_CONFIG")})
    config = str(lab.client.config) if lab.client else ""
    try:
        yield [config if word == CONFIG else word for word in one.argv]
    finally:
        lab.clean(one)


def copied(root: Path, lab: Lab) -> Iterator[str]:
    """Where the planted secret was copied to: files of the project, an image that was saved."""
    for path in root.rglob("*"):
        if path.is_file() and CANARY.encode() in path.read_bytes():
            yield f"a planted secret in {path.name}"
    if lab.has_saved():
        argv = [*lab.docker.cli, "save", "box:saved"]
        done = subprocess.run(argv, env=lab.docker.env, capture_output=True, check=True)
        if CANARY.encode() in unpacked(done.stdout):
            yield "a planted secret in the saved image"


def unpacked(image: bytes) -> bytes:
    """All members of the archive of an image, layers that are compressed too."""
    with tarfile.open(fileobj=io.BytesIO(image)) as tar:
        parts = [file.read() for member in tar if (file := tar.extractfile(member))]
    return b"".join(gzip.decompress(one) if one[:2] == b"\x1f\x8b" else one for one in parts)


def judge_apart(one: Input, lab: Lab) -> Verdict:
    """Judge in a child process, whose memory is measured and which can be ended."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        _tell(one, lab, write)
    os.close(write)
    with open(read, "rb") as pipe:  # noqa: PTH123 (a handle, not a path)
        ready, _, _ = select.select([pipe], [], [], HANG_S + 60)
        if not ready:
            os.kill(child, signal.SIGKILL)
        told = pipe.read()
    _, _, usage = os.wait4(child, 0)
    code, output, faults = pickle.loads(told) if told else (-1, "", ["it did not end"])  # noqa: S301
    if usage.ru_maxrss > LIMIT_KIB:
        faults.append(f"{usage.ru_maxrss >> 10} MiB of memory")
    PEAKS.append(usage.ru_maxrss)
    return Verdict(input=one, code=code, output=output, faults=faults)


def _tell(one: Input, lab: Lab, write: int) -> NoReturn:
    try:
        verdict = judge(one, lab)
        told = pickle.dumps((verdict.code, verdict.output, verdict.faults))
    except BaseException as error:
        told = pickle.dumps((-1, "", [f"the harness failed: {error!r}"]))
    with open(write, "wb") as pipe:
        pipe.write(told)
    os._exit(0)


def _faults(code: int, output: str) -> Iterator[str]:
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
        # What `--verbose` and `--quiet` changed is for one command.
        verbosity.begin()
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


def every(seed: int, share: float) -> list[Input]:
    """All inputs of a run, those for the lab too."""
    on_lab = of_kinds((*servers.KINDS, *engines.KINDS), seed, share)
    return [*inputs(seed, share), *on_lab]


@dataclass(kw_only=True)
class Done:
    """What became of the inputs of a run, and the most memory that one of them had, in KiB."""

    tried: int = 0
    on_lab: int = 0
    left_out: int = 0
    bad: list[str] = field(default_factory=list)
    most: int = 0

    def __add__(self, other: "Done") -> "Done":
        return Done(
            tried=self.tried + other.tried,
            on_lab=self.on_lab + other.on_lab,
            left_out=self.left_out + other.left_out,
            bad=self.bad + other.bad,
            most=max(self.most, other.most),
        )


def run_part(seed: int, share: float, part: int, engine: Engine | None) -> Done:
    """Run one process's inputs within the time budget."""
    pipes.SILENCE_S = SILENCE_S
    # The engine is one, so that its inputs are all of the first process, which has less else.
    own = [
        one
        for number, one in enumerate(every(seed, share))
        if part == (0 if one.lab == "engine" else number % 3 > 0)
    ]
    # So that a budget that does not suffice cuts all kinds alike.
    random.Random(seed).shuffle(own)
    end, done = time.monotonic() + BUDGET_S, Done()
    with templates_compiled_once(), on_lab.lab(engine) as lab:
        # What the children have in common is imported and compiled once.
        judge(Input(rule=9, title="warm", argv=["init", "--yes", "--dry-run"], prepare=project))
        for one in own:
            if time.monotonic() > end or not lab.has(one):
                done.left_out += 1
                continue
            verdict = judge_apart(one, lab)
            done.tried += 1
            done.on_lab += one.lab != ""
            if verdict.faults:
                done.bad.append(report(verdict))
        done.most = max(PEAKS, default=0)
    return done


def run_all(seed: int, share: float) -> Done:
    """Run a share of the inputs."""
    pool = ProcessPoolExecutor(PROCESSES, mp_context=get_context("fork"))
    with on_lab.engine_of_the_lab() as engine, pool:
        parts = [pool.submit(run_part, seed, share, part, engine) for part in range(PROCESSES)]
        return sum((part.result() for part in parts), Done())


def report(verdict: Verdict) -> str:
    """One verdict for people."""
    lines = [line for line in verdict.output.splitlines() if line][-3:]
    shown = "".join(f"\n    {line[:160]!r}" for line in lines)
    one = verdict.input
    return f"rule {one.rule}: {one.title}\n  {', '.join(verdict.faults)}{shown}"


if __name__ == "__main__":
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    share = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    on_lab.require()
    done = run_all(seed, share)
    for text in done.bad:
        sys.stdout.write(f"{text}\n")
    counts = f"{done.tried} inputs (seed {seed}; {done.on_lab} on a real sshd or engine)"
    sys.stdout.write(
        f"{counts}, {len(done.bad)} with faults; at most {done.most >> 10} MiB of memory\n"
    )
    if done.left_out:
        sys.stdout.write(f"{done.left_out} left out: {on_lab.why_not_here() or 'no time'}\n")
    sys.exit(1 if done.bad else 0)
