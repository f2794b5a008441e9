"""Versions read without `packaging`: what they admit is what `packaging` says."""

import itertools

import pytest
from packaging.specifiers import SpecifierSet

from scaffold.resolver.specifiers import admits, lowest, pinned
from scaffold.versions import parse_version, plain_bounds, within

PLAIN = {
    "a lower bound": ">=2.8",
    "a release and all before": "<=2.8.0",
    "what is newer": ">2.8",
    "what is older": "<2.8.1",
    "one release": "==2.8",
    "all but one release": "!=2.8.0",
    "a range with spaces": ">= 2.8, <3",
    "a range from which one release is left out": "<10.0,!=2.8.1,>=1",
    "a release of four numbers": ">=9.10.2.21",
    "the oldest": ">=0",
}

OTHER = {
    "any patch release": "==2.8.*",
    "a compatible release": "~=2.8",
    "a build": "==2.4.1+cu121",
    "a pre-release": ">=2.8rc1",
    "an epoch": ">=1!2",
    "no operator": "2.8",
    "nothing": "",
    "an empty part": ">=2.8,",
    "digits of another script": ">=٢",
}

RELEASES = ("0", "1.9", "2", "2.8", "2.8.0", "2.8.1", "2.8.0.1", "2.10", "3.0", "9.10.2.21", "10")


@pytest.mark.parametrize("spec", PLAIN.values(), ids=PLAIN)
def test_plain_bounds_admit_what_packaging_admits(spec):
    bounds = plain_bounds(spec)
    assert bounds is not None
    for release in RELEASES:
        assert within(parse_version(release), bounds) == SpecifierSet(spec).contains(release)


@pytest.mark.parametrize("spec", OTHER.values(), ids=OTHER)
def test_other_sets_are_left_to_packaging(spec):
    assert plain_bounds(spec) is None


BUILDS = (*RELEASES, "2.8.0+cu126", "2.4.1+cu121", "2.8.0rc1", "2.8.0.post1", "2.9.0.dev1")


@pytest.mark.parametrize("spec", (*PLAIN.values(), *filter(None, OTHER.values())))
def test_a_build_or_pre_release_is_admitted_as_packaging_admits_it(spec):
    try:
        expected = SpecifierSet(spec)
    except ValueError:
        expected = SpecifierSet()
    for release in BUILDS:
        assert admits(spec, release) == expected.contains(release, prereleases=True), release


def test_a_pin_and_the_lowest_release_are_read_from_any_set():
    assert [pinned(spec) for spec in ("==2.8", "==2.4.1+cu121", "==2.8.*", ">=2")] == [
        *("2.8", "2.4.1"),
        *("", ""),
    ]
    bounds = itertools.product((">=2.8", "==2.8", "~=2.8", "==2.8.*"), (">2.7", "<3"))
    assert {str(lowest(",".join(pair))) for pair in bounds} == {"2.8"}
    assert lowest("<3") is None
