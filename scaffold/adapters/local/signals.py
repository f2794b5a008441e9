"""SIGTERM and SIGHUP end a command as ^C does: every `finally` runs, nothing is left."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

T = TypeVar("T")

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

PATIENCE = 3
"""The first signal ends the work, further ones wait for the cleanup; this many break it off."""


class _Counter:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        self.count += 1
        if self.count == 1 or self.count >= PATIENCE:
            raise KeyboardInterrupt


@contextlib.contextmanager
def interruptible_worker(threads: int = 1) -> Iterator["ThreadPoolExecutor"]:
    """Further threads; signals are handled without waiting for them."""
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(threads)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


class Background(Generic[T]):
    """A result that another thread works out, beginning at once.

    Signals are handled without waiting for it, and a process may end before it.
    """

    def __init__(self, work: Callable[[], T]) -> None:
        self._found: list[T] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[], T]) -> None:
        try:
            self._found.append(work())
        except BaseException as error:
            self._error = error

    def result(self) -> T:
        """Wait for the result, and return it or raise its error."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._found[0]


def leave(code: int) -> NoReturn:
    """End the process, even if a thread still runs whose result is not needed."""
    if all(one.daemon or one is threading.main_thread() for one in threading.enumerate()):
        sys.exit(code)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


@contextlib.contextmanager
def alike_signals() -> Iterator[None]:
    """Raise KeyboardInterrupt in the main thread for SIGINT, SIGTERM and SIGHUP.

    A signal that the parent ignores (nohup) stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    counter = _Counter()
    before = {number: signal.getsignal(number) for number in ENDING}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, counter)
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler is not None:
                signal.signal(number, handler)
