"""Which devcontainer.json of a workspace is meant."""

import pytest

from scaffold.adapters.devcontainer.config import find_config
from scaffold.errors import InputError


def written(root, *places):
    for place in places:
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_text("{}")


MAIN, GPU, CPU = (f".devcontainer/{name}devcontainer.json" for name in ("", "gpu/", "cpu/"))


@pytest.mark.parametrize(
    ("places", "name", "found"),
    [
        ((MAIN, GPU, CPU), None, MAIN),
        ((".devcontainer.json", GPU), None, ".devcontainer.json"),
        ((GPU,), None, GPU),
        ((), None, None),
        ((MAIN, GPU), "gpu", GPU),
    ],
)
def test_main_configuration_is_meant_unless_another_is_named(tmp_path, places, name, found):
    written(tmp_path, *places)
    assert find_config(tmp_path, name) == (tmp_path / found if found else None)


@pytest.mark.parametrize(
    ("places", "name", "message"),
    [((GPU, CPU), None, "several"), ((MAIN,), "gpu", "there is no"), ((), "gpu", "there is no")],
)
def test_open_choice_and_unknown_name_are_errors(tmp_path, places, name, message):
    written(tmp_path, *places)
    with pytest.raises(InputError, match=message) as caught:
        find_config(tmp_path, name)
    assert "--config" in (caught.value.hint or "")
