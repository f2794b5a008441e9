"""A local Feature's metadata against the rules of the Feature schema."""

import json

import pytest

from scaffold.answers.feature_metadata import check_metadata
from scaffold.errors import InputError

GOOD = {
    "id": "own",
    "version": "1.0.0",
    "options": {
        "fast": {"type": "boolean", "default": False},
        "level": {"type": "string", "enum": ["low", "high"], "default": "low"},
        "name": {"type": "string", "proposals": ["a"], "default": "a"},
    },
    "mounts": [],
    "postCreateCommand": "true",
}


def test_a_feature_with_its_options_is_accepted():
    check_metadata(json.dumps(GOOD).encode(), "f", {"fast": True, "level": "high", "name": "z"})


BAD = {
    "no JSON": (b"{", {}, "not valid JSON"),
    "a list": (b"[]", {}, "not a JSON object"),
    "no version": (b'{"id": "x"}', {}, "version is missing"),
    "an unknown property": ({**GOOD, "nmae": 1}, {}, "nmae is not known"),
    "a wrong type": ({**GOOD, "init": "yes"}, {}, "init has the wrong type"),
    "an option without a type": ({**GOOD, "options": {"x": {}}}, {}, "no type"),
    "an option without a default": ({**GOOD, "options": {"x": {"type": "string"}}}, {}, "default"),
    "an option of two kinds": (
        {**GOOD, "options": {"x": {**GOOD["options"]["level"], "proposals": []}}},
        {},
        "both enum and proposals",
    ),
    "an option with more": (
        {**GOOD, "options": {"x": {"type": "boolean", "default": True, "enum": []}}},
        {},
        "unknown property enum",
    ),
    "a list that is none": (
        {**GOOD, "options": {"x": {"type": "string", "default": "", "enum": "a"}}},
        {},
        "not a list of texts",
    ),
    "an option that is not there": (GOOD, {"slow": True}, "no option 'slow'"),
    "text for yes or no": (GOOD, {"fast": "maybe"}, "true or false"),
    "a value outside the list": (GOOD, {"level": "middle"}, "cannot be"),
}


@pytest.mark.parametrize(("content", "options", "message"), BAD.values(), ids=BAD)
def test_faults_are_named(content, options, message):
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    with pytest.raises(InputError, match=message):
        check_metadata(text, "f", options)
