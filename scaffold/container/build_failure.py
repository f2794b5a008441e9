"""The reason of a failed image build, found in BuildKit's plain output."""

import re

_STEP = re.compile(r"#(\d+) \[[^\]]*\] (.*)")
_OUTPUT = re.compile(r"#(\d+) (?:\d+\.\d+ )?(.*)")
_FAILED = re.compile(r"#(\d+) ERROR: (.*)")
_PROBLEM = re.compile(
    r"\bE: |\berror\b|\bERROR\b|fatal:|not found|No such file|denied|failed|Unable to|"
    r"No matching distribution|no space left",
    re.IGNORECASE,
)
_NO_OUTPUT = ("ERROR:", "[", "CANCELED", "DONE", "CACHED", "sha256:")
"""What BuildKit says of a step among the lines that the step prints."""
LINES = 3
"""Lines of a step's output that are shown at most."""


def has_failed_step(log: str) -> bool:
    """Whether the log names the step that failed."""
    return any(_FAILED.fullmatch(line.rstrip()) for line in log.splitlines())


def build_failure(log: str) -> str:
    """The failed step and the lines of its output that name the problem, as short text."""
    lines = [line.rstrip() for line in log.splitlines() if line.strip()]
    failed = next((m for line in reversed(lines) if (m := _FAILED.fullmatch(line))), None)
    if failed is None:
        return _last(lines)
    number, reason = failed[1], failed[2]
    step = next((m[2] for line in lines if (m := _STEP.match(line)) and m[1] == number), "")
    printed = [m[2] for line in lines if (m := _OUTPUT.fullmatch(line)) and m[1] == number and m[2]]
    printed = [text for text in printed if not text.startswith(_NO_OUTPUT)]
    shown = [text for text in printed if _PROBLEM.search(text)][-LINES:] or printed[-LINES:]
    code = re.search(r"exit code: (\d+)", reason)
    ending = f" (exit code {code[1]})" if code else f": {reason}"
    return "\n".join([f"{_short(step)}{ending}", *(f"  {text}" for text in shown)])


def _short(step: str) -> str:
    return step if len(step) <= 100 else f"{step[:99]}…"


def _last(lines: list[str]) -> str:
    """Without a failed step: the last lines that name a problem, such as a syntax error."""
    return "\n".join([line for line in lines if _PROBLEM.search(line)][-LINES:] or lines[-LINES:])
