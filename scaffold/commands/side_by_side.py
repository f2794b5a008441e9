"""Works on many hosts in parallel; their prompts appear one by one in the main thread."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import Protocol, TypeVar

R = TypeVar("R")
T = TypeVar("T")
Job = Callable[[], None]


class AskInMainThread(Protocol):
    """Asks in the calling thread, where an interrupt ends the prompt and restores echo."""

    def __call__(self, question: Callable[[], R], /) -> R:
        """Return the answer, or raise the exception of the question."""


def side_by_side(
    work: Callable[[str, AskInMainThread], T], names: Iterable[str], meanwhile: Job = lambda: None
) -> list[T]:
    """Run `work` for each name in its own thread; results are in the order of the names.

    `meanwhile` runs in the calling thread as soon as all threads have started.
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
    work: Callable[[str, AskInMainThread], T],
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
