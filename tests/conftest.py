"""Settings for every test."""

import pytest
from hypothesis import settings

# A slow or loaded machine is no defect: nothing here asserts a time.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(autouse=True, scope="session")
def _own_folders(tmp_path_factory):
    """What the product remembers of other runs, and of the developer's own, decides no test."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME"):
            patch.setenv(name, str(tmp_path_factory.mktemp(name.lower())))
        yield
