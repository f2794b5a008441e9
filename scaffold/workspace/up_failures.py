"""Why a container does not start, read from the log of the Dev Containers CLI."""

import re

from scaffold.catalogue.failures import FailurePlace, diagnose
from scaffold.container.build_failure import build_failure, has_failed_step
from scaffold.records import dataclass

_REASONS = (
    re.compile(r"Error response from daemon|failed to solve"),
    re.compile(r"(?i)\berror\b|denied|cannot"),
)

GENERAL = re.compile(r"An error occurred|Command failed")
"""Messages of the CLI (0.89) that give no reason."""

_NOISE = re.compile(r"^\[\d+ ms\] |^\[[\d-]+T[\d:.]+Z\] |\x1b\[[0-9;?]*[A-Za-z]")
_OWN = re.compile(r'(?:Error: )?Command failed: |at (?:async )?\S+ \(|Start: |Stop \(|\{"')
"""Lines that the CLI adds about itself."""
_HARMLESS = re.compile(r"Failed to fetch control manifest")
"""What the CLI says on every machine without internet before it goes on."""

_STEP = re.compile(r"^#\d+ (?:\d+\.\d+ )?")
"""What BuildKit writes before each line of a step."""
CORRECT = "correct this step of the Dockerfile, or the code that it runs"
WIDEST = 200
"""Characters of a line of the log that are shown."""


_TAKEN = re.compile(
    r"(?:[Bb]ind for|bind host port(?: for)?|listen tcp\d?) \S*?:(\d{1,5})\b"
    r".*already (?:allocated|in use)"
)
"""How Docker engines of 20.10 to 29 name a port that is in use."""


@dataclass(frozen=True, slots=True)
class UpFailure:
    """The cause in one line, the lines of the log that show it, and the fix (empty: unknown)."""

    cause: str
    lines: tuple[str, ...] = ()
    fix: str = ""


def plain(line: str) -> str:
    """A line of the CLI's log without times and colours."""
    text = _NOISE.sub("", line)
    return "".join(char for char in _NOISE.sub("", text) if char.isprintable()).strip()


def theirs(log: str) -> list[str]:
    """The plain lines of the log that the CLI did not add itself, as where it failed in its source.

    They are what Docker, ssh and others printed, which it started.
    """
    lines = (plain(line) for line in log.splitlines())
    return [line for line in lines if line and not _OWN.match(line)]


def taken_port(log: str) -> int | None:
    """The port that the container publishes and another program has; None if that is not why."""
    found = _TAKEN.search(log)
    return int(found[1]) if found else None


def explain(log: str, message: str, place: FailurePlace) -> UpFailure:
    """The cause of a failure from the CLI's log and its own message, which may say nothing."""
    lines = [
        text for line in log.splitlines() if (text := plain(line)) and not _HARMLESS.match(text)
    ]
    told = "" if GENERAL.match(message) else message
    known = diagnose("\n".join([*lines, told]), place)
    if known is None:
        shown = _relevant(lines)
        if not told and has_failed_step("\n".join(lines)):
            return UpFailure(f"the build fails at {shown[0]}", tuple(shown[1:]), CORRECT)
        cause = told or reason(log)
        return UpFailure(cause, tuple(text for text in shown if text.strip() not in cause))
    line = _STEP.sub("", known.line)[:WIDEST]
    shown = [text for text in _relevant(lines) if text.strip() != line]
    return UpFailure(known.cause, (*shown, f"  {line}"), known.fix)


def _relevant(lines: list[str]) -> list[str]:
    """The failed build step and its last lines; without one, the last lines that name errors."""
    printed = "\n".join(line for line in lines if not _OWN.match(line))
    return [line[:WIDEST] for line in build_failure(printed).splitlines()]


def reason(log: str) -> str:
    """The most likely reason in the log: Docker's own messages before others."""
    lines = theirs(log) or [text for line in log.splitlines() if (text := plain(line))]
    for words in _REASONS:
        if found := next((text for text in reversed(lines) if words.search(text)), ""):
            return found
    return lines[-1] if lines else "no output"
