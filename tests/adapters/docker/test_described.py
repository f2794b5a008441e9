"""Descriptions of containers and images that lack what every engine gives."""

import pytest

from scaffold.adapters.docker.requests import described
from scaffold.errors import TargetError

CONTAINER = ("Id", "Name", "Image")
WHOLE = {"Id": "a", "Name": "/box", "Image": "sha256:b"}


@pytest.mark.parametrize("key", CONTAINER)
@pytest.mark.parametrize("value", [None, ""])
def test_description_without_a_key_that_every_engine_gives_is_refused(key, value):
    assert described(WHOLE, *CONTAINER) == WHOLE
    with pytest.raises(TargetError, match=f"another form than its API says: {key}"):
        described({**WHOLE, key: value}, *CONTAINER)
