"""Fixtures of the lab. Where it cannot start, its tests are skipped; in CI that is a failure."""

import os

import pytest

from tests.lab.engine import running_engine, why_not
from tests.lab.images import base_images
from tests.lab.index import running_index


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/lab/" in str(item.path):
            item.add_marker(pytest.mark.lab)


@pytest.fixture(scope="session", autouse=True)
def lab_can_run():
    if reason := why_not():
        if os.environ.get("CI"):
            pytest.fail(f"the lab must run in CI: {reason}")
        pytest.skip(reason)


@pytest.fixture(scope="session")
def engine(lab_can_run):
    """A real engine that accepts GPU requests."""
    with running_engine(gpu=True, data="gpu-engine") as started:
        base_images(started)
        yield started


@pytest.fixture(scope="session")
def index(lab_can_run):
    """The address of the lab's package index."""
    with running_index() as address:
        yield address
