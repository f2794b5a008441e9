"""One decoder for each format of foreign documents; each raises BrokenDocumentError and no more.

The standard decoders raise RecursionError for depth, ValueError for long numbers, and let lone
surrogates through, which no file and no terminal takes.
"""

import json
import re
from collections.abc import Callable
from typing import Any

MAX_DEPTH = 200
"""Brackets in brackets; people and tools write a dozen."""

MAX_DOTS = 64
"""Parts of a dotted TOML key; the reader's time grows with their square."""

JSONC_LIMIT = 1 << 19
"""Characters of JSON with comments; a devcontainer.json has some thousand."""

MAX_NODES = 1_000_000
"""Values of a YAML text whose aliases are written out; people write some hundred."""

_DOTS = re.compile(rf"(?:[\w-]++[ \t]*+\.[ \t]*+){{{MAX_DOTS}}}")
_STRINGS = re.compile(r'"(?:[^"\\\n]|\\.)*+"')
_COMMENTS = re.compile(r'("(?:[^"\\\n\r]|\\.)*+")|//[^\n\r]*+|/\*(?:[^*]|\*(?!/))*+\*/', re.DOTALL)
_LAST_COMMA = re.compile(r'("(?:[^"\\\n\r]|\\.)*+")|,(?=[ \t\n\r]*+[\]}])')
_DIGITS = re.compile(r"\d{400}")


class BrokenDocumentError(ValueError):
    """What is wrong with a document, in words for its owner."""


def read_json(content: bytes | str, *, parse_constant: Callable[[str], Any] | None = None) -> Any:
    """What a JSON text says. Raises BrokenDocumentError."""
    try:
        text = content if isinstance(content, str) else content.decode("utf-8-sig")
        _check(text)
        return _checked(json.loads(text, parse_constant=parse_constant))
    except (ValueError, RecursionError) as error:
        raise _broken(error) from error


def read_jsonc(text: str) -> Any:
    """What JSON with comments and trailing commas says. Raises BrokenDocumentError.

    Only what every reader of the format takes alike is accepted: the Dev Containers CLI goes on
    after an error, so a text that it understands otherwise than we do could hide a command.
    """
    if len(text) > JSONC_LIMIT:
        raise BrokenDocumentError(f"larger than {JSONC_LIMIT >> 10} KiB")
    plain = _COMMENTS.sub(lambda match: match[1] or " ", text)
    found = read_json(_LAST_COMMA.sub(lambda match: match[1] or "", plain), parse_constant=_refuse)
    if "__proto__" in json.dumps(found):
        raise BrokenDocumentError("a key is __proto__, which programs in JavaScript obey")
    return found


def _refuse(word: str) -> Any:
    raise BrokenDocumentError(f"{word} is not JSON")


def read_toml(content: bytes | str) -> dict[str, Any]:
    """What a TOML text says. Raises BrokenDocumentError."""
    import tomllib

    try:
        text = content if isinstance(content, str) else content.decode("utf-8-sig")
        _check(text)
        if _DOTS.search(_STRINGS.sub('""', text)):
            raise BrokenDocumentError("a key has too many parts")
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _broken(error) from error


def read_yaml(content: bytes | str) -> Any:
    """What a YAML text says, without tags that make objects. Raises BrokenDocumentError."""
    import yaml

    text = content if isinstance(content, str) else content.decode("utf-8", "replace")
    try:
        _check(text)
        found = yaml.safe_load(text)
        _count_nodes(found, {}, 0)
        return found
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _broken(error) from error


def _count_nodes(value: Any, known: dict[int, int], depth: int) -> int:
    """How many values a document has when its aliases are written out, within the limits."""
    if not isinstance(value, dict | list | tuple):
        return 1
    if depth > MAX_DEPTH:
        raise BrokenDocumentError("nested too deeply")
    if id(value) not in known:
        inner = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_count_nodes(one, known, depth + 1) for one in inner)
    if known[id(value)] > MAX_NODES:
        raise BrokenDocumentError("its aliases make it too large")
    return known[id(value)]


def _check(text: str) -> None:
    """Depth is counted without strings, so that nothing recursive has to be tried."""
    depth = 0
    for bracket in re.finditer(r"[\[{\]}]", _STRINGS.sub("", text)):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > MAX_DEPTH:
            raise BrokenDocumentError("nested too deeply")
        depth = max(depth, 0)
    if _DIGITS.search(text):
        raise BrokenDocumentError("a number has too many digits")


def _checked(found: Any) -> Any:
    """Refuse lone surrogates, which an escape can make and no encoding takes."""
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise BrokenDocumentError("a text holds half a character (a lone surrogate)") from error
    return found


def _broken(error: ValueError | RecursionError | Exception) -> BrokenDocumentError:
    if isinstance(error, BrokenDocumentError):
        return error
    if isinstance(error, RecursionError):
        return BrokenDocumentError("nested too deeply")
    return BrokenDocumentError(str(error).split("\n")[0][:200])
