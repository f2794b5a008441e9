"""Requests to a Docker engine through the `docker` package, and their errors."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from scaffold.container.engine_shapes import fault
from scaffold.errors import TargetError
from scaffold.parsing.lost_connection import is_lost_connection

if TYPE_CHECKING:
    from docker import APIClient


T = TypeVar("T")

SHAPE = (KeyError, TypeError, AttributeError, IndexError, RecursionError, UnicodeError)
"""What the package raises for an answer that is JSON, but not the one that the API promises."""


class EngineRequests:
    """A client of the engine, whose `timeout` applies to all requests that are not slow.

    `remote_shell` is the ssh command that runs a command line on its host; empty if local.
    """

    def __init__(
        self, client: "APIClient", complaint: Callable[[], str], close: Callable[[], None]
    ):
        self._client, self._complaint, self.close = client, complaint, close
        self.remote_shell: tuple[str, ...] = ()

    def _url(self, path: str) -> str:
        return f"{self._client.base_url}/v{self._client.api_version}/{path}"

    def _get(self, path: str, **options: Any) -> Any:
        answer = self._client.get(self._url(path), timeout=self._client.timeout, **options)
        self._client._raise_for_status(answer)
        return answer

    @contextmanager
    def _asking(self, doing: str, *, slow: bool = False) -> Iterator[None]:
        patience = self._client.timeout
        self._client.timeout = None if slow else patience
        try:
            with explained(doing, self._complaint):
                yield
        finally:
            self._client.timeout = patience


@contextmanager
def explained(doing: str, complaint: Callable[[], str]) -> Iterator[None]:
    """Turn a failure into a TargetError with the engine's message; `doing` is the attempt."""
    from docker.errors import APIError, DockerException
    from requests.exceptions import RequestException

    try:
        yield
    except APIError as error:
        said = error.explanation or str(error)
        raise TargetError(f"{doing}: {said.strip()}") from error
    except SHAPE as error:
        raise TargetError(
            f"{doing}: the engine answers in another form than its API says"
        ) from error
    except (DockerException, RequestException, OSError) as error:
        said = complaint() or _innermost(error)
        if is_lost_connection(said):
            raise TargetError(
                f"{doing}: the connection was lost: {said}", hint="run the command again to go on"
            ) from error
        raise TargetError(
            f"{doing}: the engine does not answer: {said}",
            hint="check DOCKER_HOST and docker context ls; for the reason: "
            "scaffold host check NAME (this computer: local)",
        ) from error


def of_kind(found: Any, kind: type[T]) -> T:
    """An answer if it is an object or a list as promised. Raises TargetError."""
    if not isinstance(found, kind):
        raise TargetError("the engine answers in another form than its API says")
    return found


def described(found: Any, *required: str) -> dict[str, Any]:
    """The engine's description of a container or image, which has the `required` keys.

    Raises TargetError for another form.
    """
    missing = (key for key in required if not of_kind(found, dict).get(key))
    if odd := fault(of_kind(found, dict)) or next(missing, ""):
        raise TargetError(f"the engine answers in another form than its API says: {odd}")
    return dict(found)


def _innermost(error: BaseException) -> str:
    """The original error, which the packages wrap several times."""
    while inner := error.__cause__ or error.__context__:
        error = inner
    # "[Errno 111] Connection refused": the number helps nobody.
    return re.sub(r"^\[Errno \d+\] ", "", str(error)) or type(error).__name__
