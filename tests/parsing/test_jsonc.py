"""One value put into JSON with comments; every other byte stays."""

import json5
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.parsing.untrusted.jsonc import with_value

PATH = ("docker.environment", "DOCKER_CONTEXT")
NEW = '"docker.environment": { "DOCKER_CONTEXT": "gpu01" }'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"{{\n    {NEW}\n}}\n"),
        ("// mine", f"// mine\n{{\n    {NEW}\n}}\n"),
        ("{}", f"{{\n    {NEW}\n}}"),
        ("{\n}\n", f"{{\n    {NEW}\n}}\n"),
        ('{"a": 1}', f'{{"a": 1, {NEW}}}'),
        ('{\n  "a": 1\n}\n', f'{{\n  "a": 1,\n  {NEW}\n}}\n'),
        ('{\n\t"a": [1, 2,],\n}\n', f'{{\n\t"a": [1, 2,],\n\t{NEW},\n}}\n'),
        ('{\r\n  "a": 1\r\n}\r\n', f'{{\r\n  "a": 1,\r\n  {NEW}\r\n}}\r\n'),
        (
            '{\n  "a": 1 // why\n  /* end */\n}\n',
            f'{{\n  "a": 1, // why\n  /* end */\n  {NEW}\n}}\n',
        ),
        (
            '{"docker.environment": {"B": "x"}}',
            '{"docker.environment": {"B": "x", "DOCKER_CONTEXT": "gpu01"}}',
        ),
        (
            '{"docker.environment": {"DOCKER_CONTEXT": "old" /* x */}}',
            '{"docker.environment": {"DOCKER_CONTEXT": "gpu01" /* x */}}',
        ),
        (
            '{"docker.environment": {\n  }, "s": "}{,//"}',
            '{"docker.environment": {\n    "DOCKER_CONTEXT": "gpu01"\n  }, "s": "}{,//"}',
        ),
    ],
)
def test_only_the_one_value_changes(before, after):
    assert with_value(before, PATH, "gpu01") == after
    assert with_value(after, PATH, "gpu01") == after


@pytest.mark.parametrize(
    "text",
    [
        *("[]", "{", '{"a" 1}', "{a: 1}", '{"a": }', '{"a": 1 "b": 2}', '{"a": [}', "{} x"),
        '{"docker.environment": null}',
        '{"docker.environment": 3}',
    ],
)
def test_what_cannot_be_read_is_never_changed(text):
    with pytest.raises(ValueError, match=r"expected|missing|follows|is no object"):
        with_value(text, PATH, "gpu01")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=4), VALUES), st.sampled_from([None, 0, 1, 4]))
def test_the_rest_means_the_same(settings, indent):
    import json

    text = json.dumps(settings, indent=indent, ensure_ascii=False)
    assert json5.loads(with_value(text, PATH, "x")) == {**settings, PATH[0]: {PATH[1]: "x"}}
