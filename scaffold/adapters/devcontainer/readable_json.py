"""A `jsonify` filter for the template that keeps letters of every script readable."""

import json
import re
from typing import Any

from jinja2 import Environment
from jinja2.ext import Extension

_BASIC_PLANE = re.compile("[^\0-~\U00010000-\U0010ffff]")


class ReadableJson(Extension):
    """Replaces cookiecutter's filter, which escapes everything but ASCII."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.filters["jsonify"] = readable_json


def readable_json(value: Any) -> str:
    """JSON on one line; characters that an editor cannot show or save are escaped."""
    return _BASIC_PLANE.sub(_escape_unprintable, json.dumps(value, ensure_ascii=False))


def _escape_unprintable(match: re.Match[str]) -> str:
    return match[0] if match[0].isprintable() else json.dumps(match[0])[1:-1]
