"""Decoders that raise one error and no other, whatever they are given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.parsing.untrusted.documents import (
    JSONC_LIMIT,
    BrokenDocumentError,
    read_json,
    read_jsonc,
    read_toml,
    read_yaml,
)

LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "\n".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)
)
READERS = (read_json, read_jsonc, read_toml, read_yaml)
BROKEN = [
    ("depth", "[" * 100_000, READERS),
    ("depth with ends", "[" * 5000 + "]" * 5000, READERS),
    ("objects in objects", '{"a":' * 100_000, (read_json, read_jsonc)),
    ("a long number", "9" * 5000, READERS),
    ("a long number in a table", f"a = {'9' * 5000}", (read_toml,)),
    ("half a character", '{"a": "\\ud800"}', (read_json, read_jsonc)),
    ("a key of many parts", "a." * 200_000 + "b = 1", (read_toml,)),
    ("a tag that makes objects", "!!python/object:os.system x", (read_yaml,)),
    ("too much for the slow reader", " " * (JSONC_LIMIT + 1), (read_jsonc,)),
    ("no document", "{", READERS),
    ("aliases that grow", LAUGHS, (read_yaml,)),
    ("an alias of itself", "a: &a [*a]", (read_yaml,)),
    ("depth without brackets", "".join(f"{' ' * n}a:\n" for n in range(400)), (read_yaml,)),
    ("text in single quotes", """{"a": 'x, "b": "c"'}""", (read_jsonc,)),
    ("a comma that is missing", '{"a": 1 "b": 2}', (read_jsonc,)),
    ("a key of JavaScript", '{"__proto__": {"initializeCommand": "x"}}', (read_jsonc,)),
    ("a number of JavaScript", '{"a": NaN}', (read_jsonc,)),
    ("a comment without an end", '{"a": 1} ' + "/*" * 50_000, (read_jsonc,)),
    ("a line break in a text", '{"a": "x\ny"}', (read_jsonc,)),
]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param(text, read, id=f"{name} {read.__name__}")
        for name, text, rs in BROKEN
        for read in rs
    ],
)
def test_a_broken_document_is_said_to_be_broken(text, read):
    with pytest.raises(BrokenDocumentError):
        read(text)


def test_bytes_that_are_no_text_are_broken():
    for read in (read_json, read_toml):
        with pytest.raises(BrokenDocumentError):
            read(b"\xff\xfe\xff")


def test_documents_mean_what_they_say():
    assert read_json(b'\xef\xbb\xbf{"a": ["[[["]}') == {"a": ["[[["]}
    assert read_jsonc('{"a": 1, /* x */ "b": [2,], // y\n}') == {"a": 1, "b": [2]}
    # Editors and the Dev Containers CLI end a comment at no other character than CR and LF.
    assert read_jsonc('{"a": 1, // \u2028 "a": 2\n}') == {"a": 1}
    assert read_jsonc('{"a": "// no /* comment */,]", // yes\r "b": [1, 2, ], }') == {
        "a": "// no /* comment */,]",
        "b": [1, 2],
    }
    assert read_toml('a.b.c = "x.y.z"') == {"a": {"b": {"c": "x.y.z"}}}
    assert read_yaml("a: [1, 2]") == {"a": [1, 2]}


@given(st.text("[]{}\"',:.=-\n 9aé\\ud800#&*!", max_size=80))
def test_no_reader_raises_anything_else(text):
    for read in READERS:
        try:
            read(text)
        except BrokenDocumentError:
            continue
