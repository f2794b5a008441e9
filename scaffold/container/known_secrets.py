"""The secret values of a container's settings, to find them wherever else they occur."""

import base64
import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from scaffold.container.engine_json import Raw, rows, table
from scaffold.parsing.untrusted.secrets import find_secrets, secret_variable, secret_words

COMMAND = "command"
"""The name of entrypoint and command for `--include-secret`."""

SHORTEST = 6
"""Characters from which a value is searched for; shorter ones occur by chance."""

_USUAL = frozenset(
    {
        *("password", "passwd", "changeme", "example", "postgres", "localhost", "default"),
        *("secret", "docker", "jupyter", "notebook", "container", "development", "production"),
    }
)
"""Values that occur everywhere, and so give nothing away."""

_PLAIN = re.compile(r"[a-z_./~-]+|[A-Z_]+|[\d.]+|\S{1,7}")
"""What a text may call by the name of a secret, and be a placeholder: words, paths, numbers."""


def variables(config: Raw) -> list[tuple[str, str]]:
    """Names and values of the environment of a container or image."""
    entries = (str(entry).partition("=") for entry in rows(config, "Env"))
    return [(name, value) for name, _, value in entries]


def command_words(config: Raw) -> list[str]:
    """Entrypoint and command as one list of words."""
    return [str(word) for word in (*rows(config, "Entrypoint"), *rows(config, "Cmd"))]


def secret_values(inspect: Mapping[str, Any], included: Collection[str] = ()) -> tuple[str, ...]:
    """The values that variables and command line keep secret, without those of `included`."""
    config = table(inspect, "Config")
    found = [
        value
        for name, text in variables(config)
        if name not in included and secret_variable(name, text)
        for value in _values(text)
    ]
    if COMMAND not in included:
        words = command_words(config)
        for place in secret_words(words):
            found += _values(words[place].rpartition("=")[2], words[place])
    kept = {value for value in found if len(value) >= SHORTEST and value.lower() not in _USUAL}
    return tuple(sorted(kept, key=len, reverse=True))


def _values(text: str, line: str = "") -> Iterator[str]:
    """The secret parts of a value: what the detector finds in it, or all of it."""
    parts = [text[one.start : one.end] for one in find_secrets(text)]
    parts += [line[one.start : one.end] for one in find_secrets(line)]
    for part in parts or [text]:
        yield part
        if "://" in text and ":" in part:
            yield part.partition(":")[2]


def values_of_text(text: str) -> set[str]:
    """The secrets that a text holds, without those that are words or paths of any text."""
    found = (text[one.start : one.end] for one in find_secrets(text))
    return {value for value in found if len(value) >= SHORTEST and not _PLAIN.fullmatch(value)}


def spellings(values: Collection[str]) -> tuple[str, ...]:
    """Each value as it is, in a URL, in JSON and in base64."""
    found: set[str] = set()
    for value in values:
        plain = value.encode("utf-8", "surrogateescape")
        # The last group of an unfinished triple differs when more text follows.
        encoded = base64.b64encode(plain[: len(plain) // 3 * 3]).decode()
        found |= {value, quote(plain, safe=""), json.dumps(value)[1:-1], encoded}
    return tuple(sorted((one for one in found if len(one) >= SHORTEST), key=len, reverse=True))


def holds_value(text: str, values: Collection[str]) -> bool:
    """Whether a text has one of the values in it."""
    return any(value in text for value in values)


def suspected_variables(
    inspect: Mapping[str, Any], known: Collection[str] = (), included: Collection[str] = ()
) -> tuple[str, ...]:
    """Names of variables that look like secrets, or hold one of the `known` values."""
    return tuple(
        name
        for name, value in variables(table(inspect, "Config"))
        if name not in included and (secret_variable(name, value) or holds_value(value, known))
    )


def secret_command(config: Raw, known: Collection[str], included: Collection[str] = ()) -> bool:
    """Whether entrypoint or command hold a secret that is not among `included`."""
    if COMMAND in included:
        return False
    words = command_words(config)
    text = "\n".join(words)
    return bool(secret_words(words) or find_secrets(text) or holds_value(text, known))
