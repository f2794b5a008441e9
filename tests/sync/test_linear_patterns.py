"""Patterns with many stars mean what they always meant, and take no longer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from scaffold.adapters.local.dockerignore import left_out
from scaffold.sync.rules import is_ignored, make_rules, read_rules

SEGMENTS = st.sampled_from(["*a*a*b", "*a*?*b*", "a", "b*", "**", "*", "[ab]*a*b*", "a*b*a*b*a"])
PATTERNS = st.lists(SEGMENTS, min_size=1, max_size=6).map("/".join)
NAMES = st.text("ab", min_size=1, max_size=6)
PATHS = st.lists(NAMES, min_size=1, max_size=6).map("/".join)


@given(PATTERNS, PATHS)
def test_a_rewritten_pattern_ignores_exactly_what_the_plain_one_does(pattern, path):
    plain = GitIgnoreSpec.from_lines([pattern], backend="simple").match_file(path)
    rules = make_rules("", [pattern])
    assert bool(rules and is_ignored(path, [rules])) is plain


SLOW = [
    ("*a" * 25 + "b", "sub/" + "a" * 230 + ".ipynb"),
    ("*a*" * 60 + "b", "a" * 255),
    ("?*" * 100 + "b", "a" * 255),
    ("[ab]*" * 80 + "c", "ab" * 120),
    ("**/a/" * 12 + "b", "a/" * 400 + "c"),
    ("**/*a*a*a/" * 6 + "b", "aaaaaaaaaaaa/" * 60 + "c"),
    ("*" * 100_000 + "a", "b"),
    ("**/" * 20_000 + "b", "c"),
]


@pytest.mark.parametrize(("pattern", "path"), SLOW, ids=[row[0][:12] for row in SLOW])
def test_a_pattern_made_to_be_slow_has_an_answer(pattern, path):
    rules = read_rules("", pattern.encode())
    assert not (rules and is_ignored(path, [rules]))
    assert left_out(pattern.encode(), [path]) == []


def test_a_pattern_with_many_stars_still_matches():
    rules = read_rules("", b"*a*b*c*d*\n**/x/**/y/**/z/**/w\n")
    assert is_ignored("k/1a2b3c4d5", [rules])
    assert is_ignored("x/1/y/2/3/z/w", [rules])
    assert not is_ignored("x/1/y/2/3/w", [rules])
