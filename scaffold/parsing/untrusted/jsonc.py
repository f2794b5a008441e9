"""JSON with comments, changed at one place: every other byte stays as its owner wrote it."""

import json
import re

from scaffold.parsing.untrusted.documents import MAX_DEPTH
from scaffold.records import dataclass

INDENT = "    "
"""VS Code's default, for a text without indentation."""

_SPACE = re.compile(r"(?:[\s\ufeff]++|//[^\n]*+|/\*.*?\*/)*+", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*+"')
_PLAIN = re.compile(r"[-+.\w]+")


@dataclass(frozen=True, slots=True)
class Member:
    """One `"key": value` of an object, by its places in the text."""

    key: str
    start: int
    value: int
    end: int


@dataclass(frozen=True, slots=True)
class Object:
    """An object: the place of its `{`, its members, and the place of its `}`."""

    start: int
    members: tuple[Member, ...]
    end: int
    trailing_comma: bool = False

    def member(self, key: str) -> Member | None:
        """The member that counts: of several with one key, editors take the last."""
        return next((one for one in reversed(self.members) if one.key == key), None)


def with_value(text: str, path: tuple[str, ...], value: object) -> str:
    """The text with `value` at `path`, whose missing objects are created.

    Raises ValueError for a text that is not a JSON object with comments, or if a part of the path
    is no object.
    """
    start = _skip(text, 0)
    if start == len(text):
        # An empty file is an empty object to VS Code.
        gap = "\n" if text and not text.endswith("\n") else ""
        return with_value(f"{text}{gap}{{}}\n", path, value)
    found = read_object(text, start)
    if _skip(text, found.end + 1) != len(text):
        raise ValueError("something follows the object")
    return _set(text, found, path, value)


def _set(text: str, within: Object, path: tuple[str, ...], value: object) -> str:
    key, rest = path[0], path[1:]
    member = within.member(key)
    if member is None:
        for name in reversed(rest):
            value = {name: value}
        return _insert(text, within, f"{json.dumps(key)}: {_written(value)}")
    if rest and text[member.value] == "{":
        return _set(text, read_object(text, member.value), rest, value)
    if rest:
        raise ValueError(f"{key} is no object")
    return text[: member.value] + _written(value) + text[member.end :]


def _written(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return f"{{ {text[1:-1]} }}" if text.startswith("{") and len(text) > 2 else text


def _insert(text: str, within: Object, member: str) -> str:
    """Behind everything in the object, comments too; on an own line if the object has lines."""
    newline = "\r\n" if "\r\n" in text else "\n"
    body = text[within.start + 1 : within.end]
    last = within.start + 1 + len(body.rstrip())
    comma = "" if within.trailing_comma or not within.members else ","
    after = within.members[-1].end if within.members else last
    trail = "," if within.trailing_comma else ""
    kept = text[:after] + comma + text[after:last]
    if within.members and "\n" not in body:
        return f"{kept} {member}{trail}{text[last:]}"
    outer = _line_start(text, within.start)
    inner = _line_start(text, within.members[0].start) if within.members else ""
    inner = inner if len(inner) > len(outer) else outer + INDENT
    end = text[last:] if "\n" in body else f"{newline}{outer}{text[within.end :]}"
    return f"{kept}{newline}{inner}{member}{trail}{end}"


def _line_start(text: str, place: int) -> str:
    """The white space at the beginning of the line."""
    line = text[text.rfind("\n", 0, place) + 1 : place]
    return line[: len(line) - len(line.lstrip())].lstrip("\ufeff")


def read_object(text: str, start: int, depth: int = 0) -> Object:
    """The object that begins at `start`. Raises ValueError if none does, or it is too deep."""
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    if text[start : start + 1] != "{":
        raise ValueError("an object is expected")
    members: list[Member] = []
    place, comma = _skip(text, start + 1), False
    while text[place : place + 1] != "}":
        if members and not comma:
            raise ValueError("a comma is missing")
        key = _STRING.match(text, place)
        if not key:
            raise ValueError("a key is expected")
        colon = _skip(text, key.end())
        if text[colon : colon + 1] != ":":
            raise ValueError("a colon is expected")
        value = _skip(text, colon + 1)
        end = _value_end(text, value, depth)
        members.append(Member(str(json.loads(key[0])), place, value, end))
        place = _skip(text, end)
        comma = text[place : place + 1] == ","
        if comma:
            place = _skip(text, place + 1)
    return Object(start, tuple(members), place, comma)


def _value_end(text: str, start: int, depth: int) -> int:
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    first = text[start : start + 1]
    if first == "{":
        return read_object(text, start, depth + 1).end + 1
    if first == "[":
        place = _skip(text, start + 1)
        while text[place : place + 1] != "]":
            place = _skip(text, _value_end(text, place, depth + 1))
            if text[place : place + 1] == ",":
                place = _skip(text, place + 1)
        return place + 1
    match = (_STRING if first == '"' else _PLAIN).match(text, start)
    if not match:
        raise ValueError("a value is expected")
    return match.end()


def _skip(text: str, place: int) -> int:
    """Past white space and comments."""
    match = _SPACE.match(text, place)
    return match.end() if match else place
