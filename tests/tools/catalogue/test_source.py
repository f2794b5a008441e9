"""Sources that are down, slow, truncated, endless or elsewhere: one error that names each."""

import re

import pytest

from tests.tools.catalogue import web as faults
from tests.tools.catalogue.conftest import NOWHERE
from tests.tools.catalogue.web import Web
from tools.catalogue.source import Limits, Source, SourceError

FAULTS = [
    ("a page that is not there", None, "status 404"),
    ("a body that ends too soon", faults.truncated, "ChunkedEncodingError|instead of 5000"),
    ("ten megabytes of names", faults.endless, "more than 1000000 bytes"),
    ("a byte now and then", faults.dripping, "slower than"),
    ("a redirect to another host", faults.redirect("http://localhost:9/x"), "redirects to http"),
    ("a redirect to another scheme", faults.redirect("ftp://127.0.0.1/x"), "redirects to ftp"),
    ("a connection that is cut", faults.hang_up, "ConnectionError"),
]


@pytest.mark.parametrize(("sentence", "page", "said"), FAULTS, ids=[row[0] for row in FAULTS])
def test_fault_is_an_error_that_says_which(
    web: Web, sentence: str, page: faults.Answer | None, said: str
) -> None:
    if page:
        web["/page"] = page
    total = 0.2 if "now and then" in sentence else 20
    limits = Limits(wait=5, total=total, size=1_000_000)
    with Source(limits) as source, pytest.raises(SourceError, match=said):
        source.get(f"{web.base}/page")


def test_nobody_listens() -> None:
    with Source() as source, pytest.raises(SourceError, match="ConnectionError"):
        source.get(f"{NOWHERE}/page")


def test_redirect_on_the_same_host_is_followed(web: Web, source: Source) -> None:
    web["/old"] = faults.redirect("/new")
    web["/new"] = b"here"
    assert source.get(f"{web.base}/old") == b"here"


def test_redirect_to_an_allowed_host_is_followed(web: Web) -> None:
    other = web.base.replace("127.0.0.1", "localhost")
    web["/old"] = faults.redirect(f"{other}/new")
    web["/new"] = b"here"
    with Source(hosts=frozenset({other.removeprefix("http://")})) as source:
        assert source.get(f"{web.base}/old") == b"here"


def test_redirects_in_a_circle_end(web: Web, source: Source) -> None:
    web["/a"] = faults.redirect("/b")
    web["/b"] = faults.redirect("/a")
    with pytest.raises(SourceError, match="more than 3 redirects"):
        source.get(f"{web.base}/a")


def test_span_is_what_was_asked_for(web: Web, source: Source) -> None:
    web["/file"] = b"0123456789"
    assert source.span(f"{web.base}/file", 3, 5) == b"345"


def test_span_of_another_length_is_an_error(web: Web, source: Source) -> None:
    web["/file"] = faults.wrong_length_of_range
    with pytest.raises(SourceError, match="3 bytes instead of 5"):
        source.span(f"{web.base}/file", 0, 4)


def test_server_without_ranges_is_an_error(web: Web, source: Source) -> None:
    web["/file"] = lambda handler: faults.send(handler, b"whole")
    with pytest.raises(SourceError, match=re.escape("status 200")):
        source.span(f"{web.base}/file", 0, 2)


def test_bearer_is_sent(web: Web, source: Source) -> None:
    web["/page"] = lambda handler: faults.send(handler, handler.headers["Authorization"].encode())
    assert source.get(f"{web.base}/page", bearer="abc") == b"Bearer abc"
