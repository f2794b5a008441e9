"""The uv program of this computer: chooses the releases of a lock file."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from scaffold.adapters.computer.ask import ask
from scaffold.errors import InputError, TargetError
from scaffold.parsing.untrusted.printable import printable
from scaffold.parsing.untrusted.secret_forms import redacted

SECONDS = 600

# Nothing is built: that would run code of the packages on this computer.
COMPILE = ("pip", "compile", "--quiet", "--no-config", "--no-header", "--no-build")

_LINES, _LOCK = "scaffold-lines.in", "scaffold-lock.txt"


def compile_lock(
    files: Mapping[str, str], words: Sequence[str], lines: Iterable[str], env: Mapping[str, str]
) -> str:
    """The lock, with hashes, of the lists that `words` names and of the requirements in `lines`.

    Raises InputError without uv, TargetError if uv finds no releases that fit.
    """
    if shutil.which("uv") is None:
        raise InputError(
            "--lock: uv is not installed on this computer", hint="pip install uv, then run again"
        )
    with TemporaryDirectory() as name:
        folder = Path(name)
        for path, content in {**files, _LINES: "\n".join(lines)}.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(content, encoding="utf-8")
        output = ("--generate-hashes", "--output-file", _LOCK)
        done = ask(["uv", "--directory", name, *COMPILE, *output, *words, _LINES], SECONDS, env)
        if done.code == 0:
            return (folder / _LOCK).read_text(encoding="utf-8").replace(f" ({_LINES})", "")
    reason = " ".join(done.err.split()).removeprefix("error: ") or "no output"
    raise TargetError(
        f"--lock: uv cannot lock these packages: {printable(redacted(reason))[:500]}",
        hint="change the list, or run scaffold init with --no-lock",
    )
