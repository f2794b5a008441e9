"""Recordings made by hand: parts and their lines, framed as probe.sh frames them."""

from collections.abc import Mapping

from scaffold.parsing.recording import PARTS, Recording

NONCE = "0123456789abcdef"
HEAD = ("clock", "software", "shell_s", "forwarding")


def framed(parts: Mapping[str, tuple[str, int | None]], *, noise: str = "", done=True) -> bytes:
    """What the probe prints for these parts; the others are there and empty."""
    lines = [f"{noise}\n{NONCE} begin"]
    for name in dict.fromkeys((*PARTS, *parts)):
        text, code = parts.get(name, ("", 0))
        lines.append(f"{NONCE} {name} +")
        lines += [f"{NONCE} {name} |{line}" for line in text.split("\n")]
        lines += [f"{NONCE} {name} ={code}"] if code is not None else []
    lines += [f"{NONCE} done"] if done else []
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")


def recording(parts: Mapping[str, tuple[str, int | None]], **options) -> Recording:
    """A recording of one host."""
    head = {name: options.pop(name) for name in HEAD if name in options}
    return Recording(host="gpu01", nonce=NONCE, output=framed(parts, **options), **head)
