"""Fetches from sources that may be down, slow, truncated or lying; each fault is a SourceError."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import requests

LISTING_BYTES = 6 << 20
"""The largest listing known is 0.8 MB (2026-11); ten megabytes of names are a lie."""
REDIRECTS = 3
STATUS_OK, STATUS_PARTIAL = 200, 206


class SourceError(Exception):
    """A source cannot be used; the message says which one and why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds until the first byte, seconds for the whole answer, and bytes."""

    wait: float = 15
    total: float = 120
    size: int = LISTING_BYTES


@dataclass(slots=True)
class Source:
    """One connection pool. `hosts` are those that an answer may redirect to."""

    limits: Limits = field(default_factory=Limits)
    hosts: frozenset[str] = frozenset()
    session: requests.Session = field(default_factory=requests.Session)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.session.close()

    def get(self, url: str, *, accept: str = "*/*", size: int = 0, bearer: str = "") -> bytes:
        """The whole body of an answer with status 200, `size` bytes at most."""
        asked = {"Accept": accept} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
        with self._answer(url, asked) as answer:
            return self._body(answer, url, STATUS_OK, size or self.limits.size)

    def span(self, url: str, first: int, last: int) -> bytes:
        """Bytes `first` to `last` of a file, both included, by a range request."""
        wanted = last - first + 1
        with self._answer(url, {"Range": f"bytes={first}-{last}"}) as answer:
            body = self._body(answer, url, STATUS_PARTIAL, wanted)
        if len(body) != wanted:
            raise SourceError(f"{url}: {len(body)} bytes instead of {wanted}")
        return body

    @contextmanager
    def _answer(self, url: str, headers: dict[str, str]) -> Iterator[requests.Response]:
        try:
            answer = self._follow(url, headers)
            try:
                yield answer
            finally:
                answer.close()
        except requests.RequestException as error:
            raise SourceError(f"{url}: {type(error).__name__}") from error

    def _follow(self, url: str, headers: dict[str, str]) -> requests.Response:
        for _ in range(REDIRECTS + 1):
            answer = self.session.get(
                url,
                headers={"Accept-Encoding": "identity", **headers},
                stream=True,
                timeout=self.limits.wait,
                allow_redirects=False,
            )
            if not answer.is_redirect:
                return answer
            target = urljoin(url, answer.headers["Location"])
            answer.close()
            self._allow(url, target)
            url = target
        raise SourceError(f"{url}: more than {REDIRECTS} redirects")

    def _allow(self, url: str, target: str) -> None:
        origin, other = urlsplit(url), urlsplit(target)
        if other.scheme != origin.scheme or other.netloc not in {origin.netloc, *self.hosts}:
            raise SourceError(f"{url}: redirects to {other.scheme}://{other.netloc}")

    def _body(self, answer: requests.Response, url: str, status: int, size: int) -> bytes:
        if answer.status_code != status:
            raise SourceError(f"{url}: status {answer.status_code}")
        end, body = time.monotonic() + self.limits.total, bytearray()
        for block in answer.iter_content(1 << 16):
            body += block
            if len(body) > size:
                raise SourceError(f"{url}: more than {size} bytes")
            if time.monotonic() > end:
                raise SourceError(f"{url}: slower than {self.limits.total} seconds")
        promised = answer.headers.get("Content-Length", "")
        if promised.isdecimal() and int(promised) != len(body):
            raise SourceError(f"{url}: {len(body)} bytes instead of {promised}")
        return bytes(body)
