"""A recording: the raw output of one probe, which can be saved and read again."""

import json
import re
from collections.abc import Mapping
from dataclasses import field
from itertools import groupby

from scaffold.errors import InputError
from scaffold.records import dataclass

FORMAT = "gpu-scaffold recording 1"
"""First line of a saved recording."""

PARTS = (
    *("system", "account", "pci", "module", "disk_module", "secure_boot", "nodes", "kernel_log"),
    *("smi", "gpus", "slices", "processes", "services", "docker_info", "docker_version"),
    *("docker_disk", "client", "toolkit", "cdi", "disk", "home_disk", "mounts", "sshd"),
    *("opened", "details", "kind", "user_engine", "context", "quota", "docker_log"),
)
"""The parts of probe.sh; recordings of earlier versions lack the last ones."""

FOLDED = (b" docker_info |", b" docker_version |")
"""Parts whose long lines were folded: a secret may span two of them."""

_LINE = re.compile(rb"[0-9a-f]+ \w+ \|")
_CODE = re.compile(r"=[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Part:
    """One part's lines; `code` is None if it did not end, `cut` where it printed too much."""

    lines: tuple[str, ...] = ()
    code: int | None = None
    cut: bool = False
    begun: bool = False

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(self.lines)

    @property
    def joined(self) -> str:
        """The lines as one, for a part that was folded."""
        return "".join(self.lines)

    def values(self) -> dict[str, str]:
        """Its `key=value` lines, the first of each key."""
        found: dict[str, str] = {}
        for line in self.lines:
            key, sign, value = line.partition("=")
            if sign:
                found.setdefault(key, value)
        return found

    def all(self, key: str) -> tuple[str, ...]:
        """Every value of one key."""
        start = f"{key}="
        return tuple(line[len(start) :] for line in self.lines if line.startswith(start))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """The output of one probe, and what only the client knows.

    `clock` is the client's time at the start of the probe, in seconds since 1970; `software` is
    the SSH server's version string. `shell_s` is how long the login shell took before it ran
    the probe. `forwarding` maps a kind of channel (`tcp`) to how the server answered: `open`,
    `unreached` (allowed, nothing listens), or `refused: REASON`.
    """

    host: str
    nonce: str
    output: bytes
    clock: float | None = None
    software: str | None = None
    errors: str = ""
    shell_s: float | None = None
    forwarding: Mapping[str, str] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """The file's content: a line that names the format, a line of JSON, the output."""
        head: dict[str, object] = {
            "host": self.host,
            "nonce": self.nonce,
            "clock": self.clock,
            "software": self.software,
            "errors": self.errors,
            "shell_s": self.shell_s,
            "forwarding": dict(self.forwarding),
        }
        return f"{FORMAT}\n{json.dumps(head)}\n".encode() + self.output


def read_recording(content: bytes) -> Recording:
    """Read a saved recording; InputError if it is something else."""
    first, _, rest = content.partition(b"\n")
    line, _, output = rest.partition(b"\n")
    try:
        head = json.loads(line) if first.strip() == FORMAT.encode() else None
    except ValueError:
        head = None
    if not isinstance(head, dict) or not isinstance(head.get("nonce"), str):
        raise InputError(
            "this file is no recording of a host",
            hint="make one with: scaffold host check HOST --save-facts FILE",
        )
    software, forwarding = head.get("software"), head.get("forwarding")
    return Recording(
        host=str(head.get("host", "recorded")),
        nonce=head["nonce"],
        output=output,
        clock=_number(head.get("clock")),
        software=software if isinstance(software, str) else None,
        errors=str(head.get("errors", "")),
        shell_s=_number(head.get("shell_s")),
        forwarding={str(kind): str(answer) for kind, answer in forwarding.items()}
        if isinstance(forwarding, dict)
        else {},
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def without_secrets(output: bytes) -> bytes:
    """Output without suspected secrets, even if a long line was folded inside one."""
    # Imported here, since many commands read no recording.
    from scaffold.parsing.untrusted.secret_forms import redacted

    found: list[bytes] = []
    for prefix, lines in groupby(output.split(b"\n"), _prefix):
        texts = [line[len(prefix) :].decode("latin-1") for line in lines]
        whole = "".join(texts)
        if len(texts) > 1 and prefix.endswith(FOLDED) and redacted(whole) != whole:
            width, whole = max(map(len, texts)), redacted(whole)
            texts = [whole[at : at + width] for at in range(0, len(whole), width)]
        found += [prefix + redacted(text).encode("latin-1") for text in texts]
    return b"\n".join(found)


def _prefix(line: bytes) -> bytes:
    match = _LINE.match(line)
    return match[0] if match else b""


@dataclass(frozen=True, slots=True)
class Split:
    """A recording by parts: the login's own output first, then each part."""

    noise: str
    parts: Mapping[str, Part]
    begun: bool
    done: bool

    def part(self, name: str) -> Part:
        """A part, empty if it never came."""
        return self.parts.get(name, Part())


@dataclass(slots=True)
class _Taken:
    """What was received of one part so far."""

    lines: list[str] = field(default_factory=list)
    code: int | None = None
    cut: bool = False
    begun: bool = False

    def take(self, payload: str) -> None:
        if payload.startswith("|"):
            self.lines.append(payload[1:])
        elif payload == "+":
            self.begun = True
        elif payload == "!":
            self.cut = True
        elif _CODE.fullmatch(payload):
            self.code = int(payload[1:])

    def part(self) -> Part:
        return Part(_readable(self.lines), self.code, self.cut, self.begun)


def split(recording: Recording) -> Split:
    """Take the output apart by its nonce; total for any bytes."""
    text = recording.output.decode("utf-8", "replace").replace("\r\n", "\n")
    noise, begin, rest = text.partition(f"{recording.nonce} begin\n")
    found: dict[str, _Taken] = {}
    done = False
    start = f"{recording.nonce} "
    for line in rest.split("\n"):
        if not line.startswith(start):
            continue
        name, _, payload = line[len(start) :].partition(" ")
        if name == "done" and not payload:
            done = True
            break
        if name not in found:
            found[name] = _Taken()
        found[name].take(payload)
    parts = {name: taken.part() for name, taken in found.items()}
    return Split(noise, parts, bool(begin), done)


def _readable(lines: list[str]) -> tuple[str, ...]:
    # The last line is empty if the output itself ended with a newline.
    if lines and not lines[-1]:
        lines = lines[:-1]
    return tuple(lines)
