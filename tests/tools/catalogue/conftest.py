"""A loopback web and a context of the generator that uses it."""

from collections.abc import Iterator

import pytest

from tests.tools.catalogue.web import Web, serving
from tools.catalogue.context import Context
from tools.catalogue.listing import Index
from tools.catalogue.source import Limits, Source

NOWHERE = "http://127.0.0.1:9"
"""The discard port of the loopback interface, where nothing listens."""


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as web:
        yield web


@pytest.fixture
def source() -> Iterator[Source]:
    with Source(Limits(wait=5, total=20)) as source:
        yield source


@pytest.fixture
def context(web: Web, source: Source) -> Context:
    return Context(source, Index(source, web.base), "2026-11-29", say=lambda text: None)
