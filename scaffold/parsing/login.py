"""The account on the host: its login shell, groups, home folder and quota."""

import re

from scaffold.facts import LoginFacts, Quota
from scaffold.parsing.recording import Part, Split

NOISE_KEPT = 2000


def read_login(split: Split, shell_s: float | None = None) -> LoginFacts:
    """The account on the host, and what its login shell does."""
    part = split.part("account")
    values = part.values()
    passwd = values.get("passwd", "").split(":")
    return LoginFacts(
        user=values.get("user") or None,
        home=values.get("home") or None,
        shell=passwd[6].strip() if len(passwd) > 6 else None,
        path=values.get("path") or None,
        noise=split.noise.strip("\n")[:NOISE_KEPT],
        groups=_words(values.get("groups")),
        configured_groups=_words(values.get("configured")),
        sudo_without_password=_sudo(split.part("elevated")),
        sudo_present=bool(values["sudo"]) if "sudo" in values else None,
        home_writable={"yes": True, "no": False}.get(values.get("writable", "")),
        shell_s=shell_s,
        quota=_quota(split.part("quota")),
        locked=part.all("locked"),
        proxy="proxy" in values if part.begun else None,
    )


def _quota(part: Part) -> tuple[Quota, ...] | None:
    """Rows of `quota -w`; a star marks a number over its limit, the grace time may be absent."""
    if not part.begun or part.code not in {0, 1}:
        return None
    rows = (line.split() for line in part.lines)
    numbers = [
        (
            row[0],
            [int(word.rstrip("*")) for word in row[1:] if re.fullmatch(r"[0-9]{1,18}\*?", word)],
        )
        for row in rows
        if row and ("/" in row[0] or ":" in row[0])
    ]
    return tuple(
        Quota(
            device=device,
            used_kib=found[0],
            limit_kib=found[2] or found[1],
            files=found[3],
            file_limit=found[5] or found[4],
        )
        for device, found in numbers
        if len(found) == 6
    )


def _sudo(part: Part) -> bool | None:
    return "sudo=yes" in part.lines if part.code is not None else None


def _words(text: str | None) -> tuple[str, ...] | None:
    return tuple(text.split()) if text else None
