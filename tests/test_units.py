"""Sizes, durations and counts as text."""

import pytest

from scaffold.units import and_more, duration_text, size_text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1500, "1.5 kB"),
        (53_700_000_000, "53.7 GB"),
        (10**15, "1000 TB"),
    ],
)
def test_size_has_a_decimal_unit(size, text):
    assert size_text(size) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "0 seconds"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (7200, "2 hours"),
        (9e5, "10 days"),
    ],
)
def test_duration_is_in_its_largest_unit(seconds, text):
    assert duration_text(seconds) == text


@pytest.mark.parametrize(("left_out", "text"), [(-2, ""), (0, ""), (3, " and 3 more")])
def test_entries_that_are_left_out_are_counted(left_out, text):
    assert f"a, b{and_more(left_out)}" == f"a, b{text}"
