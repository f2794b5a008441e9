"""The fixed name of a recreate's first step: what a conflict means."""

import pytest

from scaffold.commands.container.guard import RecreateInProgressError, create_trial
from scaffold.container.names import FIRST
from scaffold.container.recreate.create_request import CreateRequest
from scaffold.errors import TargetError
from tests.commands.container.fake_engine import FakeEngine

REQUEST = CreateRequest({"Image": "x", "HostConfig": {"NetworkMode": "default"}})
TAKEN = f'Conflict. The container name "/main-trial-{FIRST}" is already in use by container "3".'


class Refusing(FakeEngine):
    """An engine that answers each creation with an error, and holds nothing."""

    def __init__(self, said: str) -> None:
        super().__init__()
        self.said = said

    def create(self, name, body):
        raise TargetError(self.said)


def test_run_that_had_the_name_and_is_past_it_is_another_recreate():
    with pytest.raises(RecreateInProgressError) as error:
        create_trial(Refusing(TAKEN), "main", "20260101-000000", REQUEST)
    assert str(error.value) == "another recreate of main is running"
    assert error.value.hint == "nothing was changed; wait until it has finished"


def test_any_other_refusal_is_the_engine_s():
    with pytest.raises(TargetError, match="no such image") as error:
        create_trial(Refusing("no such image: x"), "main", "20260101-000000", REQUEST)
    assert not isinstance(error.value, RecreateInProgressError)
