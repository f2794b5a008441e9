"""A tunnel asks once whether it may lead into another person's container."""

import pytest

from scaffold.cli.workspace.tunnel import _finder
from scaffold.errors import InputError
from scaffold.workspace.identity import Identity
from tests.commands.workspace.test_standing import ME, OTHERS, OWN, Engine, container


@pytest.mark.parametrize("name", [None, "theirs"])
def test_consent_is_asked_for_once(name):
    asked = []
    find = _finder(ME, "/p", name, asked.append)
    for _ in range(3):
        assert find(Engine(OTHERS)) == OTHERS
    assert len(asked) == 1


@pytest.mark.parametrize("name", [None, "theirs"])
def test_without_consent_it_is_refused(name):
    with pytest.raises(InputError, match="theirs belongs to bob"):
        _finder(ME, "/p", name, None)(Engine(OTHERS))


def test_after_a_lost_connection_no_other_container_is_taken():
    asked = []
    find = _finder(ME, "/p", None, asked.append)
    assert find(Engine(OWN)) == OWN
    with pytest.raises(InputError, match="theirs belongs to bob"):
        find(Engine(OTHERS))
    assert asked == []


def test_container_of_nobody_known_is_taken():
    unknown = container("unknown")
    assert _finder(Identity(account="ada"), "/p", "unknown", None)(Engine(unknown)) == unknown
