"""Many hosts at once, with one user: what the workers ask, the calling thread asks in turn."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import Protocol, TypeVar

R = TypeVar("R")
T = TypeVar("T")
Job = Callable[[], None]


class Here(Protocol):
    """Asks in the calling thread, where an interrupt ends the prompt and echo comes back."""

    def __call__(self, question: Callable[[], R], /) -> R:
        """The answer, or the exception that the question raised."""


def side_by_side(
    work: Callable[[str, Here], T], names: Iterable[str], meanwhile: Job = lambda: None
) -> list[T]:
    """Run `work` for each name in a thread of its own; results come in the order of the names.

    `meanwhile` is done in the calling thread as soon as all have begun.
    """
    desk: SimpleQueue[Job | None] = SimpleQueue()
    results: list[Future[T]] = []
    for name in names:
        result: Future[T] = Future()
        results.append(result)
        Thread(target=_work, args=(work, name, desk, result), daemon=True).start()
    meanwhile()
    waiting = len(results)
    while waiting:
        job = desk.get()
        if job is None:
            waiting -= 1
        else:
            job()
    return [result.result() for result in results]


def _work(
    work: Callable[[str, Here], T],
    name: str,
    desk: "SimpleQueue[Job | None]",
    result: "Future[T]",
) -> None:
    def here(question: Callable[[], R]) -> R:
        answer: Future[R] = Future()
        desk.put(lambda: _settle(answer, question))
        return answer.result()

    _settle(result, lambda: work(name, here))
    desk.put(None)


def _settle(future: "Future[T]", function: Callable[[], T]) -> None:
    try:
        future.set_result(function())
    except Exception as error:
        future.set_exception(error)
