"""What sshd allows this login: proved by a channel, or by its settings, Match blocks included."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from scaffold.facts import SshdFacts
from scaffold.parsing.recording import Recording, Split
from scaffold.parsing.untrusted.numbers import whole
from scaffold.records import dataclass


def read_sshd(split: Split, recording: Recording) -> SshdFacts:
    """Forwarding: what a channel proved, and the settings of `sshd -T` (with sudo) or the files."""
    elevated = [line for line in split.part("elevated").lines if not line.startswith("[")]
    account = split.part("account").values()
    login = _Login(account.get("user", ""), tuple(account.get("groups", "").split()))
    values = _settings(elevated, login) or _settings(_in_order(split.part("sshd").lines), login)
    disabled = values.get("disableforwarding") == "yes"
    return SshdFacts(
        software=recording.software,
        tcp_forwarding="no" if disabled else values.get("allowtcpforwarding"),
        stream_forwarding="no" if disabled else values.get("allowstreamlocalforwarding"),
        max_sessions=whole(values.get("maxsessions", "")),
        forwards=_allowed(recording.forwarding.get("tcp")),
        refusal=next(filter(_refused, recording.forwarding.values()), "").partition(": ")[2],
    )


def _refused(answer: str) -> bool:
    return answer.startswith("refused")


def _allowed(answer: str | None) -> bool | None:
    return None if answer is None else not _refused(answer)


@dataclass(frozen=True, slots=True)
class _Login:
    """Who logs in, as Match compares it."""

    user: str
    groups: tuple[str, ...]


_END = "\0"
"""Ends the Match block of an included file: its blocks reach no further than the file."""


def _in_order(lines: tuple[str, ...]) -> list[str]:
    """The main file's lines with the included folder's in the place of its Include."""
    main: list[str] = []
    rest: list[str] = []
    target = main
    for line in lines:
        if line.startswith("# "):
            target = main if line.endswith("/sshd_config") else rest
            rest += [_END] if target is rest else []
        else:
            target.append(line)
    ordered: list[str] = []
    for line in main:
        ordered += [*rest, _END] if line.strip().lower().startswith("include") else [line]
    return ordered


def _settings(lines: list[str], login: _Login) -> dict[str, str]:
    """The value of each key for this login; none if a block may set it that cannot be judged.

    The first value counts, and that of a Match block before the general one.
    """
    general: dict[str, str] = {}
    own: dict[str, str] = {}
    doubtful: set[str] = set()
    applies: bool | None = True
    within = False
    for key, value in _pairs(lines):
        if key in {"match", _END}:
            applies, within = _applies(value, login), key != _END
        elif not within:
            general.setdefault(key, value.lower())
        elif applies:
            own.setdefault(key, value.lower())
        elif applies is None and key not in own:
            doubtful.add(key)
    return {key: value for key, value in (general | own).items() if key not in doubtful}


def _pairs(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if line == _END:
            yield _END, ""
        words = re.split(r"[\s=]+", line.strip(), maxsplit=1)
        if len(words) == 2 or words[0].lower() == "match":
            words.append("")
            yield words[0].lower(), words[1].strip('" ')


def _applies(criteria: str, login: _Login) -> bool | None:
    """Whether a Match line is for this login; None if it asks for what is not known here."""
    words = criteria.split()
    if [word.lower() for word in words] == ["all"]:
        return True
    answers = [_meets(*pair, login) for pair in zip(words[::2], words[1::2], strict=False)]
    if False in answers:
        return False
    return None if None in answers or not answers else True


def _meets(criterion: str, patterns: str, login: _Login) -> bool | None:
    names = {"user": (login.user,), "group": login.groups}.get(criterion.lower())
    if not names or not names[0]:
        return None
    given = patterns.strip('"').split(",")
    refused = [one[1:] for one in given if one.startswith("!")]
    wanted = [one for one in given if not one.startswith("!")]
    return _one_of(names, wanted) and not _one_of(names, refused)


def _one_of(names: tuple[str, ...], patterns: list[str]) -> bool:
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)
