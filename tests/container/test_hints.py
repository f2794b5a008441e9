"""Commands in hints work for the host of this run."""

from pathlib import Path

import pytest

from scaffold.container.hints import for_host


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("scaffold container list", "scaffold container list --host gpu01"),
        (
            "save it first: scaffold container save x NAME:TAG",
            "save it first: scaffold container save --host gpu01 x NAME:TAG",
        ),
        ("scaffold tunnel --container x 80", "scaffold tunnel --host gpu01 --container x 80"),
        ("docker unpause x", "docker -H ssh://gpu01 unpause x"),
        ("docker pull x:1", "docker -H ssh://gpu01 pull x:1"),
        ("the docker command was not found", "the docker command was not found"),
        ("nothing was changed", "nothing was changed"),
    ],
)
def test_hint_names_the_host(text, shown):
    assert for_host(text, "gpu01") == shown
    assert for_host(text, None) == text


def test_ssh_config_is_named_too():
    found = for_host("scaffold container list", "gpu01", Path("/a b/config"))
    assert found == "scaffold container list --host gpu01 --ssh-config '/a b/config'"
