"""Fixtures of the lab. Where it cannot start, its tests are skipped; in CI that is a failure."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.lab.support.client import Client
from tests.lab.support.devcontainer import Container, devcontainer_up
from tests.lab.support.engine import (
    LONG,
    PLAIN,
    WITH_GPU,
    Engine,
    is_required,
    running_engine,
    why_not,
)
from tests.lab.support.images import PYTHON_IMAGE, provide
from tests.lab.support.index import Index, running_index
from tests.lab.support.sshd import Keys, why_no_hosts

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.lab)
    left_out = [item for item in items if item.get_closest_marker("long") and not LONG]
    # Not skipped: a lab test that is skipped says that something is missing.
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def lab_can_run() -> None:
    _skip_for(why_not())


def _skip_for(reason: str) -> None:
    if reason and is_required():
        pytest.fail(f"the lab must run here: {reason}")
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def engine(lab_can_run: None) -> Iterator[Engine]:
    """A real engine that accepts GPU requests and lists the nvidia runtime."""
    with running_engine(WITH_GPU) as started:
        provide(started, PYTHON_IMAGE)
        yield started


@pytest.fixture(scope="session")
def plain_engine(lab_can_run: None) -> Iterator[Engine]:
    """A real engine on a machine without GPU support: no hook, no nvidia runtime."""
    with running_engine(PLAIN) as started:
        provide(started, PYTHON_IMAGE)
        yield started


@pytest.fixture(scope="session")
def index(lab_can_run: None) -> Iterator[Index]:
    """The lab's mirrors of the package indexes."""
    with running_index() as started:
        yield started


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """The keys of the lab's SSH hosts and of their user."""
    _skip_for(why_no_hosts())
    return Keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def client(tmp_path: Path, keys: Keys) -> Client:
    """A user's ssh configuration, still empty."""
    return Client(tmp_path, keys)


@pytest.fixture
def laptop_env(engine: Engine) -> dict[str, str]:
    """The environment of a program that knows no engine of this machine."""
    return {key: text for key, text in engine.env.items() if not key.startswith("DOCKER_")}


Up = Callable[..., Container]


@pytest.fixture
def up() -> Iterator[Up]:
    """`up(engine, workspace)`: a dev container that is removed after the test."""
    started: list[Container] = []

    def start(engine: Engine, workspace: Path, *args: str, **env: str) -> Container:
        started.append(devcontainer_up(engine, workspace, *args, **env))
        return started[-1]

    yield start
    for container in started:
        container.remove()
