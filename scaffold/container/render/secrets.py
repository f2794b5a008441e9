"""Hide the values of secrets in everything that is printed of a container."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from scaffold.container.engine_json import rows, table
from scaffold.container.known_secrets import secret_values, spellings
from scaffold.container.render.run_options import RunOptions
from scaffold.parsing.untrusted.secret_forms import HIDDEN
from scaffold.parsing.untrusted.secrets import (
    is_secret_name,
    redacted_settings,
    secret_variable,
    secret_words,
)

SECRET = "<secret>"  # noqa: S105 (what is shown in place of one)


def hide_secrets(options: RunOptions) -> RunOptions:
    """The options with every secret value replaced, wherever it occurs."""
    known = spellings(secret_values({"Config": options.config}))
    config = {key: hide_value(value) for key, value in options.config.items()}
    for key in ("Cmd", "Entrypoint"):
        if options.config.get(key):
            config[key] = hide_words(rows(options.config, key))
    check = table(options.config, "Healthcheck")
    if check.get("Test"):
        config["Healthcheck"] = {**check, "Test": hide_words(check["Test"])}
    return replace(
        options,
        config={key: _without(value, known) for key, value in config.items()},
        host=_without(hide_value(options.host), known),
    )


def _without(value: Any, known: Sequence[str]) -> Any:
    """Any JSON value with the known values replaced; names stay."""
    if isinstance(value, str):
        for one in known:
            value = value.replace(one, SECRET)
        return value
    if isinstance(value, dict):
        return {key: _without(one, known) for key, one in value.items()}
    return [_without(one, known) for one in value] if isinstance(value, list | tuple) else value


def hide_value(value: Any) -> Any:
    """Any JSON value with secrets replaced: by the name of a key or variable, or by form."""
    if isinstance(value, str):
        return hide_text(value)
    if isinstance(value, dict):
        return {
            key: SECRET if isinstance(one, str) and secret_variable(key, one) else hide_value(one)
            for key, one in value.items()
        }
    if isinstance(value, list | tuple):
        return [hide_value(one) for one in value]
    return value


def hide_text(text: str) -> str:
    """A line with secrets replaced; `NAME=VALUE` is judged as a variable."""
    name, equals, value = text.partition("=")
    if equals and name.isidentifier():
        return f"{name}={SECRET}" if secret_variable(name, value) else text
    return redacted_settings(text).replace(HIDDEN, SECRET)


def hide_words(words: Sequence[str]) -> list[str]:
    """A command line with secrets replaced."""
    secret = set(secret_words(words))
    return [_word(word, whole=at in secret) for at, word in enumerate(words)]


def _word(word: str, *, whole: bool) -> str:
    hidden = hide_text(word)
    if not whole or hidden != word:
        return hidden
    name, equals, _ = word.partition("=")
    return f"{name}={SECRET}" if equals and is_secret_name(name) else SECRET
