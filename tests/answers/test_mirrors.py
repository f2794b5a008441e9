"""Mirrors by name: every kind that a public mirror has, or one of them; addresses go first."""

import pytest

from scaffold.answers.mirrors import KINDS, parse_mirrors, public_mirrors
from scaffold.answers.model import Mirrors
from scaffold.errors import InputError

TUNA = public_mirrors()["tuna"]


@pytest.mark.parametrize("name", public_mirrors())
def test_name_stands_for_every_kind_that_the_mirror_has(name):
    found = parse_mirrors((name,))
    known = public_mirrors()[name]
    assert {kind: getattr(found, kind) for kind in known} == known
    assert {getattr(found, kind) for kind in KINDS if kind not in known} <= {""}
    assert parse_mirrors((name.upper(),)) == found


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("pip=tuna",), Mirrors(pip=TUNA["pip"])),
        (("tuna", "registry=daocloud"), Mirrors(**TUNA, registry="docker.m.daocloud.io")),
        (("pip=https://x.org/simple", "tuna"), Mirrors(**{**TUNA, "pip": "https://x.org/simple"})),
        (("nju", "tuna"), Mirrors(**{**public_mirrors()["nju"], **TUNA})),
        ((), Mirrors()),
    ],
)
def test_names_and_addresses_together(texts, expected):
    assert parse_mirrors(texts) == expected


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("tunaa", "did you mean tuna?"),
        ("qinghua", "a name (tuna, "),
        ("registry=tuna", "or a name (daocloud)"),
        ("pip=aliyn", "or a name (tuna"),
        ("conda=daocloud", "https://example.org/path"),
    ],
)
def test_name_that_is_not_known_is_answered_with_those_that_are(text, hint):
    with pytest.raises(InputError) as error:
        parse_mirrors((text,))
    assert hint in error.value.hint
