"""Blocks of work on all cores, and its progress.

Threads do: numpy and scipy let go of the interpreter in products, sorts and gathers, which is where the time goes. The
caller keeps BLAS at one thread each. Results come in the order of the blocks, so nothing depends on which was faster.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

_AHEAD = 3
"""Blocks that wait or are being worked on, for each thread."""
_MOST = 8
"""Threads; what of the work is Python leaves nothing for more."""

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

Progress = Callable[[int, int], None]
"""Called with (done, total)."""


def _workers() -> int:
    """The cores that this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST)


@contextmanager
def in_order(task: Callable[[_Item], _Result], items: Iterable[_Item]) -> Iterator[Iterator[_Result]]:
    """What a task makes of each item, in their order.

    Whatever ends the block early (an exception, Ctrl-C) ends the work: tasks that are running are waited for, and no
    other one is begun.

    Args:
        task: may run in several threads at once.
        items: taken a few ahead, by the caller's thread.
    """
    pool = ThreadPoolExecutor(_workers(), "clew-threads")
    try:
        yield _results(pool, task, items)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _results(pool: ThreadPoolExecutor, task: Callable[[_Item], _Result], items: Iterable[_Item]) -> Iterator[_Result]:
    waiting: deque[Future[_Result]] = deque()
    for item in items:
        waiting.append(pool.submit(task, item))
        if len(waiting) >= _AHEAD * _workers():
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


class Share:
    """A part of the work, whose progress is reported in articles."""

    def __init__(self, progress: Progress | None, total: int, start: float = 0.0, stop: float = 1.0) -> None:
        self._progress, self._total, self._start, self._stop = progress, total, start, stop

    def report(self, done: float) -> None:
        """How much of this part is done, 0..1; an exception of the callback ends the job."""
        if self._progress is not None:
            self._progress(int(self._total * (self._start + (self._stop - self._start) * done)), self._total)

    def part(self, start: float, stop: float) -> "Share":
        """A part of this part, 0..1."""
        width = self._stop - self._start
        return Share(self._progress, self._total, self._start + width * start, self._start + width * stop)


NO_PROGRESS = Share(None, 0)
"""Reports nothing."""
